/**
 * Who may have a node do something. The server knows no passwords, so it is settled otherwise: the configuration says
 * from where (by default from the machine itself alone), and what comes from a browser at all, which an Origin header
 * tells, is refused, so that a name that is made to point here (DNS rebinding) gains nothing.
 */
import type { FastifyRequest } from 'fastify'
import type { OperationsFrom } from '../config/node-config.js'

/** Why not; undefined: it may. */
export function refusalOf({ headers, socket }: FastifyRequest, from: OperationsFrom): string | undefined {
  if (from === 'nobody') return 'operations are switched off (introspect.operations)'
  if (from === 'this-machine' && !isLoopback(socket.remoteAddress ?? ''))
    return 'operations are taken from the machine of the node alone (introspect.operations)'
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
    return 'operations are not taken from browsers'
  return undefined
}

const isLoopback = (address: string): boolean =>
  address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
