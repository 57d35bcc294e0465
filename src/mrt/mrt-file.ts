import type { Disk, GrowingFile } from '../runtime/disk.js'

const unfinished = '.unfinished'
/** So many files of one name are tried for. */
const mostOfOneName = 1000

/**
 * A file in the making: `NAME.unfinished` until it is whole, so that who finds NAME finds all of it. A file that is
 * there already is left alone: the new one is NAME.2, as after a restart within the interval.
 */
export class MrtFile {
  bytes = 0

  private constructor(
    private readonly disk: Disk,
    readonly name: string,
    private readonly file: GrowingFile
  ) {}

  /** Rejects with the system's error. */
  static async create(disk: Disk, name: string): Promise<MrtFile> {
    for (let i = 1; i <= mostOfOneName; i++) {
      const candidate = i === 1 ? name : `${name}.${i}`
      if (await disk.exists(candidate)) continue
      const file = await disk.create(candidate + unfinished)
      if (file !== undefined) return new MrtFile(disk, candidate, file)
    }
    throw new Error(`there are ${mostOfOneName} files of that name`)
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    await this.file.write(chunks)
    for (const { length } of chunks) this.bytes += length
  }

  async finish(): Promise<void> {
    await this.file.close()
    await this.disk.rename(this.name + unfinished, this.name)
  }

  /** What was written stays, under the name of what is unfinished; a full disk is not littered with empty files. */
  async abandon(): Promise<void> {
    if (this.bytes === 0) await this.discard()
    else await this.file.close().catch(() => {})
  }

  /** As if it had never been. */
  async discard(): Promise<void> {
    await this.file.close().catch(() => {})
    await this.disk.remove(this.name + unfinished).catch(() => {})
  }
}
