/** SIGHUP: the node's file is read again, and what may change while the node runs is applied. */
import { needsRestart } from '../config/needs-restart.js'
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

export interface Reloading {
  /** SIGHUP means nothing any more. It is still caught: by default it would end a node that is ending in order. */
  end(): void
  /** The signal is left to the system again. */
  remove(): void
}

export function reloadOnHangUp(started: NodeConfig, owner: ReloadOwner): Reloading {
  let isOver = false
  /** One after the other: what was read first must not be applied last. */
  let reloads: Promise<void> = Promise.resolve()
  const reload = async (): Promise<void> => {
    try {
      const config = await owner.read()
      if (!isOver) apply(started, config, owner)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      owner.log.error({ reason }, 'configuration file not read again: nothing has changed')
    }
  }
  const hangUp = (): void => {
    if (isOver) owner.log.info({}, 'SIGHUP has no effect: the node ends')
    else reloads = reloads.then(reload)
  }
  process.on('SIGHUP', hangUp)
  return {
    end: () => {
      isOver = true
    },
    remove: () => {
      isOver = true
      process.off('SIGHUP', hangUp)
    }
  }
}

/** A defect of ours is not told as a fault of the file, of which nothing were applied. */
function apply(started: NodeConfig, config: NodeConfig, owner: ReloadOwner): void {
  try {
    owner.apply(config)
  } catch (error) {
    owner.log.error({ error }, 'configuration file read again, but not all of it could be applied')
    return
  }
  const later = needsRestart(started, config)
  owner.log.info({ ...(later.length > 0 && { later }) }, 'configuration file read again')
  if (later.length > 0) owner.log.error({ later }, 'changes that hold after a restart of the node only')
}
