/** The tables as a file at each interval. One at a time, at the pace of the disk. */
import { expandFileName } from '../config/file-name.js'
import type { MrtFilesConfig } from '../config/mrt.js'
import type { ControlNode } from '../control-node.js'
import type { Disk } from '../runtime/disk.js'
import type { ExportLog, ExportState } from './export-state.js'
import { Interval } from './interval.js'
import { MrtFile } from './mrt-file.js'
import { dumpTables } from './node-tables.js'

export class TableDumps {
  readonly #interval: Interval
  #writing: Promise<void> | undefined
  #stopped = false
  readonly state: { -readonly [name in keyof ExportState]: ExportState[name] }

  constructor(
    private readonly node: ControlNode,
    private readonly disk: Disk,
    private readonly log: ExportLog,
    private readonly config: MrtFilesConfig
  ) {
    this.#interval = new Interval(node.options.scheduler, config.intervalSeconds, time => this.#dump(time))
    this.state = { kind: 'mrt-tables', target: config.file, isUp: true, sent: 0, dropped: 0, lastError: '' }
  }

  start(): void {
    this.#interval.start()
  }

  /** A dump under way is given up. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#interval.stop()
    await this.#writing
  }

  #dump(time: number): void {
    const file = expandFileName(this.config.file, time)
    if (this.#writing !== undefined) {
      this.state.dropped++
      this.log.warn({ file }, 'tables are not dumped: the dump before is not written yet')
      return
    }
    this.#writing = this.#write(file).finally(() => {
      this.#writing = undefined
    })
  }

  async #write(name: string): Promise<void> {
    let file: MrtFile | undefined
    try {
      file = await MrtFile.create(this.disk, name)
      const dump = dumpTables(this.node, undefined)!
      for (let chunk = dump.next(); chunk !== undefined; chunk = dump.next()) {
        if (chunk.length > 0) await file.write([chunk])
        await new Promise<void>(resolve => this.node.options.scheduler.soon(resolve))
        if (this.#stopped) return await file.discard()
      }
      await file.finish()
      this.state.sent++
      this.state.isUp = true
    } catch (error) {
      const { message } = error as Error
      this.log.warn({ file: name, error: message }, 'tables cannot be dumped')
      this.state.dropped++
      this.state.isUp = false
      this.state.lastError = message
      // A part of the tables is of no use, and may be what fills the disk.
      await file?.discard()
    }
  }
}
