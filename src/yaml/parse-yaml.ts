/**
 * YAML with work that grows as the text does. The parser's own look for duplicate keys compares every key of a mapping
 * with every other: 20,000 keys keep the process for seconds. Here each mapping has a set of those it has had.
 */
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  parseAllDocuments,
  parseDocument,
  YAMLParseError
} from 'yaml'

export interface YamlOptions {
  /** Told of every line of the text. */
  readonly lineCounter?: LineCounter
  /** Whole numbers are bigints, whatever their size. */
  readonly intAsBigInt?: boolean
}

/** A document that is the whole text; another one after it is among its errors, which are in order of place. */
export function parseYaml(text: string, options: YamlOptions = {}): Document {
  return withDuplicateKeys(parseDocument(text, { ...options, ...always }))
}

/** All documents of the text, each with its errors in order of place. */
export function parseAllYaml(text: string, options: YamlOptions = {}): Document[] {
  const documents = parseAllDocuments(text, { ...options, ...always })
  return Array.isArray(documents) ? documents.map(withDuplicateKeys) : []
}

const always = { prettyErrors: false, uniqueKeys: false } as const

function withDuplicateKeys<D extends Document>(document: D): D {
  const duplicates = duplicateKeys(document.contents)
  if (duplicates.length === 0) return document
  const errors = duplicates.map(
    ([start, end]) => new YAMLParseError([start, end], 'DUPLICATE_KEY', 'Map keys must be unique')
  )
  document.errors = [...document.errors, ...errors].sort((a, b) => a.pos[0] - b.pos[0])
  return document
}

/**
 * Where keys are that their mapping has already, at any depth. Keys are the same as in the parser's own look: scalars
 * with one value, of which `1` and `"1"` are two; lists, mappings and aliases differ from all.
 */
function duplicateKeys(contents: unknown): (readonly [start: number, end: number])[] {
  const duplicates: (readonly [number, number])[] = []
  // A stack of its own: texts may be nested as deep as they are long.
  const rest: unknown[] = [contents]
  while (rest.length > 0) {
    const node = rest.pop()
    if (isPair(node)) rest.push(node.key, node.value)
    if (isSeq(node)) for (const item of node.items) rest.push(item)
    if (!isMap(node)) continue
    const seen = new Set<unknown>()
    for (const { key, value } of node.items) {
      rest.push(key, value)
      if (!isScalar(key)) continue
      if (seen.has(key.value)) duplicates.push([key.range?.[0] ?? 0, key.range?.[1] ?? 1])
      seen.add(key.value)
    }
  }
  return duplicates
}
