/** A folder of object files on disk: what is in it, and when to look again. */
import { type BigIntStats, type FSWatcher, watch } from 'node:fs'
import { lstat, readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { inParallel } from './in-parallel.js'

export interface FolderListing {
  /** Path -> a text that changes when the file does (inode, times, size); in order of path. */
  readonly files: ReadonlyMap<string, string>
  readonly folders: readonly string[]
  /** Path -> why nobody knows what is there; a folder's stands for all that is below it. */
  readonly unreadable: ReadonlyMap<string, string>
}

/** Questions to the file system that are under way at a time: one may take milliseconds on a mount from afar. */
const mostQuestions = 16

const extensions = new Set(['.yaml', '.yml', '.json'])

/**
 * Object files below the folder. Names that begin with a dot are left out, which also hides editors' temporary
 * files and the inside of Kubernetes' mounted configuration. Links are followed, but no folder is walked twice: a link
 * to a folder above would have no end. Rejects when the folder itself cannot be read; what vanishes meanwhile is left
 * out. `looked` is called for each path when the system has said what it is.
 */
export async function listFolder(folder: string, looked: () => void = () => {}): Promise<FolderListing> {
  const files = new Map<string, string>()
  const unreadable = new Map<string, string>()
  const walked = new Set([identityOf(await stat(folder, { bigint: true }))])
  const folders = [folder]
  // `folders` grows during the walk.
  for (const current of folders) {
    const paths = (await namesIn(current)).map(name => join(current, name))
    const found = await inParallel(paths, mostQuestions, factsOf)
    for (const [index, path] of paths.entries()) {
      const facts = found[index]
      if (facts?.isDirectory() === true && !walked.has(identityOf(facts))) {
        walked.add(identityOf(facts))
        folders.push(path)
      } else if (facts?.isFile() === true && extensions.has(extname(path))) {
        files.set(path, `${facts.ino} ${facts.mtimeNs} ${facts.ctimeNs} ${facts.size}`)
      }
    }
  }
  return { files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), folders, unreadable }

  async function namesIn(current: string): Promise<string[]> {
    try {
      // A folder that can be listed and not searched would look like one in which nothing is left.
      await stat(`${current}/.`)
      return (await readdir(current)).filter(name => !name.startsWith('.')).sort()
    } catch (error) {
      if (current === folder) throw error
      if (codeOf(error) !== 'ENOENT') unreadable.set(current, messageOf(error))
      return []
    }
  }

  async function factsOf(path: string): Promise<BigIntStats | undefined> {
    try {
      return await stat(path, { bigint: true })
    } catch (error) {
      // Not there any more, unless it is a link that leads nowhere.
      if (codeOf(error) !== 'ENOENT') unreadable.set(path, messageOf(error))
      else if (await isLink(path)) unreadable.set(path, 'the link leads to nothing')
      return undefined
    } finally {
      looked()
    }
  }
}

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev} ${ino}`

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const isLink = (path: string): Promise<boolean> =>
  lstat(path).then(
    facts => facts.isSymbolicLink(),
    () => false
  )

/** What the system said. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

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
