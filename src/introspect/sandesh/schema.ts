/**
 * Sandesh structures (introspect §1.5): a row per field, in declaration order, with name, identifier and where the
 * value comes from. A row whose value is undefined is left out: that is how optional fields are declared.
 */
import { escapeText, printDouble, printTime } from './format.js'

/** Writes one field of a value, or nothing. */
export type Field<T> = (from: T) => string

export interface Struct<T> {
  readonly name: string
  readonly fields: readonly Field<T>[]
}

/** Annotations of a field, in alphabetical order. */
export interface Attributes {
  readonly aggtype?: string
  readonly key?: string
  /** The request that a click on the value leads to. */
  readonly link?: string
  readonly link_title?: string
  readonly metric?: string
  readonly tags?: string
}

export const struct = <T>(name: string, fields: readonly Field<T>[]): Struct<T> => ({ name, fields })

const open = (name: string, type: string, identifier: number, attributes: Attributes = {}): string => {
  const extra = Object.entries(attributes).map(([key, value]) => ` ${key}="${value}"`)
  return `<${name} type="${type}" identifier="${identifier}"${extra.join('')}>`
}

const scalar =
  <V>(type: string, print: (value: V) => string) =>
  <T>(
    name: string,
    identifier: number,
    value: (from: T) => V | undefined,
    attributes?: Attributes
  ): Field<T> => {
    const begin = open(name, type, identifier, attributes)
    const end = `</${name}>`
    return from => {
      const found = value(from)
      return found === undefined ? '' : begin + print(found) + end
    }
  }

const integer = (value: number): string => String(Math.trunc(value))

export const text = scalar('string', escapeText)
export const bool = scalar<boolean>('bool', String)
export const i16 = scalar('i16', integer)
export const i32 = scalar('i32', integer)
export const i64 = scalar('i64', integer)
export const u16 = scalar('u16', integer)
export const u32 = scalar('u32', integer)
export const u64 = scalar('u64', integer)
export const double = scalar('double', printDouble)

/** A time; undefined is a time that never was: the element is there and empty. */
export const time = <T>(name: string, identifier: number, value: (from: T) => number | undefined): Field<T> =>
  text(name, identifier, from => printTime(value(from)))

/** A list of strings. */
export function texts<T>(
  name: string,
  identifier: number,
  values: (from: T) => readonly string[] | undefined,
  attributes?: Attributes
): Field<T> {
  const begin = open(name, 'list', identifier, attributes)
  return from => {
    const found = values(from)
    if (found === undefined) return ''
    let body = ''
    for (const value of found) body += `<element>${escapeText(value)}</element>`
    return `${begin}<list type="string" size="${found.length}">${body}</list></${name}>`
  }
}

/** A list of structures. */
export function structs<T, U>(
  name: string,
  identifier: number,
  of: Struct<U>,
  values: (from: T) => readonly U[] | undefined,
  attributes?: Attributes
): Field<T> {
  const begin = open(name, 'list', identifier, attributes)
  return from => {
    const found = values(from)
    if (found === undefined) return ''
    let body = ''
    for (const value of found) body += writeStruct(of, value)
    return `${begin}<list type="struct" size="${found.length}">${body}</list></${name}>`
  }
}

/** A list of structures that were written before, in slices. */
export function written<T>(
  name: string,
  identifier: number,
  values: (from: T) => readonly string[]
): Field<T> {
  const begin = open(name, 'list', identifier)
  return from => {
    const found = values(from)
    return `${begin}<list type="struct" size="${found.length}">${found.join('')}</list></${name}>`
  }
}

/** One structure. */
export function one<T, U>(
  name: string,
  identifier: number,
  of: Struct<U>,
  value: (from: T) => U | undefined,
  attributes?: Attributes
): Field<T> {
  const begin = open(name, 'struct', identifier, attributes)
  return from => {
    const found = value(from)
    return found === undefined ? '' : `${begin}${writeStruct(of, found)}</${name}>`
  }
}

/** A map from strings to structures. */
export function map<T, U>(
  name: string,
  identifier: number,
  of: Struct<U>,
  values: (from: T) => ReadonlyMap<string, U> | undefined,
  attributes?: Attributes
): Field<T> {
  const begin = open(name, 'map', identifier, attributes)
  return from => {
    const found = values(from)
    if (found === undefined) return ''
    let body = ''
    for (const [key, value] of found) body += `<element>${escapeText(key)}</element>${writeStruct(of, value)}`
    return `${begin}<map key="string" value="struct" size="${found.size}">${body}</map></${name}>`
  }
}

export const writeFields = <T>(fields: readonly Field<T>[], from: T): string => {
  let body = ''
  for (const field of fields) body += field(from)
  return body
}

export const writeStruct = <T>(of: Struct<T>, from: T): string =>
  `<${of.name}>${writeFields(of.fields, from)}</${of.name}>`

/** The first thing in every answer: a browser draws the rest with it (introspect §0.1: no XML declaration). */
export const stylesheetInstruction = '<?xml-stylesheet type="text/xsl" href="/universal_parse.xsl"?>'

/** A message; every response, unlike a UVE, ends with `more` (introspect §1.5, §1.6). */
export const writeResponse = <T>(of: Struct<T>, from: T, more = false): string =>
  `<${of.name} type="sandesh">${writeFields(of.fields, from)}<more type="bool" identifier="0">${more}</more></${of.name}>`
