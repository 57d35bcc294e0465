/** What a page is made of: for each structure the rows that it was seen with, in order. */
import { Element, parse } from 'ltx'

/** Name of a structure or message -> variants, each a list of `name:type#identifier attributes`. */
export type Structures = Map<string, Set<string>>

export function collectStructures(page: string, into: Structures = new Map()): Structures {
  visit(parse(page.replace(/^<\?xml-stylesheet[^>]*\?>/, '')), into)
  return into
}

function visit(element: Element, into: Structures): void {
  const fields = childElements(element).filter(child => 'identifier' in child.attrs)
  if (fields.length > 0) {
    const variants = into.get(element.name) ?? new Set()
    into.set(element.name, variants.add(fields.map(describe).join(' | ')))
  }
  for (const child of childElements(element)) visit(child, into)
}

function describe(field: Element): string {
  const { type, identifier, ...rest } = field.attrs as Record<string, string>
  const inner = childElements(field)
    .filter(child => child.name === 'list' || child.name === 'map')
    .map(
      ({ name, attrs }) =>
        ` <${name} ${['key', 'type', 'value']
          .map(key => attrs[key] ?? '')
          .join(' ')
          .trim()}>`
    )
  const extra = Object.entries(rest).map(([name, value]) => ` ${name}=${value}`)
  return `${field.name}:${type}#${identifier}${extra.join('')}${inner.join('')}`
}

export const childElements = (element: Element): Element[] =>
  element.children.filter((child): child is Element => child instanceof Element)
