/**
 * Reads one object in the API's JSON form (spec config 1.3, 1.5, 1.6, 10.2):
 *   { type, fq_name, parent_type, <property>, <type>_refs: [{ to, attr }] }   or   { <type>: { fq_name, … } }
 * Every problem is found in one pass and says where it is; an object with an error is not given at all.
 * Members that only the API server uses (uuid, href, back references, children) are ignored, and so is `note`,
 * which is free for people. An object in draft mode (any `draft_mode_state`, even an empty one) is `hidden`.
 */
import type {
  ConfigObject,
  Json,
  JsonObject,
  ObjectProblem,
  ParentReference,
  Reference
} from './config-object.js'
import { didYouMean } from './did-you-mean.js'
import { type ComplexType, type Member, type ObjectType, objectType, objectTypes } from './schema.js'

export interface ParsedObject {
  readonly object: ConfigObject | undefined
  /** Drafts are not part of the configuration. */
  readonly hidden: boolean
  readonly problems: readonly ObjectProblem[]
}

type Path = readonly (string | number)[]

const ignoredMembers = new Set([
  'type',
  'fq_name',
  'parent_type',
  'uuid',
  'href',
  'name',
  'note',
  'parent_uuid',
  'parent_href',
  'draft_mode_state'
])

export function parseObject(json: unknown): ParsedObject {
  const parser = new ObjectParser()
  const object = parser.read(json)
  const bad = parser.problems.some(problem => problem.severity === 'error')
  return { object: bad ? undefined : object, hidden: parser.hidden && !bad, problems: parser.problems }
}

class ObjectParser {
  readonly problems: ObjectProblem[] = []
  hidden = false

  read(json: unknown): ConfigObject | undefined {
    if (!isJsonObject(json)) return this.#fail([], `expected an object, found ${kindOf(json)}`)
    const members = Object.keys(json)
    const wrapper = members.length === 1 && !('type' in json) ? members[0]! : undefined
    if (wrapper !== undefined) return this.#readTyped(wrapper, json[wrapper], [wrapper], [wrapper])
    if (!('type' in json)) return this.#fail([], "missing 'type'")
    if (typeof json.type !== 'string')
      return this.#fail(['type'], `expected a text, found ${kindOf(json.type)}`)
    return this.#readTyped(json.type, json, ['type'], [])
  }

  #readTyped(typeName: string, json: unknown, typePath: Path, path: Path): ConfigObject | undefined {
    const type = objectType(typeName)
    if (type === undefined) {
      const hint = didYouMean(
        typeName,
        objectTypes.map(known => known.apiName)
      )
      return this.#fail(typePath, `unknown type '${typeName}'${hint}`)
    }
    if (!isJsonObject(json)) return this.#fail(path, `expected an object, found ${kindOf(json)}`)
    this.hidden = typeof json.draft_mode_state === 'string'
    const fqName = this.#fqName(json.fq_name, [...path, 'fq_name'])
    if (fqName === undefined) return undefined
    const name = fqName.join(':')
    const references: Reference[] = []
    const properties: Record<string, Json> = {}
    for (const [member, value] of Object.entries(json)) {
      const at = [...path, member]
      const property = type.properties.get(member)
      if (property !== undefined && member !== 'draft_mode_state') {
        const read = this.#value(property, value, at)
        if (read !== undefined) properties[member] = read
      } else if (ignoredMembers.has(member) || member.includes('back_refs') || isChildList(type, member)) {
      } else if (member.endsWith('_refs')) {
        this.#references(type, member, value, at, references)
      } else {
        this.#fail(
          at,
          `unknown member '${member}' of ${type.apiName}${didYouMean(member, knownMembers(type))}`
        )
      }
    }
    const parent = this.#parent(type, fqName, json.parent_type, [...path, 'parent_type'])
    return { type: type.name, name, parent, properties, references }
  }

  #fqName(json: unknown, path: Path): string[] | undefined {
    if (json === undefined) return this.#fail(path.slice(0, -1), "missing 'fq_name'")
    if (!Array.isArray(json) || json.length === 0) {
      return this.#fail(path, `expected a list of texts, found ${kindOf(json)}`)
    }
    for (const [index, part] of json.entries()) {
      if (typeof part !== 'string' && typeof part !== 'number') {
        return this.#fail([...path, index], `expected a text, found ${kindOf(part)}`)
      }
      if (part === '') return this.#fail([...path, index], 'a component of a name cannot be empty')
    }
    return json.map(String)
  }

  /**
   * The parent's name is the own one without its last component. `parent_type` may be left out where the schema
   * knows one parent type only and the name has a parent part.
   */
  #parent(type: ObjectType, fqName: string[], json: unknown, path: Path): ParentReference | undefined {
    const name = fqName.slice(0, -1).join(':')
    if (json === undefined || json === null) {
      const only = type.parents.size === 1 ? [...type.parents.keys()][0]! : undefined
      return only === undefined || only === 'config-root' || name === '' ? undefined : { type: only, name }
    }
    if (typeof json !== 'string') return this.#fail(path, `expected a text, found ${kindOf(json)}`)
    const parentType = objectType(json)?.name
    if (parentType === undefined || !type.parents.has(parentType)) {
      const known = [...type.parents.keys()]
      const allowed = known.length === 0 ? 'it has no parent' : `allowed: ${known.join(', ')}`
      return this.#fail(path, `${type.apiName} cannot be a child of '${json}' (${allowed})`)
    }
    if (parentType === 'config-root') return undefined
    if (name === '') return this.#fail(path, 'an object with a parent needs a name of two or more components')
    return { type: parentType, name }
  }

  #references(type: ObjectType, member: string, json: unknown, path: Path, into: Reference[]): void {
    const targetName = member.slice(0, -'_refs'.length)
    const target = objectType(targetName)
    const link = target === undefined ? undefined : type.references.get(target.name)
    if (target === undefined || link === undefined) {
      this.#fail(
        path,
        `${type.apiName} has no references '${member}'${didYouMean(member, knownMembers(type))}`
      )
      return
    }
    if (json === null) return
    if (!Array.isArray(json)) {
      this.#fail(path, `expected a list, found ${kindOf(json)}`)
      return
    }
    for (const [index, entry] of json.entries()) {
      const at = [...path, index]
      if (!isJsonObject(entry)) {
        this.#fail(at, `expected an object, found ${kindOf(entry)}`)
        continue
      }
      const to = typeof entry.to === 'string' ? entry.to : this.#fqName(entry.to, [...at, 'to'])?.join(':')
      if (to === undefined) continue
      const attribute = this.#attribute(link.attribute, entry.attr, [...at, 'attr'])
      into.push({ type: target.name, name: to, attribute })
    }
  }

  #attribute(type: ComplexType | undefined, json: unknown, path: Path): JsonObject | undefined {
    if (type !== undefined) return json === undefined || json === null ? {} : this.#complex(type, json, path)
    if (json !== undefined && json !== null && !(isJsonObject(json) && Object.keys(json).length === 0)) {
      this.problems.push({ severity: 'warning', path, reason: 'this reference has no attribute: ignored' })
    }
    return undefined
  }

  /** Undefined: null, which counts as absent (spec config 1.6), or a problem. */
  #value(member: Member, json: unknown, path: Path): Json | undefined {
    if (json === null || json === undefined) return undefined
    if (!member.isList) return this.#single(member.type, json, path)
    if (!Array.isArray(json)) return this.#fail(path, `expected a list, found ${kindOf(json)}`)
    const list: Json[] = []
    for (const [index, entry] of json.entries()) {
      const read = this.#single(member.type, entry, [...path, index])
      if (read !== undefined) list.push(read)
    }
    return list
  }

  #single(type: Member['type'], json: unknown, path: Path): Json | undefined {
    if (typeof type === 'object') return this.#complex(type, json, path)
    switch (type) {
      case 'integer':
        return integer(json) ?? this.#fail(path, `expected an integer of 32 bits, found ${kindOf(json)}`)
      case 'long':
        return long(json) ?? this.#fail(path, `expected an integer of 64 bits, found ${kindOf(json)}`)
      case 'boolean':
        if (typeof json === 'boolean') return json
        if (typeof json === 'string') return json === 'true'
        return this.#fail(path, `expected true or false, found ${kindOf(json)}`)
      default:
        if (typeof json === 'string') return json
        if (typeof json === 'number' || typeof json === 'bigint' || typeof json === 'boolean')
          return String(json)
        return this.#fail(path, `expected a text, found ${kindOf(json)}`)
    }
  }

  #complex(type: ComplexType, json: unknown, path: Path): JsonObject | undefined {
    if (!isJsonObject(json)) return this.#fail(path, `expected an object, found ${kindOf(json)}`)
    const result: Record<string, Json> = {}
    for (const [name, value] of Object.entries(json)) {
      const member = type.members.get(name)
      if (isLeftover(name)) continue
      if (member === undefined) {
        this.#fail([...path, name], `unknown member '${name}'${didYouMean(name, type.members.keys())}`)
        continue
      }
      const read = this.#value(member, value, [...path, name])
      if (read !== undefined) result[name] = read
    }
    return result
  }

  #fail(path: Path, reason: string): undefined {
    this.problems.push({ severity: 'error', path, reason })
    return undefined
  }
}

/** Attributes of IF-MAP, which databases of old releases still hold. */
const isLeftover = (member: string): boolean => member.startsWith('xmlns:') || member.startsWith('ifmap_')

function* knownMembers(type: ObjectType): Generator<string> {
  yield* type.properties.keys()
  for (const target of type.references.keys()) yield `${objectType(target)!.apiName}_refs`
  yield* ignoredMembers
}

/** `virtual_networks` of a project: children come from their own side. */
function isChildList(type: ObjectType, member: string): boolean {
  return member.endsWith('s') && objectType(member.slice(0, -1))?.parents.has(type.name) === true
}

/** 32 bits, signed or unsigned, or a decimal text with trailing blanks (spec config 1.6). */
function integer(json: unknown): number | undefined {
  const value = typeof json === 'string' && /^-?\d{1,10} *$/.test(json) ? Number(json) : json
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32
    ? value
    : undefined
}

/** Kept as decimal text: 64 bits do not pass through a double. */
function long(json: unknown): string | undefined {
  const isText = typeof json === 'string' && /^\d{1,20} *$/.test(json)
  const isNumber = (typeof json === 'number' && Number.isSafeInteger(json)) || typeof json === 'bigint'
  if (!isText && !isNumber) return undefined
  const value = BigInt(typeof json === 'string' ? json.trim() : json)
  return value >= 0n && value < 2n ** 64n ? String(value) : undefined
}

function isJsonObject(json: unknown): json is { readonly [member: string]: unknown } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function kindOf(json: unknown): string {
  if (json === undefined) return 'nothing'
  if (json === null) return 'null'
  if (Array.isArray(json)) return json.length === 0 ? 'an empty list' : 'a list'
  if (typeof json === 'object') return 'an object'
  return typeof json === 'string' ? `the text '${json}'` : String(json)
}
