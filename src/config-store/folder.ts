/** A folder of object files on disk: what is in it, and when to look again. */
import { type FSWatcher, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

export interface FolderListing {
  /** Path -> a text that changes when the file does (inode, times, size); in order of path. */
  readonly files: ReadonlyMap<string, string>
  readonly folders: readonly string[]
}

const extensions = new Set(['.yaml', '.yml', '.json'])

/**
 * Object files below the folder. Names that begin with a dot are left out, which also hides editors' temporary
 * files and the inside of Kubernetes' mounted configuration. Links are followed. Rejects when the folder cannot
 * be read; a file that vanishes meanwhile is left out.
 */
export async function listFolder(folder: string): Promise<FolderListing> {
  const files = new Map<string, string>()
  const folders = [folder]
  // `folders` grows during the walk.
  for (const current of folders) {
    for (const name of (await readdir(current)).sort()) {
      if (name.startsWith('.')) continue
      const path = join(current, name)
      const facts = await stat(path, { bigint: true }).catch(() => undefined)
      if (facts?.isDirectory() === true) folders.push(path)
      else if (facts?.isFile() === true && extensions.has(extname(name))) {
        files.set(path, `${facts.ino} ${facts.mtimeNs} ${facts.ctimeNs} ${facts.size}`)
      }
    }
  }
  return { files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), folders }
}

/**
 * Says that something may have changed in one of the folders. It watches folders and not files, since editors
 * replace files by renaming; where the system offers no notice it stays silent, so the caller also looks by itself.
 */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>()

  constructor(private readonly changed: () => void) {}

  /** From now on these folders. */
  follow(folders: readonly string[]): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.includes(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder)
  }

  close(): void {
    this.follow([])
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.changed())
      watcher.on('error', () => {
        watcher.close()
        if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder)
      })
      this.#watchers.set(folder, watcher)
    } catch {
      // Gone meanwhile, or no watches left: the caller's own look finds the change.
    }
  }
}
