/**
 * Text of a YAML or JSON file as values, with the way back from a value to its line. JSON is YAML 1.2; both go
 * through one parser, which keeps 64-bit numbers whole and finds duplicate keys. That parser takes some 300 µs per
 * object, so large JSON is read by the engine's, and by the other only when a line is asked for.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml'
import { parseAllYaml } from '../yaml/parse-yaml.js'

export type ValuePath = readonly (string | number)[]

export interface Position {
  /** From 1. */
  readonly line: number
  readonly column: number
}

export interface SyntaxProblem extends Position {
  readonly reason: string
}

export interface ConfigDocument {
  /** Plain values; integers are numbers where these are exact, otherwise bigints or decimal texts. */
  readonly value: unknown
  /** Of the member's key or the list's entry; of the deepest part of the path that exists. */
  position(path: ValuePath): Position
}

/** The documents of the text that are not empty, or what keeps it from being YAML. */
export function parseDocuments(text: string): ConfigDocument[] | SyntaxProblem[] {
  const source = new Source(text)
  const json = text.length > largeText ? parseLargeJson(text) : undefined
  if (json !== undefined) {
    return [{ value: json, position: path => source.position(() => offsetOf(source.documents()[0]!, path)) }]
  }
  const documents = source.documents()
  const problems = documents.flatMap(document => document.errors)
  if (problems.length > 0) {
    return problems.map(error => ({ ...source.position(() => error.pos[0]), reason: error.message }))
  }
  try {
    return documents.flatMap((document, index) => {
      if (document.contents === null || isNullScalar(document.contents)) return []
      const position = (path: ValuePath) => source.position(() => offsetOf(source.documents()[index]!, path))
      return { value: withNumbers(document.toJS()), position }
    })
  } catch (error) {
    // Aliases that would grow without bound, or that name no anchor, are found only here.
    return [{ line: 1, column: 1, reason: error instanceof Error ? error.message : String(error) }]
  }
}

/** In characters. */
const largeText = 256 * 1024

/**
 * Integers of 16 digits and more become texts, which is as good for members of 64 bits and as bad for others.
 * Undefined: not JSON, or a number that this breaks; the other parser knows.
 */
function parseLargeJson(text: string): unknown {
  try {
    return JSON.parse(
      text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, token => (token.startsWith('"') ? token : `"${token}"`))
    )
  } catch {
    return undefined
  }
}

/** Syntax trees are large and lines are rarely asked for: they may be forgotten and made again. */
class Source {
  #trees: WeakRef<readonly Document[]> | undefined
  readonly #lines = new LineCounter()

  constructor(private readonly text: string) {}

  documents(): readonly Document[] {
    const kept = this.#trees?.deref()
    if (kept !== undefined) return kept
    // Lines are counted once: the text does not change.
    const lineCounter = this.#trees === undefined ? { lineCounter: this.#lines } : {}
    const trees = parseAllYaml(this.text, { ...lineCounter, intAsBigInt: true })
    this.#trees = new WeakRef(trees)
    return trees
  }

  /** The offset is asked for first: finding it may be what counts the lines. */
  position(offset: () => number): Position {
    const { line, col } = this.#lines.linePos(offset())
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
}

const isNullScalar = (node: unknown): boolean => isScalar(node) && node.value === null

function offsetOf(document: Document, path: ValuePath): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === part)
      if (pair === undefined) return offset
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      offset = startOf(node) ?? offset
    } else {
      return offset
    }
  }
  return offset
}

const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0]

function withNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }
  if (Array.isArray(value)) return value.map(withNumbers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, withNumbers(inner)]))
}
