/// <reference path="./ltx.d.ts" />
import SaxLtx from 'ltx/src/parsers/ltx.js'
import { maximumDepth, maximumParts, parsePlainXml } from './plain-xml.js'

/**
 * A stanza as a tree, and text made safe for XML. Reading is strict where a mistake could hide something (tags must
 * match, one root) and lax elsewhere, like the parsers that agents were written against: text outside the root,
 * declarations and comments are skipped. Nothing here throws, and entities other than XML's own five are an error.
 */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Text directly inside the element, joined; verbatim. */
  readonly text: string
}

export interface XmlError {
  readonly what: string
}

interface OpenElement {
  name: string
  attributes: Record<string, string>
  children: OpenElement[]
  text: string
}

/** Reads one document into a tree: what is not plain takes the long way. */
export const parseXml = (text: string): XmlElement | XmlError => parsePlainXml(text) ?? parseAnyXml(text)

/** The same for any document; exported for tests. */
export function parseAnyXml(text: string): XmlElement | XmlError {
  const builder = new TreeBuilder()
  try {
    // The parser searches for the end of a comment or an attribute value again at every byte of one that has no
    // end; behind this tail there always is one, so its work stays linear.
    builder.parser.write(`${text}"'-->`)
  } catch (error) {
    return { what: error instanceof Error ? error.message : String(error) }
  }
  return builder.result()
}

export const isXmlError = (result: XmlElement | XmlError): result is XmlError => 'what' in result

class TreeBuilder {
  readonly parser = new SaxLtx()
  readonly #open: OpenElement[] = []
  #root: OpenElement | undefined
  #parts = 0
  #what: string | undefined

  constructor() {
    this.parser.on('startElement', (name, attributes) => this.#start(name, attributes))
    this.parser.on('endElement', name => this.#end(name))
    this.parser.on('text', text => {
      const inner = this.#open[this.#open.length - 1]
      if (inner !== undefined) inner.text += text
    })
  }

  result(): XmlElement | XmlError {
    if (this.#what !== undefined) return { what: this.#what }
    const inner = this.#open[this.#open.length - 1]
    if (inner !== undefined) return { what: `<${inner.name}> is not closed` }
    return this.#root ?? { what: 'no element' }
  }

  #start(name: string, attributes: Record<string, string>): void {
    if (this.#what !== undefined) return
    this.#parts += 1 + Object.keys(attributes).length
    if (this.#parts > maximumParts) throw new Error(`more than ${maximumParts} elements and attributes`)
    const element: OpenElement = { name, attributes, children: [], text: '' }
    const parent = this.#open[this.#open.length - 1]
    if (parent !== undefined) parent.children.push(element)
    else if (this.#root !== undefined) this.#what = `<${name}> behind the root element`
    else this.#root = element
    if (this.#open.length === maximumDepth) this.#what = `more than ${maximumDepth} levels of elements`
    this.#open.push(element)
  }

  #end(name: string): void {
    if (this.#what !== undefined) return
    const inner = this.#open.pop()
    if (inner?.name !== name)
      this.#what = `</${name}> closes ${inner === undefined ? 'nothing' : `<${inner.name}>`}`
  }
}

/** Elements and attributes of the tree. */
export function partsOf(element: XmlElement): number {
  let parts = 1
  for (const _ in element.attributes) parts++
  for (const child of element.children) parts += partsOf(child)
  return parts
}

/** The first child of that name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  for (const child of element.children) if (child.name === name) return child
  return undefined
}

/** The first element of that name at any depth, in document order. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  for (const child of element.children) {
    if (child.name === name) return child
    const inner = findElement(child, name)
    if (inner !== undefined) return inner
  }
  return undefined
}

export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  Object.hasOwn(element.attributes, name) ? element.attributes[name] : undefined

const special = /[&<>"]/
const specials = /[&<>"]/g
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** For text and for attribute values between double quotes. */
export const escapeXml = (text: string): string =>
  special.test(text) ? text.replace(specials, character => entities[character]!) : text
