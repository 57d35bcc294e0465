import type { Disk, GrowingFile } from '../../src/runtime/disk.js'

/** A disk in memory that takes nothing while it is `stuck`, and fails while there is an `error`. */
export class VirtualDisk implements Disk {
  readonly files = new Map<string, Buffer>()
  /** Bytes of memory that the last write would have kept while the disk was busy. */
  kept = 0
  /** Bytes that it still takes; beyond them files can be made, and nothing written into them. */
  room = Number.POSITIVE_INFINITY
  error: Error | undefined
  #stuck: Promise<void> | undefined
  #free = (): void => {}

  get names(): string[] {
    return [...this.files.keys()].sort()
  }

  stick(): void {
    this.#stuck = new Promise(resolve => {
      this.#free = resolve
    })
  }

  free(): void {
    this.#free()
    this.#stuck = undefined
  }

  /** While it is stuck: whoever waits first is served, alone. */
  takeOne(): void {
    this.#free()
    this.stick()
  }

  async #work(): Promise<void> {
    await this.#stuck
    if (this.error !== undefined) throw this.error
  }

  async create(path: string): Promise<GrowingFile | undefined> {
    await this.#work()
    if (this.files.has(path)) return undefined
    this.files.set(path, Buffer.alloc(0))
    return {
      write: async chunks => {
        this.kept = chunks.reduce((sum, chunk) => sum + chunk.buffer.byteLength, 0)
        await this.#work()
        this.room -= chunks.reduce((sum, { length }) => sum + length, 0)
        if (this.room < 0) throw new Error('no space left on device')
        this.files.set(path, Buffer.concat([this.files.get(path)!, ...chunks]))
      },
      close: () => this.#work()
    }
  }

  async exists(path: string): Promise<boolean> {
    return this.files.has(path)
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#work()
    this.files.set(to, this.files.get(from)!)
    this.files.delete(from)
  }

  async remove(path: string): Promise<void> {
    if (!this.files.delete(path)) throw new Error(`no such file: ${path}`)
  }
}

/** Lets what waits for the disk go on: promises run to their end between two turns of the event loop. */
export const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
