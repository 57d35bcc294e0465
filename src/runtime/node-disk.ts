/** The process's disk. The work is done by the threads of the runtime, never by the one for routing. */
import { access, type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Disk, GrowingFile } from './disk.js'

export class NodeDisk implements Disk {
  async create(path: string): Promise<GrowingFile | undefined> {
    await mkdir(dirname(path), { recursive: true })
    try {
      return new NodeFile(await open(path, 'wx'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
      throw error
    }
  }

  exists(path: string): Promise<boolean> {
    return access(path).then(
      () => true,
      () => false
    )
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to)
  }

  remove(path: string): Promise<void> {
    return unlink(path)
  }
}

class NodeFile implements GrowingFile {
  constructor(private readonly handle: FileHandle) {}

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      // The system may take less than it was given.
      for (let at = 0; at < chunk.length; )
        at += (await this.handle.write(chunk, at, chunk.length - at)).bytesWritten
    }
  }

  async close(): Promise<void> {
    try {
      await this.handle.datasync()
    } finally {
      await this.handle.close()
    }
  }
}
