/**
 * One file of configuration objects: YAML or JSON, one object or a list of objects per document, each in the API's
 * JSON form (spec config 10.2, 10.3). A file is good as a whole or not at all.
 */
import { type ConfigObject, identityOf, type ObjectProblem } from '../ifmap/config-object.js'
import { parseObject } from '../ifmap/object-parser.js'
import { checkValues } from '../ifmap/value-checks.js'
import { type ConfigDocument, type Position, parseDocuments, type ValuePath } from './config-document.js'
import type { ConfigProblem } from './config-store.js'
import { ProblemList } from './problem-list.js'

/** An object and the way back to where it is written. */
export interface LocatedObject {
  readonly object: ConfigObject
  position(path: ValuePath): Position
}

export interface ObjectFile {
  /** By identity; complete only without an error among `problems`. */
  readonly objects: ReadonlyMap<string, LocatedObject>
  readonly problems: readonly ConfigProblem[]
  readonly isGood: boolean
  /** There is nothing but white space in it. */
  readonly isBlank: boolean
}

export function readObjectFile(file: string, text: string): ObjectFile {
  const reader = new FileReader(file)
  for (const document of parseDocuments(text)) {
    if ('reason' in document)
      reader.report(document, { severity: 'error', path: [], reason: document.reason })
    else reader.read(document)
  }
  return {
    objects: reader.objects,
    problems: reader.problems.all(),
    isBlank: text.trim() === '',
    isGood: !reader.problems.hasErrors
  }
}

class FileReader {
  readonly objects = new Map<string, LocatedObject>()
  readonly problems: ProblemList

  constructor(file: string) {
    this.problems = new ProblemList(file)
  }

  read(document: ConfigDocument): void {
    if (Array.isArray(document.value)) {
      for (const [index, json] of document.value.entries()) this.#readObject(document, [index], json)
    } else {
      this.#readObject(document, [], document.value)
    }
  }

  report(at: Position, problem: ObjectProblem): void {
    const { severity, reason } = problem
    this.problems.add({
      severity,
      line: at.line,
      column: at.column,
      path: printPath(problem.path),
      reason
    })
  }

  #readObject(document: ConfigDocument, start: ValuePath, json: unknown): void {
    const parsed = parseObject(json)
    const inner = parsed.object === undefined ? undefined : wrapperOf(json)
    const position = (path: ValuePath): Position =>
      document.position([...start, ...(inner === undefined ? [] : [inner]), ...path])
    for (const problem of parsed.problems) {
      this.report(document.position([...start, ...problem.path]), problem)
    }
    const object = parsed.object
    if (object === undefined || parsed.hidden) return
    for (const problem of checkValues(object)) this.report(position(problem.path), problem)
    const identity = identityOf(object)
    const earlier = this.objects.get(identity)
    if (earlier !== undefined) {
      const reason = `${object.type} '${object.name}' is already defined in line ${earlier.position([]).line}`
      this.report(position([]), { severity: 'error', path: [], reason })
    }
    this.objects.set(identity, { object, position })
  }
}

/** The type of an object that is written as `{ <type>: { … } }`. */
function wrapperOf(json: unknown): string | undefined {
  const members = Object.keys(json as object)
  return members.length === 1 ? members[0] : undefined
}

/** `bgp_router_refs[0].attr.session` */
export function printPath(path: ValuePath): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    ''
  )
}
