/**
 * Object files as they were read last, and what of them is in force. A file is in force as a whole; an object that
 * two files define belongs to the one that has it.
 */
import { isDeepStrictEqual } from 'node:util'
import { type ConfigObject, identityOf } from '../ifmap/config-object.js'
import { apiName } from '../ifmap/schema.js'
import type { ConfigProblem, ObjectDifference } from './config-store.js'
import { impliedObjects } from './implied-objects.js'
import type { LocatedObject, ObjectFile } from './object-file.js'
import { ProblemList } from './problem-list.js'

interface FileState {
  /** As of the last reading. */
  stamp: string
  candidate: ObjectFile
  /** In force. */
  accepted: ReadonlyMap<string, LocatedObject>
  /** It was not found at the last look, and may come back. */
  isMissing: boolean
}

const nothing: ReadonlyMap<string, LocatedObject> = new Map()

export class ObjectFiles {
  readonly #files = new Map<string, FileState>()
  #objects: ReadonlyMap<string, ConfigObject> = new Map()

  /** Everything in force, implied objects included; by identity. */
  get objects(): ReadonlyMap<string, ConfigObject> {
    return this.#objects
  }

  get paths(): Iterable<string> {
    return this.#files.keys()
  }

  stampOf(path: string): string | undefined {
    return this.#files.get(path)?.stamp
  }

  /** Something of this file is in force. */
  hasObjects(path: string): boolean {
    return (this.#files.get(path)?.accepted.size ?? 0) > 0
  }

  set(path: string, stamp: string, candidate: ObjectFile): void {
    const accepted = this.#files.get(path)?.accepted ?? nothing
    this.#files.set(path, { stamp, candidate, accepted, isMissing: false })
  }

  /** Its objects stay in force, save those that another file claims. */
  miss(path: string, isMissing: boolean): void {
    const file = this.#files.get(path)
    if (file !== undefined) file.isMissing = isMissing
  }

  delete(path: string): void {
    this.#files.delete(path)
  }

  /** Brings into force what can be: what that changes, and what is wrong with any of the files now. */
  apply(): { readonly difference: ObjectDifference; readonly problems: readonly ConfigProblem[] } {
    const conflicts = this.#accept()
    const written = new Map<string, ConfigObject>()
    for (const file of this.#files.values()) {
      for (const [identity, located] of file.accepted) written.set(identity, located.object)
    }
    const objects = new Map([...written, ...impliedObjects(written)])
    const difference = differenceOf(this.#objects, objects)
    this.#objects = objects
    const found = [...this.#files.values()].flatMap(file => file.candidate.problems)
    return { difference, problems: [...found, ...conflicts, ...this.#danglingReferences()] }
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
    const present = [...this.#files].filter(([, file]) => !file.isMissing)
    for (let settled = false; !settled; ) {
      settled = true
      const owners = new Map<string, string>()
      for (const [path, file] of byRight(present, proposalOf)) {
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
    for (const [path, file] of present) file.accepted = proposalOf(path, file)
    this.#cedeMissing(present)
    return [...refused.values()]
  }

  /** A file that was renamed is missing under its old name. */
  #cedeMissing(present: readonly (readonly [string, FileState])[]): void {
    const missing = [...this.#files.values()].filter(file => file.isMissing)
    if (missing.length === 0) return
    const claimed = new Set(present.flatMap(([, { accepted }]) => [...accepted.keys()]))
    for (const file of missing)
      file.accepted = new Map([...file.accepted].filter(([identity]) => !claimed.has(identity)))
  }

  #danglingReferences(): ConfigProblem[] {
    const problems: ConfigProblem[] = []
    for (const [path, file] of this.#files) {
      const ofFile = new ProblemList(path)
      for (const { object, position } of file.accepted.values()) {
        const indexes = new Map<string, number>()
        for (const reference of object.references) {
          const member = `${apiName(reference.type)}_refs`
          const index = indexes.get(member) ?? 0
          indexes.set(member, index + 1)
          if (this.#objects.has(identityOf(reference))) continue
          const at = position([member, index, 'to'])
          const reason = `${reference.type} '${reference.name}' does not exist; the reference waits for it`
          ofFile.add({
            severity: 'warning',
            line: at.line,
            column: at.column,
            path: `${member}[${index}].to`,
            reason
          })
        }
      }
      problems.push(...ofFile.all())
    }
    return problems
  }
}

/** Those that stay as they are first, then in order of path. */
function byRight(
  files: readonly (readonly [string, FileState])[],
  proposalOf: (path: string, file: FileState) => ReadonlyMap<string, LocatedObject>
): (readonly [string, FileState])[] {
  const stays = (path: string, file: FileState) => (proposalOf(path, file) === file.accepted ? 0 : 1)
  return [...files].sort(([a, one], [b, other]) => stays(a, one) - stays(b, other) || (a < b ? -1 : 1))
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
