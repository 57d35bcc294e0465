import net from 'node:net'
import type { Ground } from '../harness/ground.js'

export interface Translation {
  /** Of the compute node, where a tenant's router finds its gateway and the control node the client. */
  readonly address: string
  readonly gatewayPort: number
  readonly server: { readonly address: string; readonly port: number }
  /** The port that says which client it is. */
  readonly sourcePort: number
}

/** What a compute node does for BGP as a service: who calls the gateway talks with the control node. */
export async function translate(ground: Ground, translation: Translation): Promise<void> {
  const { address, gatewayPort, server, sourcePort } = translation
  const sockets = new Set<net.Socket>()
  const listener = net.createServer(tenant => {
    const options = { host: server.address, port: server.port, localAddress: address, localPort: sourcePort }
    const own = net.connect(options)
    for (const socket of [tenant, own]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        ;(socket === own ? tenant : own).destroy()
      })
    }
    tenant.pipe(own).pipe(tenant)
  })
  ground.atEnd(() => {
    listener.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(gatewayPort, address, resolve)
  })
}
