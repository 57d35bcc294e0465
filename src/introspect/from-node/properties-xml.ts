/** An object's properties as the indented XML text that operators know (introspect §3.12). */
import type { Json, JsonObject } from '../../ifmap/config-object.js'

export const propertiesXml = (properties: JsonObject): string =>
  `<iq>\n${Object.entries(properties)
    .map(([name, value]) => element(name, value, 1))
    .join('')}</iq>\n`

/** A list is its elements one after the other; names are those of the schema: `bgp-router-parameters`. */
function element(name: string, value: Json, depth: number): string {
  if (Array.isArray(value)) return value.map(each => element(name, each as Json, depth)).join('')
  const tag = name.replaceAll('_', '-')
  const indent = '\t'.repeat(depth)
  if (value === null) return `${indent}<${tag} />\n`
  if (typeof value !== 'object') return `${indent}<${tag}>${escapeText(String(value))}</${tag}>\n`
  const inner = Object.entries(value)
    .map(([member, each]) => element(member, each as Json, depth + 1))
    .join('')
  return inner === '' ? `${indent}<${tag} />\n` : `${indent}<${tag}>\n${inner}${indent}</${tag}>\n`
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
