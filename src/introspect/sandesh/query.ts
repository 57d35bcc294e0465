/** Query strings of requests (introspect §1.4) and what a search string means (introspect §0.10). */
import v8 from 'node:v8'

/** A field of a request; order matters. */
export interface RequestField {
  readonly name: string
  readonly type: 'string' | 'bool' | 'u32'
}

/** Values of a request's fields; an unset field reads as empty, zero and false. */
export class Query {
  readonly #values = new Map<string, string>()

  /**
   * The first field whose name is a prefix of the given name takes the value, and an unknown name sets the first
   * field: published tools rely on both. Everything after the first `=` is the value; `+` is no blank.
   */
  constructor(
    fields: readonly RequestField[],
    queryString: string,
    /** The client has gone; a long answer stops. */
    readonly abandoned: () => boolean = () => false
  ) {
    for (const piece of queryString.split('&')) {
      const equals = piece.indexOf('=')
      if (equals <= 0 || equals === piece.length - 1) continue
      const given = percentDecode(piece.slice(0, equals))
      const field = fields.find(f => given.startsWith(f.name)) ?? fields[0]
      if (field !== undefined) this.#values.set(field.name, percentDecode(piece.slice(equals + 1)))
    }
  }

  text(name: string): string {
    return this.#values.get(name) ?? ''
  }

  /** Leading decimal digits. */
  number(name: string): number {
    return leadingNumber(this.text(name))
  }

  /** Numeric: `1` is true, `0` and the word `true` are false. */
  flag(name: string): boolean {
    return this.number(name) !== 0
  }
}

const leadingNumber = (value: string): number => Math.min(Number(/^\d*/.exec(value)![0]), 0xffffffff)

/** Percent-decoding that leaves what is not a valid escape as it is. */
export function percentDecode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16))
    )
  }
}

/** Longer patterns match nothing. */
const maximumPatternLength = 1024

/**
 * V8 runs expressions with flag `l` in time linear in the text: a pattern from the network must not be able to hold
 * the event loop (a backtracking engine can be made to). What that engine cannot run (back references, look-around)
 * is treated as an invalid pattern.
 */
v8.setFlagsFromString('--enable-experimental-regexp-engine')
const linear = supported('l') ? 'l' : ''

function supported(flag: string): boolean {
  try {
    return new RegExp('', flag).flags.includes(flag)
  } catch {
    return false
  }
}

/** What a search string selects: a regular expression, searched unanchored, or a word that names a state. */
export class Search {
  readonly #pattern: RegExp | undefined

  constructor(readonly text: string) {
    try {
      this.#pattern = text === '' || text.length > maximumPatternLength ? undefined : new RegExp(text, linear)
    } catch {
      this.#pattern = undefined
    }
  }

  /** An empty search matches all, an invalid one nothing. */
  matches(value: string): boolean {
    return this.text === '' || (this.#pattern?.test(value) ?? false)
  }

  /** Also by the word for the state that `inState` says the item is in. */
  selects(value: string, word: string, inState: boolean): boolean {
    return (inState && this.text === word) || this.matches(value)
  }
}
