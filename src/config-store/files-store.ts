/**
 * The `files` store: a folder of object files, watched. A file that changes is checked as a whole and applied as a
 * difference. A bad file changes nothing: its last good content stays in force (none at the start), the problems
 * say where and why, and they go when the file is mended.
 *
 * - An object in two files is an error of the file that came later; of two that came together, of the one whose
 *   path is later. That file is tried again with every change, so moving an object between files just works.
 * - A reference to an object that nobody defines is a warning: such links are kept, as the original keeps them,
 *   and take effect when the object appears (spec config 1.5).
 * - What cannot be read at the moment (no descriptors left, no permission, a stale mount) changes nothing, and is tried
 *   again with each look.
 * - Programs that write a file may empty or delete it first. One that had objects and is empty or missing counts when
 *   it is found so twice, a settling time apart: taking its objects out and putting them back would end sessions.
 */
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { ConfigObject } from '../ifmap/config-object.js'
import type { Scheduler, Timer } from '../runtime/scheduler.js'
import type { ConfigProblem, ConfigStore, ConfigStoreListener } from './config-store.js'
import { type FolderListing, FolderWatch, listFolder, messageOf } from './folder.js'
import { inParallel } from './in-parallel.js'
import { type ObjectFile, readObjectFile } from './object-file.js'
import { ObjectFiles } from './object-files.js'
import { wholeFile } from './problem-list.js'
import { readTextFile } from './text-file.js'

export interface FilesStoreOptions {
  readonly folder: string
  readonly scheduler: Scheduler
  /** Quiet time after a notice of change before files are read; 200 ms by default. */
  readonly settleMs?: number
  /** The store looks by itself as often, since not every file system gives notice; 5000 ms by default. */
  readonly lookMs?: number
}

/** How far reading has come; another object with every step, which are signs of life. */
export interface ReadingProgress {
  /** Paths in the folder that were looked at, until the first reading was told. */
  readonly paths: number
  /** Files that were read, since the store was made. */
  readonly files: number
  /** Objects that were read in them. */
  readonly objects: number
  /** The first reading was told. */
  readonly isComplete: boolean
}

/** At once, of the process's descriptors. */
const mostOpenFiles = 16

const defaultSettleMs = 200

const mostPathsTold = 20

interface ReadFile {
  readonly path: string
  readonly stamp: string
  /** Undefined: the file has vanished meanwhile. */
  readonly candidate: ObjectFile | undefined
}

/** The stamp that no file has: of one that could not be read, and is tried again with the next look. */
const unread = ''
/** The stamp of a file that is not there. */
const missing = 'missing'

export class FilesStore implements ConfigStore {
  readonly #files = new ObjectFiles()
  #problems: readonly ConfigProblem[] = []
  #progress: ReadingProgress = { paths: 0, files: 0, objects: 0, isComplete: false }
  #listener: ConfigStoreListener | undefined
  #watch: FolderWatch | undefined
  #settle: Timer | undefined
  #look: Timer | undefined
  #reading: Promise<void> | undefined
  #again = false
  /** Files that had objects and were found empty (with that stamp) or missing, and when first. */
  readonly #doubted = new Map<string, { readonly stamp: string; readonly since: number }>()
  #stopped = false

  constructor(private readonly options: FilesStoreOptions) {}

  get problems(): readonly ConfigProblem[] {
    return this.#problems
  }

  /** Everything in force: what was told, implied objects included. */
  get objects(): Iterable<ConfigObject> {
    return this.#files.objects.values()
  }

  get progress(): ReadingProgress {
    return this.#progress
  }

  start(listener: ConfigStoreListener): void {
    this.#listener = listener
    this.#watch = new FolderWatch(() => this.#noticed())
    void this.reload()
    this.#lookLater()
  }

  stop(): void {
    this.#stopped = true
    this.#listener = undefined
    this.#watch?.close()
    this.#settle?.cancel()
    this.#look?.cancel()
  }

  /** Looks at the folder now. Resolves when all that was there at the call has been told; never rejects. */
  reload(): Promise<void> {
    if (this.#reading === undefined) this.#reading = this.#readUntilQuiet()
    else this.#again = true
    return this.#reading
  }

  #noticed(): void {
    this.#settle?.cancel()
    this.#settle = this.options.scheduler.after(
      this.options.settleMs ?? defaultSettleMs,
      () => void this.reload()
    )
  }

  #lookLater(): void {
    this.#look = this.options.scheduler.after(this.options.lookMs ?? 5000, () => {
      void this.reload()
      this.#lookLater()
    })
  }

  async #readUntilQuiet(): Promise<void> {
    do {
      this.#again = false
      await this.#read()
    } while (this.#again && !this.#stopped)
    this.#reading = undefined
  }

  async #read(): Promise<void> {
    const { folder } = this.options
    let listing: FolderListing
    try {
      listing = await listFolder(folder, () => this.#looked())
    } catch (error) {
      // An unreadable folder is no empty configuration: all stays in force.
      if (!this.#stopped) this.#tellProblems([wholeFile(folder, `cannot be read: ${messageOf(error)}`)])
      return
    }
    const read = await this.#readChanged(listing)
    if (this.#stopped) return
    const vanished = new Set<string>()
    for (const { path, stamp, candidate } of read) {
      if (candidate === undefined) vanished.add(path)
      else if (!candidate.isBlank || !this.#isDoubtful(path, stamp)) this.#files.set(path, stamp, candidate)
    }
    this.#missAbsent(listing, vanished)
    this.#watch?.follow(listing.folders)
    this.#apply(listing)
  }

  #looked(): void {
    if (this.#progress.isComplete) return
    this.#progress = { ...this.#progress, paths: this.#progress.paths + 1 }
  }

  /** In order of path. */
  #readChanged({ files }: FolderListing): Promise<readonly ReadFile[]> {
    const changed = [...files].filter(([path, stamp]) => this.#files.stampOf(path) !== stamp)
    return inParallel(changed, mostOpenFiles, async ([path, stamp]) => {
      // What was read is of no interest then.
      if (this.#stopped) return { path, stamp: unread, candidate: undefined }
      const found = await readCandidate(path, stamp)
      const { files, objects } = this.#progress
      this.#progress = {
        ...this.#progress,
        files: files + 1,
        objects: objects + (found.candidate?.objects.size ?? 0)
      }
      return found
    })
  }

  #missAbsent({ files, unreadable }: FolderListing, vanished: ReadonlySet<string>): void {
    for (const path of [...this.#files.paths]) {
      const isMissing = (!files.has(path) || vanished.has(path)) && !this.#isBelow(path, unreadable)
      if (isMissing && !this.#isDoubtful(path, missing)) this.#files.delete(path)
      else this.#files.miss(path, isMissing)
      if (!isMissing && this.#doubted.get(path)?.stamp === missing) this.#doubted.delete(path)
    }
  }

  /** The path, or a folder above it, is among them. */
  #isBelow(path: string, unreadable: ReadonlyMap<string, string>): boolean {
    for (let at = path; at.length > this.options.folder.length; at = dirname(at))
      if (unreadable.has(at)) return true
    return false
  }

  /** A file that had objects has none, as of this stamp: it may be about to be written. */
  #isDoubtful(path: string, stamp: string): boolean {
    const { scheduler, settleMs = defaultSettleMs } = this.options
    const seen = this.#doubted.get(path)
    const isSame = seen?.stamp === stamp
    if (!this.#files.hasObjects(path) || (isSame && seen.since + settleMs <= scheduler.now())) {
      this.#doubted.delete(path)
      return false
    }
    if (!isSame) this.#doubted.set(path, { stamp, since: scheduler.now() })
    this.#noticed()
    return true
  }

  #apply({ unreadable }: FolderListing): void {
    const { difference, problems } = this.#files.apply()
    if (difference.updated.length + difference.removed.length > 0) this.#listener?.changed(difference)
    this.#tellProblems([...problems, ...this.#problemsOfPaths(unreadable)])
    if (this.#progress.isComplete) return
    this.#progress = { ...this.#progress, isComplete: true }
    this.#listener?.endOfConfig()
  }

  #problemsOfPaths(unreadable: FolderListing['unreadable']): ConfigProblem[] {
    const told = [...unreadable].slice(0, mostPathsTold)
    const problems = told.map(([path, reason]) => wholeFile(path, `cannot be read: ${reason}`))
    const more = unreadable.size - told.length
    if (more > 0) problems.push(wholeFile(this.options.folder, `${more} more paths in it cannot be read`))
    return problems
  }

  #tellProblems(unsorted: readonly ConfigProblem[]): void {
    const problems = [...unsorted].sort(byPlace)
    if (isDeepStrictEqual(problems, this.#problems)) return
    this.#problems = problems
    this.#listener?.problemsChanged(problems)
  }
}

async function readCandidate(path: string, stamp: string): Promise<ReadFile> {
  try {
    return { path, stamp, candidate: readObjectFile(path, await readTextFile(path)) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return { path, stamp, candidate: undefined }
    const problems = [wholeFile(path, `cannot be read: ${messageOf(error)}`)]
    const candidate = { objects: new Map(), problems, isGood: false, isBlank: false }
    // What the system refuses may go well the next time; text that is no text stays so.
    return { path, stamp: code === undefined ? stamp : unread, candidate }
  }
}

const byPlace = (a: ConfigProblem, b: ConfigProblem): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1
