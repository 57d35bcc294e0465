/**
 * The `files` store: a folder of object files, watched. A file that changes is checked as a whole and applied as a
 * difference. A bad file changes nothing: its last good content stays in force (none at the start), the problems
 * say where and why, and they go when the file is mended.
 *
 * - An object in two files is an error of the file that came later; of two that came together, of the one whose
 *   path is later. That file is tried again with every change, so moving an object between files just works.
 * - A reference to an object that nobody defines is a warning: such links are kept, as the original keeps them,
 *   and take effect when the object appears (spec config 1.5).
 */
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { type ConfigObject, identityOf } from '../ifmap/config-object.js'
import { apiName } from '../ifmap/schema.js'
import type { Scheduler, Timer } from '../runtime/scheduler.js'
import type { ConfigProblem, ConfigStore, ConfigStoreListener, ObjectDifference } from './config-store.js'
import { type FolderListing, FolderWatch, listFolder } from './folder.js'
import { impliedObjects } from './implied-objects.js'
import { type LocatedObject, type ObjectFile, readObjectFile } from './object-file.js'

export interface FilesStoreOptions {
  readonly folder: string
  readonly scheduler: Scheduler
  /** Quiet time after a notice of change before files are read; 200 ms by default. */
  readonly settleMs?: number
  /** The store looks by itself as often, since not every file system gives notice; 5000 ms by default. */
  readonly lookMs?: number
}

interface FileState {
  /** As of the last reading. */
  stamp: string
  candidate: ObjectFile
  /** In force. */
  accepted: ReadonlyMap<string, LocatedObject>
}

const nothing: ReadonlyMap<string, LocatedObject> = new Map()

export class FilesStore implements ConfigStore {
  readonly #files = new Map<string, FileState>()
  #objects: ReadonlyMap<string, ConfigObject> = new Map()
  #problems: readonly ConfigProblem[] = []
  #listener: ConfigStoreListener | undefined
  #watch: FolderWatch | undefined
  #settle: Timer | undefined
  #look: Timer | undefined
  #reading: Promise<void> | undefined
  #again = false
  /** Files that had objects and were found empty, with their stamp then. */
  readonly #emptied = new Map<string, string>()
  #ended = false
  #stopped = false

  constructor(private readonly options: FilesStoreOptions) {}

  get problems(): readonly ConfigProblem[] {
    return this.#problems
  }

  /** Everything in force: what was told, implied objects included. */
  get objects(): Iterable<ConfigObject> {
    return this.#objects.values()
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
    this.#settle = this.options.scheduler.after(this.options.settleMs ?? 200, () => void this.reload())
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
      listing = await listFolder(folder)
    } catch (error) {
      // An unreadable folder is no empty configuration: all stays in force.
      if (!this.#stopped) this.#tellProblems([wholeFile(folder, `cannot be read: ${messageOf(error)}`)])
      return
    }
    const changed = [...listing.files].filter(([path, stamp]) => this.#files.get(path)?.stamp !== stamp)
    const read = await Promise.all(
      changed.map(async ([path, stamp]) => ({ path, stamp, candidate: await readCandidate(path) }))
    )
    if (this.#stopped) return
    for (const { path, stamp, candidate } of read) {
      if (this.#isBeingWritten(path, stamp, candidate)) continue
      this.#files.set(path, { stamp, candidate, accepted: this.#files.get(path)?.accepted ?? nothing })
    }
    for (const path of this.#files.keys()) if (!listing.files.has(path)) this.#files.delete(path)
    this.#watch?.follow(listing.folders)
    this.#apply()
  }

  /**
   * Many programs empty a file before they write it. One that had objects and is empty counts only when it is found
   * so twice: taking its objects out and putting them back would end sessions.
   */
  #isBeingWritten(path: string, stamp: string, { isBlank }: ObjectFile): boolean {
    const seen = this.#emptied.get(path)
    this.#emptied.delete(path)
    if (!isBlank || seen === stamp || (this.#files.get(path)?.accepted.size ?? 0) === 0) return false
    this.#emptied.set(path, stamp)
    this.#noticed()
    return true
  }

  #apply(): void {
    const conflicts = this.#accept()
    const written = new Map<string, ConfigObject>()
    for (const file of this.#files.values()) {
      for (const [identity, located] of file.accepted) written.set(identity, located.object)
    }
    const objects = new Map([...written, ...impliedObjects(written)])
    const difference = differenceOf(this.#objects, objects)
    this.#objects = objects
    if (difference.updated.length + difference.removed.length > 0) this.#listener?.changed(difference)
    const found = [...this.#files.values()].flatMap(file => file.candidate.problems)
    this.#tellProblems([...found, ...conflicts, ...this.#danglingReferences()])
    if (this.#ended) return
    this.#ended = true
    this.#listener?.endOfConfig()
  }

  /**
   * Brings good candidates into force, unless that would define an object twice: then the file that has it keeps
   * it, or else the first in order of path. A refused file falls back to what it had, which may now collide with
   * another candidate in turn; each round refuses at least one, and what is in force never collides.
   */
  #accept(): ConfigProblem[] {
    const refused = new Map<string, ConfigProblem>()
    const proposalOf = (path: string, file: FileState) =>
      file.candidate.isGood && !refused.has(path) ? file.candidate.objects : file.accepted
    for (let settled = false; !settled; ) {
      settled = true
      const owners = new Map<string, string>()
      for (const path of this.#pathsByRight(proposalOf)) {
        const file = this.#files.get(path)!
        for (const [identity, located] of proposalOf(path, file)) {
          const owner = owners.get(identity)
          if (owner === undefined) owners.set(identity, path)
          else if (!refused.has(path)) {
            refused.set(path, duplicate(path, owner, located))
            settled = false
          }
        }
      }
    }
    for (const [path, file] of this.#files) file.accepted = proposalOf(path, file)
    return [...refused.values()]
  }

  /** Those that stay as they are first, then in order of path. */
  #pathsByRight(proposalOf: (path: string, file: FileState) => ReadonlyMap<string, LocatedObject>): string[] {
    const stays = (path: string) => {
      const file = this.#files.get(path)!
      return proposalOf(path, file) === file.accepted ? 0 : 1
    }
    return [...this.#files.keys()].sort((a, b) => stays(a) - stays(b) || (a < b ? -1 : 1))
  }

  #danglingReferences(): ConfigProblem[] {
    const problems: ConfigProblem[] = []
    for (const [path, file] of this.#files) {
      for (const { object, position } of file.accepted.values()) {
        const indexes = new Map<string, number>()
        for (const reference of object.references) {
          const member = `${apiName(reference.type)}_refs`
          const index = indexes.get(member) ?? 0
          indexes.set(member, index + 1)
          if (this.#objects.has(identityOf(reference))) continue
          const at = position([member, index, 'to'])
          const reason = `${reference.type} '${reference.name}' does not exist; the reference waits for it`
          problems.push({
            severity: 'warning',
            file: path,
            line: at.line,
            column: at.column,
            path: `${member}[${index}].to`,
            reason
          })
        }
      }
    }
    return problems
  }

  #tellProblems(unsorted: readonly ConfigProblem[]): void {
    const problems = [...unsorted].sort(byPlace)
    if (isDeepStrictEqual(problems, this.#problems)) return
    this.#problems = problems
    this.#listener?.problemsChanged(problems)
  }
}

async function readCandidate(path: string): Promise<ObjectFile> {
  try {
    return readObjectFile(path, await readFile(path, 'utf8'))
  } catch (error) {
    const problem = wholeFile(path, `cannot be read: ${messageOf(error)}`)
    return { objects: nothing, problems: [problem], isGood: false, isBlank: false }
  }
}

function differenceOf(
  before: ReadonlyMap<string, ConfigObject>,
  after: ReadonlyMap<string, ConfigObject>
): ObjectDifference {
  const updated: ConfigObject[] = []
  const removed: ConfigObject[] = []
  for (const [identity, object] of after) {
    const old = before.get(identity)
    if (old !== object && !isDeepStrictEqual(old, object)) updated.push(object)
  }
  for (const [identity, object] of before) if (!after.has(identity)) removed.push(object)
  return { updated, removed: removed.map(({ type, name }) => ({ type, name })) }
}

function duplicate(path: string, owner: string, located: LocatedObject): ConfigProblem {
  const { type, name } = located.object
  const reason = `${type} '${name}' is already defined in ${owner}`
  const { line, column } = located.position([])
  return { severity: 'error', file: path, line, column, path: '', reason }
}

const wholeFile = (file: string, reason: string): ConfigProblem => ({
  severity: 'error',
  file,
  line: 0,
  column: 0,
  path: '',
  reason
})

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const byPlace = (a: ConfigProblem, b: ConfigProblem): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1
