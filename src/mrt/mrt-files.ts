import type { MrtConfig } from '../config/mrt.js'
import type { ControlNode } from '../control-node.js'
import type { Disk } from '../runtime/disk.js'
import type { ExportState } from './export-state.js'
import { RotatingLog } from './rotating-log.js'
import { TableDumps } from './table-dumps.js'
import { UpdateLog } from './update-log.js'

/** The MRT files of a node, as configured. */
export class MrtFiles {
  readonly #updates: RotatingLog | undefined
  readonly #tables: TableDumps | undefined
  #unmonitor: (() => void) | undefined

  constructor(
    private readonly node: ControlNode,
    disk: Disk,
    private readonly config: MrtConfig
  ) {
    const { scheduler, log } = node.options
    if (config.updates !== undefined) this.#updates = new RotatingLog(disk, scheduler, log, config.updates)
    if (config.tables !== undefined) this.#tables = new TableDumps(node, disk, log, config.tables)
  }

  get states(): readonly ExportState[] {
    return [this.#updates?.state, this.#tables?.state].filter(state => state !== undefined)
  }

  /** Before the node, so that its first words are recorded. */
  start(): void {
    const updates = this.#updates
    if (updates !== undefined) {
      updates.start()
      const { scheduler } = this.node.options
      const monitor = new UpdateLog(updates, scheduler, this.config.updates!)
      this.#unmonitor = this.node.peerMonitors.add(monitor)
    }
    this.#tables?.start()
  }

  /** After the node, so that its last words are recorded; resolves when the files are whole. */
  async stop(): Promise<void> {
    this.#unmonitor?.()
    await Promise.all([this.#updates?.stop(), this.#tables?.stop()])
  }
}
