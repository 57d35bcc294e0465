/** SIGHUP: the node's file is read again, and what may change while the node runs is applied. */
import { isDeepStrictEqual } from 'node:util'
import type { NodeConfig } from '../config/node-config.js'

export interface ReloadOwner {
  readonly log: {
    info(details: object, message: string): void
    error(details: object, message: string): void
  }
  /** Throws, and says why, when the file is not usable. */
  read(): Promise<NodeConfig>
  apply(config: NodeConfig): void
}

/** Gives what takes it away again. */
export function reloadOnHangUp(started: NodeConfig, owner: ReloadOwner): () => void {
  const reload = async (): Promise<void> => {
    try {
      const config = await owner.read()
      owner.apply(config)
      const later = needsRestart(started, config)
      owner.log.info({ ...(later.length > 0 && { later }) }, 'configuration file read again')
      if (later.length > 0) owner.log.error({ later }, 'changes that hold after a restart of the node only')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      owner.log.error({ reason }, 'configuration file not read again: nothing has changed')
    }
  }
  const hangUp = (): void => void reload()
  process.on('SIGHUP', hangUp)
  return () => {
    process.off('SIGHUP', hangUp)
  }
}

/** Parts of the file that differ and are read at the start alone. */
export function needsRestart(before: NodeConfig, after: NodeConfig): string[] {
  const fixed = ({ bgp: { address, port }, ...rest }: NodeConfig): Record<string, unknown> => ({
    ...rest,
    'bgp.address': address,
    'bgp.port': port
  })
  const [was, is] = [fixed(before), fixed(after)]
  return Object.keys(was).filter(name => !isDeepStrictEqual(was[name], is[name]))
}
