/**
 * Kinds of values that an option may have: how each is read from a file, with every fault reported at its place, and
 * how it is told to people. A registry of options (`neighbour-options.ts`) is rows of these.
 */
import { parseInet4, printInet4 } from '../net/inet.js'
import { canonicalAddress, lacksZone } from '../net/scoped-ip.js'
import type { Section } from './yaml-section.js'

export interface OptionType<T> {
  /** For the documentation: `true or false`, `1 to 255`. */
  readonly words: string
  /** Undefined: absent, or wrong, which has then been reported. */
  read(section: Section, key: string): T | undefined
  /** A value as operators see it, on one line. */
  print(value: T): string
}

export const flag: OptionType<boolean> = {
  words: 'true or false',
  read: (section, key) => section.flag(key),
  print: String
}

export const integer = (least: number, most: number, unit = ''): OptionType<number> => ({
  words: `${least} to ${most}${unit === '' ? '' : ` ${unit}`}`,
  read: (section, key) => section.integer(key, least, most),
  print: String
})

/** RFC 4271 §4.2: 1 and 2 are refused by every peer. */
export const holdTime: OptionType<number> = {
  words: '0, or 3 to 65535 seconds',
  read: (section, key) => {
    const value = section.integer(key, 0, 65535)
    if (value !== 1 && value !== 2) return value
    return section.fail(key, `expected 0 or at least 3 seconds (RFC 4271 4.2), found ${value}`)
  },
  print: String
}

export const oneOf = <const T extends string>(known: readonly T[]): OptionType<T> => ({
  words: known.map(word => `\`${word}\``).join(', '),
  read: (section, key) => section.oneOf(key, known),
  print: String
})

/** Some of the words; none of them is `[]`. */
export const someOf = <const T extends string>(known: readonly T[]): OptionType<readonly T[]> => ({
  words: `a list of ${known.map(word => `\`${word}\``).join(', ')}`,
  read: (section, key) => {
    if (!section.has(key)) return undefined
    const named = section.texts(key, known)
    return known.filter(word => named.includes(word))
  },
  print: words => (words.length === 0 ? 'none' : words.join(' '))
})

/** Type codes of path attributes (RFC 4271 §4.3), ascending; `never` are those without which no route can be. */
export const attributeCodes = (never: readonly number[]): OptionType<readonly number[]> => ({
  words: `a number or a list of numbers, 1 to 255, but ${never.join(', ')}`,
  read: (section, key) => {
    if (!section.has(key)) return undefined
    const codes = section.integers(key, 1, 255)
    const wrong = codes.find(code => never.includes(code))
    if (wrong === undefined) return [...new Set(codes)].sort((a, b) => a - b)
    return section.fail(key, `${wrong} is an attribute that routes, or the way they are looped, depend on`)
  },
  print: codes => (codes.length === 0 ? 'none' : codes.join(' '))
})

/** RFC 4456 §7: 4 bytes that are not all 0, as a number or in the form of an address. */
export const clusterId: OptionType<number> = {
  words: '1 to 4294967295, or an IPv4 address',
  read: (section, key) => {
    if (!section.isText(key)) return section.integer(key, 1, 2 ** 32 - 1)
    const text = section.text(key)
    const value = text === undefined ? undefined : parseInet4(text)
    return value || section.fail(key, `expected a number or an IPv4 address but 0.0.0.0, found '${text}'`)
  },
  print: printInet4
}

/** How many paths: the best so many, up to `most`, or what a word says; `all` is what holds without. */
export const pathSelection = (most: number): OptionType<number | 'all' | 'best-per-as'> => ({
  words: `1 to ${most}, \`all\`, \`best-per-as\``,
  read: (section, key) =>
    section.isText(key) ? section.oneOf(key, ['all', 'best-per-as'] as const) : section.integer(key, 1, most),
  print: String
})

export const text = (mostBytes: number): OptionType<string> => ({
  words: `a text of up to ${mostBytes} bytes`,
  read: (section, key) => {
    const value = section.text(key)
    const bytes = value === undefined ? 0 : Buffer.byteLength(value)
    if (bytes <= mostBytes) return value
    return section.fail(key, `expected at most ${mostBytes} bytes of UTF-8, found ${bytes}`)
  },
  print: String
})

export const address: OptionType<string> = {
  words: 'an IPv4 or IPv6 address, `fe80::1%eth0`',
  read: (section, key) => {
    const value = section.text(key)
    if (value === undefined) return undefined
    const printed = canonicalAddress(value)
    if (printed === undefined) return section.fail(key, `'${value}' is no IP address`)
    if (!lacksZone(printed)) return printed
    return section.fail(key, `'${value}' is link-local: it needs its interface, as in ${value}%eth0`)
  },
  print: String
}

/** What Linux takes (TCP_MD5SIG_MAXKEYLEN). */
export const mostKeyBytes = 80

/** TCP MD5 keys. Nothing that is said or shown repeats what was written. */
export const keys: OptionType<readonly string[]> = {
  words: `a text or a list of texts, each of up to ${mostKeyBytes} bytes`,
  read: (section, key) => {
    if (!section.has(key)) return undefined
    const values = section.secrets(key)
    if (values.length === 0) return section.fail(key, 'expected at least one key')
    for (const [i, value] of values.entries()) {
      const bytes = Buffer.byteLength(value)
      if (bytes > mostKeyBytes)
        return section.fail(
          key,
          `key ${i + 1} has ${bytes} bytes; a TCP MD5 key has at most ${mostKeyBytes} (RFC 2385, Linux)`
        )
    }
    return values
  },
  print: ({ length }) => (length === 1 ? 'one key' : `${length} keys`)
}
