/**
 * The configuration schema: which object types there are, which properties they have and how they may be linked
 * (spec config 1.1 to 1.4, appendix A). Everything here is a fact of the API, read from the tables in `schema/`.
 *
 * Types, links and properties go by their schema names, `virtual-network-properties`; the API writes the same
 * names with underscores (`apiName`). Lookups of types take both.
 */
import { complexTypesAToL } from './schema/complex-types-a-l.js'
import { complexTypesMToZ } from './schema/complex-types-m-z.js'
import {
  linkAttributeTable,
  linkNameTable,
  objectTypeTable,
  parentTable,
  referenceTable
} from './schema/links.js'
import { propertyTable } from './schema/properties.js'

export interface ObjectType {
  /** `virtual-network` */
  readonly name: string
  /** `virtual_network` */
  readonly apiName: string
  /** By API name, in schema order; with those that every type has. */
  readonly properties: ReadonlyMap<string, Member>
  /** What an object of this type may refer to: type name -> link. */
  readonly references: ReadonlyMap<string, LinkType>
  /** What an object of this type may be a child of: type name -> link. */
  readonly parents: ReadonlyMap<string, LinkType>
}

export interface LinkType {
  /** `instance-target`; also the type of the middle node when there is one. */
  readonly name: string
  /** The link has a middle node with an attribute (spec config 1.4). */
  readonly hasAttribute: boolean
  readonly attribute: ComplexType | undefined
}

export type ScalarType = 'integer' | 'long' | 'boolean' | 'string' | 'dateTime'

/** A property of an object, or a member of a complex type. */
export interface Member {
  readonly name: string
  readonly apiName: string
  readonly type: ScalarType | ComplexType
  readonly isList: boolean
  /** What an absent member of a present complex type counts as; undefined: empty, 0 or false (spec config 1.6). */
  readonly defaultText: string | undefined
}

export interface ComplexType {
  readonly name: string
  /** By API name, in schema order. */
  readonly members: ReadonlyMap<string, Member>
}

export const apiName = (name: string): string => name.replaceAll('-', '_')

const scalars = new Set<string>(['integer', 'long', 'boolean', 'string', 'dateTime'])
const isScalar = (name: string): name is ScalarType => scalars.has(name)

interface WritableComplexType extends ComplexType {
  readonly members: Map<string, Member>
}

const complexTypes = new Map<string, WritableComplexType>()
const rowsOfComplexTypes = [...rows(complexTypesAToL), ...rows(complexTypesMToZ)]
for (const [name = ''] of rowsOfComplexTypes) complexTypes.set(name, { name, members: new Map() })
for (const [name = '', ...members] of rowsOfComplexTypes) {
  for (const text of members) {
    const member = memberOf(text)
    complexTypes.get(name)!.members.set(member.apiName, member)
  }
}

const propertiesByType = new Map(
  rows(propertyTable).map(([type = '', ...properties]) => [type, properties.map(memberOf)] as const)
)
const attributeOfLink = new Map(
  rows(linkAttributeTable).map(([link = '', type = '']) => [link, complexTypes.get(type)!])
)
const linkNames = new Map(
  rows(linkNameTable).map(([owner, other, name = '', kind = 'reference']) => [
    `${owner} ${other} ${kind}`,
    name
  ])
)

const types = buildTypes()

/** All object types, in alphabetical order. */
export const objectTypes: readonly ObjectType[] = [...types.values()]

/** By schema name or API name; undefined: there is no such type. */
export function objectType(name: string): ObjectType | undefined {
  return types.get(name) ?? types.get(name.replaceAll('_', '-'))
}

/** The complex type of the attribute that the middle nodes of this link type hold. */
export function linkAttribute(linkName: string): ComplexType | undefined {
  return attributeOfLink.get(linkName)
}

function buildTypes(): Map<string, ObjectType> {
  const common = propertiesByType.get('all') ?? []
  const built = new Map(
    objectTypeTable
      .trim()
      .split(/\s+/)
      .map(name => [
        name,
        {
          name,
          apiName: apiName(name),
          properties: new Map([...(propertiesByType.get(name) ?? []), ...common].map(m => [m.apiName, m])),
          references: new Map<string, LinkType>(),
          parents: new Map<string, LinkType>()
        }
      ])
  )
  for (const type of built.values())
    type.references.set('tag', linkType(type.name, 'tag', 'reference', false))
  for (const [owner = '', ...others] of rows(referenceTable)) {
    for (const text of others) {
      const hasAttribute = text.endsWith('+')
      const other = hasAttribute ? text.slice(0, -1) : text
      built.get(owner)!.references.set(other, linkType(owner, other, 'reference', hasAttribute))
    }
  }
  for (const [parent = '', ...children] of rows(parentTable)) {
    for (const child of children) {
      built.get(child)!.parents.set(parent, linkType(parent, child, 'child', false))
    }
  }
  return built
}

function linkType(
  owner: string,
  other: string,
  kind: 'reference' | 'child',
  hasAttribute: boolean
): LinkType {
  const name = linkNames.get(`${owner} ${other} ${kind}`) ?? `${owner}-${other}`
  return { name, hasAttribute, attribute: hasAttribute ? attributeOfLink.get(name) : undefined }
}

/** `name:type`, with `*` or `+` for lists and `=text` for a default. */
function memberOf(text: string): Member {
  const [, name = '', type = '', mark, defaultText] = /^([^:]+):([^*+=]+)([*+]?)(?:=(.*))?$/.exec(text) ?? []
  return {
    name,
    apiName: apiName(name),
    type: isScalar(type) ? type : complexTypes.get(type)!,
    isList: mark === '*',
    defaultText
  }
}

/** A row starts at the margin; lines that are indented continue it. */
function rows(table: string): string[][] {
  return table
    .trim()
    .replaceAll(/\n +/g, ' ')
    .split('\n')
    .map(row => row.split(' '))
}
