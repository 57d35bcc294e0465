/**
 * XML as agents write it, read in one pass: elements, attributes in double quotes, text, no references, no
 * declarations, no comments. Anything else, well-formed or not, is none of its business: `xml.ts` reads it with a
 * full parser, which gives the same tree where both can.
 */
import type { XmlElement } from './xml.js'

/** Real stanzas nest less than 12 deep. */
export const maximumDepth = 64
/**
 * Elements and attributes of a document. Agents send one item a stanza (spec xmpp 5.1), most with some tens of elements;
 * as many as this need close to the longest stanza when they are real. Four bytes of text can be an element of sixty in
 * memory, so that the length alone is no bound.
 */
export const maximumParts = 32_768

interface OpenElement {
  name: string
  attributes: Readonly<Record<string, string>>
  children: OpenElement[]
  text: string
}

const noAttributes: Readonly<Record<string, string>> = Object.freeze({})
/** Of all elements without children: never written to. */
const noChildren: OpenElement[] = []

/** Elements and attributes of the document that is read; there is one at a time. */
let parts = 0

const greaterThan = 0x3e
const slash = 0x2f
const quote = 0x22
const equals = 0x3d

/** Letters, digits and `-._:`, by character code. */
const isNameCode = new Uint8Array(128)
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:')
  isNameCode[character.charCodeAt(0)] = 1

/** Undefined: not plain, or not well-formed. */
export function parsePlainXml(text: string): XmlElement | undefined {
  const { length } = text
  const open: OpenElement[] = []
  let inner: OpenElement | undefined
  let root: OpenElement | undefined
  let at = 0
  parts = 0
  // Looked for once: a stanza without references has none anywhere.
  if (text.includes('&')) return undefined
  for (;;) {
    const tag = text.indexOf('<', at)
    if (tag < 0) return inner === undefined && isBlank(text, at, length) ? root : undefined
    if (inner === undefined) {
      if (root !== undefined || !isBlank(text, at, tag)) return undefined
    } else if (tag > at) {
      inner.text = inner.text === '' ? text.slice(at, tag) : inner.text + text.slice(at, tag)
    }
    at = tag + 1
    if (text.charCodeAt(at) === slash) {
      if (inner === undefined || !text.startsWith(inner.name, at + 1)) return undefined
      at = skipBlanks(text, at + 1 + inner.name.length)
      if (text.charCodeAt(at) !== greaterThan) return undefined
      at++
      open.pop()
      inner = open[open.length - 1]
      continue
    }
    const nameEnd = skipName(text, at)
    if (nameEnd === at) return undefined
    const element: OpenElement = {
      name: text.slice(at, nameEnd),
      attributes: noAttributes,
      children: noChildren,
      text: ''
    }
    at = readAttributes(text, nameEnd, element)
    if (at < 0 || ++parts > maximumParts) return undefined
    if (inner === undefined) root = element
    else if (inner.children === noChildren) inner.children = [element]
    else inner.children.push(element)
    if (open.length === maximumDepth) return undefined
    if (text.charCodeAt(at) === slash) {
      at++
      if (text.charCodeAt(at) !== greaterThan) return undefined
    } else {
      open.push(element)
      inner = element
    }
    at++
  }
}

/** Gives where the tag ends, at `>` or `/>`; -1: not plain. */
function readAttributes(text: string, from: number, element: OpenElement): number {
  let at = from
  for (;;) {
    const start = skipBlanks(text, at)
    const code = text.charCodeAt(start)
    if (code === greaterThan || code === slash) return start
    // Between attributes there are blanks.
    if (start === at) return -1
    const nameEnd = skipName(text, start)
    if (nameEnd === start || text.charCodeAt(nameEnd) !== equals || text.charCodeAt(nameEnd + 1) !== quote)
      return -1
    const end = text.indexOf('"', nameEnd + 2)
    if (end < 0 || ++parts > maximumParts) return -1
    if (element.attributes === noAttributes) element.attributes = {}
    const attributes = element.attributes as Record<string, string>
    attributes[text.slice(start, nameEnd)] = text.slice(nameEnd + 2, end)
    at = end + 1
  }
}

function skipName(text: string, from: number): number {
  let at = from
  while (isNameCode[text.charCodeAt(at)] === 1) at++
  return at
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (isBlankCode(text.charCodeAt(at))) at++
  return at
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBlankCode(text.charCodeAt(at))) return false
  return true
}

const isBlankCode = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d)
