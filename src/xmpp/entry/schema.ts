/**
 * How the text of an entry's elements is read (spec xmpp 4.3). The rules are those of the code that was once
 * generated from the entries' XML schemas, because agents of all releases are written against them.
 */
import { attributeOf, childOf, type XmlElement } from '../xml.js'

const integer = /^[ \t\n\v\f\r]*([+-]?)([0-9]+)[ \t\n\v\f\r]*$/
const blank = /^[ \t\n\v\f\r]*$/
const twoToThe64 = 1n << 64n

/**
 * A 64-bit unsigned number the way `strtoul` reads it: blanks and a sign may precede it, blanks may follow, larger
 * numbers stop at the maximum, a negative one wraps around. Empty text is 0. `undefined`: not a number.
 */
export function parseInteger64(text: string): bigint | undefined {
  const match = integer.exec(text)
  if (match === null) return blank.test(text) ? 0n : undefined
  // More digits than any 64-bit number has: no need to convert them to know.
  const digits = match[2]!.replace(/^0+/, '')
  const magnitude = digits.length > 20 ? twoToThe64 : BigInt(digits || '0')
  if (magnitude >= twoToThe64) return twoToThe64 - 1n
  return match[1] === '-' ? (twoToThe64 - magnitude) % twoToThe64 : magnitude
}

/** Likewise, then cut to its low 32 bits. */
export function parseInteger(text: string): number | undefined {
  const value = plainInteger(text)
  if (value !== -1) return value
  const wide = parseInteger64(text)
  return wide === undefined ? undefined : Number(wide & 0xffffffffn)
}

/** Up to nine digits and nothing else, as agents write numbers; -1: anything else. */
function plainInteger(text: string): number {
  const { length } = text
  if (length === 0 || length > 9) return -1
  let value = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** True only for exactly this text. */
export const parseBoolean = (text: string): boolean => text === 'true'

/**
 * Reads the members of an element. An integer that is none makes the whole item unreadable; the reader keeps the
 * first such fault and goes on, so a codec asks once at the end.
 */
export class SchemaReader {
  /** What could not be read. */
  fault: string | undefined

  integer(parent: XmlElement, name: string): number {
    const element = childOf(parent, name)
    return element === undefined ? 0 : this.integerOf(element)
  }

  integerOf(element: XmlElement): number {
    const value = parseInteger(element.text)
    if (value === undefined) this.#fail(element.name, element.text)
    return value ?? 0
  }

  integer64Of(element: XmlElement): bigint {
    const value = parseInteger64(element.text)
    if (value === undefined) this.#fail(element.name, element.text)
    return value ?? 0n
  }

  integerAttribute(element: XmlElement, name: string): number {
    const text = attributeOf(element, name)
    if (text === undefined) return 0
    const value = parseInteger(text)
    if (value === undefined) this.#fail(name, text)
    return value ?? 0
  }

  boolean(parent: XmlElement, name: string): boolean {
    const element = childOf(parent, name)
    return element !== undefined && parseBoolean(element.text)
  }

  text(parent: XmlElement, name: string, absent = ''): string {
    return childOf(parent, name)?.text ?? absent
  }

  /** The texts of a list's elements: `<security-group-list><security-group>…`. */
  texts(parent: XmlElement, list: string, member: string): string[] {
    return this.members(parent, list, member).map(element => element.text)
  }

  integers(parent: XmlElement, list: string, member: string): number[] {
    return this.members(parent, list, member).map(element => this.integerOf(element))
  }

  members(parent: XmlElement, list: string, member: string): readonly XmlElement[] {
    const element = childOf(parent, list)
    return element === undefined ? [] : element.children.filter(child => child.name === member)
  }

  #fail(name: string, text: string): void {
    this.fault ??= `<${name}> is not a number: ${JSON.stringify(text.slice(0, 40))}`
  }
}
