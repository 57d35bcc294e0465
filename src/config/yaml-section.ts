/** Reading a YAML mapping with care: every fault is reported with its place, and nothing is guessed. */
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import { didYouMean } from '../ifmap/did-you-mean.js'
import { canonicalAddress, lacksZone } from '../net/scoped-ip.js'

/** Tells of a fault at an offset of the file. */
export type Report = (offset: number, path: string, reason: string) => void

/** A mapping in the file, or its absence. A getter gives undefined for what is absent and for what it reports. */
export class Section {
  readonly #map: YAMLMap | undefined

  constructor(
    node: unknown,
    private readonly path: string,
    private readonly report: Report
  ) {
    if (isMap(node)) this.#map = node
    else if (node !== null && node !== undefined && !(isScalar(node) && node.value === null)) {
      this.report(offsetOf(node), path, 'expected keys and values')
    }
  }

  expectKeys(known: readonly string[]): void {
    for (const { key } of this.#map?.items ?? []) {
      const name = isScalar(key) ? String(key.value) : String(key)
      if (known.includes(name)) continue
      this.report(offsetOf(key), this.#pathOf(name), `unknown key '${name}'${didYouMean(name, known)}`)
    }
  }

  section(name: string, keys: readonly string[]): Section {
    const section = new Section(this.#node(name), this.#pathOf(name), this.report)
    section.expectKeys(keys)
    return section
  }

  /** The mappings of a list. */
  sections(name: string, keys: readonly string[]): Section[] {
    return this.#items(name).map((item, index) => {
      const section = new Section(item, `${this.#pathOf(name)}[${index}]`, this.report)
      section.expectKeys(keys)
      return section
    })
  }

  /** The texts of a list; one alone may stand without brackets. */
  texts(name: string, known: readonly string[]): string[] {
    const texts: string[] = []
    for (const item of this.#itemsOrOne(name)) {
      const value = isScalar(item) ? item.value : undefined
      if (typeof value === 'string' && known.includes(value)) texts.push(value)
      else if (typeof value === 'string') {
        this.#failAt(item, name, `'${value}' is none of ${known.join(', ')}${didYouMean(value, known)}`)
      } else this.#failAt(item, name, 'expected a text')
    }
    return texts
  }

  /** As `texts`, of any content but none; what is wrong is reported without what was written. */
  secrets(name: string): string[] {
    const texts: string[] = []
    for (const item of this.#itemsOrOne(name)) {
      const value = isScalar(item) ? item.value : undefined
      if (typeof value === 'string' && value !== '') texts.push(value)
      else this.#failAt(item, name, 'expected a text; numbers need quotation marks')
    }
    return texts
  }

  /** The whole numbers of a list; one alone may stand without brackets. */
  integers(name: string, least: number, most: number): number[] {
    const numbers: number[] = []
    for (const item of this.#itemsOrOne(name)) {
      const value = isScalar(item) ? item.value : undefined
      if (isWithin(value, least, most)) numbers.push(value)
      else this.#failAt(item, name, `expected a number, ${least} to ${most}, found ${shown(value)}`)
    }
    return numbers
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.#scalar(name)
    if (value === undefined || isWithin(value, least, most)) return value
    return this.#fail(name, `expected a number, ${least} to ${most}, found ${shown(value)}`)
  }

  has(name: string): boolean {
    return this.#node(name) !== undefined
  }

  isMapping(name: string): boolean {
    return isMap(this.#node(name))
  }

  isText(name: string): boolean {
    const node = this.#node(name)
    return isScalar(node) && typeof node.value === 'string'
  }

  /** Reports a fault that only the reader can see. */
  fail(name: string, reason: string): undefined {
    return this.#fail(name, reason)
  }

  /** Reports what is missing, at the mapping itself. */
  missing(name: string): undefined {
    this.report(offsetOf(this.#map), this.path, `'${name}' is missing`)
    return undefined
  }

  text(name: string): string | undefined {
    const value = this.#scalar(name)
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    return this.#fail(name, `expected a text, found ${shown(value)}`)
  }

  flag(name: string): boolean | undefined {
    const value = this.#scalar(name)
    if (value === undefined || typeof value === 'boolean') return value
    return this.#fail(name, `expected true or false, found ${shown(value)}`)
  }

  oneOf<T extends string>(name: string, known: readonly T[]): T | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const found = known.find(candidate => candidate === value)
    return found ?? this.#fail(name, `'${value}' is none of ${known.join(', ')}${didYouMean(value, known)}`)
  }

  address(): string | undefined {
    const value = this.text('address')
    if (value === undefined) return undefined
    const canonical = canonicalAddress(value)
    if (canonical === undefined) return this.#fail('address', `'${value}' is no IP address`)
    // An IPv4-mapped address is one of IPv4.
    if (!lacksZone(value)) return canonical.includes(':') ? value : canonical
    return this.#fail('address', `'${value}' is link-local: it needs its interface, as in ${value}%eth0`)
  }

  port(): number | undefined {
    const value = this.#scalar('port')
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65535) return value
    return this.#fail('port', `expected a port, 0 to 65535, found ${shown(value)}`)
  }

  /** Null counts as absent. */
  #scalar(name: string): unknown {
    const node = this.#node(name)
    if (node === undefined || (isScalar(node) && node.value === null)) return undefined
    return isScalar(node) ? node.value : this.#fail(name, 'expected a single value')
  }

  #items(name: string): readonly unknown[] {
    const node = this.#node(name)
    if (node === undefined || (isScalar(node) && node.value === null)) return []
    if (isSeq(node)) return node.items
    this.#fail(name, 'expected a list')
    return []
  }

  #itemsOrOne(name: string): readonly unknown[] {
    const node = this.#node(name)
    return isScalar(node) && node.value !== null ? [node] : this.#items(name)
  }

  #failAt(node: unknown, name: string, reason: string): void {
    this.report(offsetOf(node), this.#pathOf(name), reason)
  }

  #node(name: string): unknown {
    return this.#map?.get(name, true)
  }

  #fail(name: string, reason: string): undefined {
    this.report(offsetOf(this.#node(name)), this.#pathOf(name), reason)
    return undefined
  }

  #pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }
}

const offsetOf = (node: unknown): number => (node as Node | null | undefined)?.range?.[0] ?? 0

const isWithin = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

/** As it is written; JSON has no word for numbers that are none. */
const shown = (value: unknown): string => (typeof value === 'number' ? String(value) : JSON.stringify(value))
