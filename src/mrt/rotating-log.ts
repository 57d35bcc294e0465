/**
 * Records that go to one file after another. Who appends only copies; the disk takes them at its own pace, and what
 * it has not taken is bounded: beyond that, records are dropped and counted, as they are while no file can be
 * written.
 */
import { expandFileName } from '../config/file-name.js'
import type { MrtFilesConfig } from '../config/mrt.js'
import type { Disk } from '../runtime/disk.js'
import type { Scheduler, Timer } from '../runtime/scheduler.js'
import type { ExportLog, ExportState } from './export-state.js'
import { Interval } from './interval.js'
import { MrtFile } from './mrt-file.js'

export const mostWaitingBytes = 16 * 1024 * 1024
const chunkBytes = 64 * 1024
/** How long a record waits for company. */
const flushMs = 500
/** After a fault of the disk. */
const retryMs = 10_000

/** Records, or the beginning of the next file at a time (milliseconds since 1970; undefined: there is none). */
type Item = { readonly bytes: Uint8Array; readonly records: number } | { readonly begin: number | undefined }

export class RotatingLog {
  readonly #queue: Item[] = []
  #chunk = new Uint8Array(chunkBytes)
  #filled = 0
  #records = 0
  /** In the chunk and the queue, and under way to the disk. */
  #waiting = 0
  #flush: Timer | undefined
  #retry: Timer | undefined
  readonly #interval: Interval
  #file: MrtFile | undefined
  #writing: Promise<void> | undefined
  /** A gap in the file ends with the first record that the disk has taken again. */
  #gap: 'none' | 'grows' | 'ends' = 'none'
  #droppedBefore = 0
  #stopped = false
  readonly state: { -readonly [name in keyof ExportState]: ExportState[name] }

  constructor(
    private readonly disk: Disk,
    private readonly scheduler: Scheduler,
    private readonly log: ExportLog,
    private readonly config: MrtFilesConfig
  ) {
    this.#interval = new Interval(scheduler, config.intervalSeconds, time => this.#begin(time))
    this.state = { kind: 'mrt-updates', target: config.file, isUp: false, sent: 0, dropped: 0, lastError: '' }
  }

  start(): void {
    this.#begin(this.scheduler.wallClock())
    this.#interval.start()
  }

  /** Resolves when the last file is whole, or has failed. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#interval.stop()
    this.#retry?.cancel()
    this.#begin(undefined)
    await this.#writing
  }

  /** One record, `bytes[0..length)`; it is copied. */
  append(bytes: Uint8Array, length: number): void {
    if (!this.#hasRoom(length)) {
      this.#drop(1)
      return
    }
    if (this.#filled + length > this.#chunk.length) {
      this.#seal()
      this.#write()
      if (length > chunkBytes) this.#chunk = new Uint8Array(length)
    }
    this.#chunk.set(bytes.subarray(0, length), this.#filled)
    this.#filled += length
    this.#records++
    this.#waiting += length
    this.#flush ??= this.scheduler.after(flushMs, () => {
      this.#flush = undefined
      this.#seal()
      this.#write()
    })
  }

  /** Once records are dropped they are until half the room is free: one gap in the file instead of many. */
  #hasRoom(length: number): boolean {
    if (this.#retry !== undefined || this.#stopped) return false
    const most = this.#gap === 'grows' ? mostWaitingBytes / 2 : mostWaitingBytes
    if (this.#waiting + length > most) return false
    if (this.#gap === 'grows') this.#gap = 'ends'
    return true
  }

  #drop(records: number): void {
    if (this.#gap === 'none') {
      this.#droppedBefore = this.state.dropped
      const why = this.#retry === undefined ? 'the disk is too slow' : 'no file can be written'
      this.log.warn(
        { file: this.config.file, waitingBytes: this.#waiting },
        `MRT records are dropped: ${why}`
      )
    }
    this.#gap = 'grows'
    this.state.dropped += records
  }

  #wrote(records: number): void {
    this.state.sent += records
    if (this.#gap !== 'ends') return
    this.#gap = 'none'
    const dropped = this.state.dropped - this.#droppedBefore
    this.log.warn({ file: this.config.file, dropped }, 'MRT records are written again; so many are missing')
  }

  #begin(time: number | undefined): void {
    this.#retry?.cancel()
    this.#retry = undefined
    this.#seal()
    this.#queue.push({ begin: time })
    this.#write()
  }

  #seal(): void {
    this.#flush?.cancel()
    this.#flush = undefined
    if (this.#filled === 0) return
    // What waits for the disk must not keep more memory than is counted.
    const isSmall = this.#filled < chunkBytes / 2
    const bytes = isSmall ? this.#chunk.slice(0, this.#filled) : this.#chunk.subarray(0, this.#filled)
    this.#queue.push({ bytes, records: this.#records })
    if (!isSmall) this.#chunk = new Uint8Array(chunkBytes)
    this.#filled = 0
    this.#records = 0
  }

  #write(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  async #writeAll(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      try {
        if ('begin' in item) await this.#next(item.begin)
        else await this.#file?.write([item.bytes])
      } catch (error) {
        await this.#failed(error as Error)
      }
      if ('begin' in item) continue
      this.#waiting -= item.bytes.length
      if (this.#file === undefined) this.#drop(item.records)
      else this.#wrote(item.records)
    }
  }

  async #next(time: number | undefined): Promise<void> {
    const before = this.#file
    this.#file = undefined
    this.state.isUp = false
    await before?.finish()
    if (time === undefined) return
    this.#file = await MrtFile.create(this.disk, expandFileName(this.config.file, time))
    this.state.isUp = true
  }

  async #failed({ message }: Error): Promise<void> {
    const file = this.#file?.name ?? this.config.file
    this.log.warn({ file, error: message }, 'MRT file cannot be written')
    this.state.isUp = false
    this.state.lastError = message
    const broken = this.#file
    this.#file = undefined
    if (!this.#stopped)
      this.#retry ??= this.scheduler.after(retryMs, () => this.#begin(this.scheduler.wallClock()))
    await broken?.abandon()
  }
}
