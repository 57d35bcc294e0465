/**
 * Cuts the byte stream of an agent into the stream header, runs of whitespace and stanzas (spec xmpp 2.3, 2.4).
 *
 * It is not an XML parser: it looks for `<iq` or `<message` and then for the first `</iq>` or `</message>` behind it,
 * as the peers of this protocol have always done, so what they can send is what it can cut. Every byte is looked at
 * a constant number of times however the stream is divided into reads, and no more than the stated maxima are kept.
 *
 * `push` the bytes of a read, then call `next` until it gives `undefined`: that call copies what is left over, so the
 * bytes need to stay valid only until then.
 */
export interface FramerLimits {
  /** Longest stream header, with everything in front of it. Real ones have less than 300 bytes. */
  readonly headerBytes: number
  /** Longest stanza, with everything in front of it. Real ones have less than 10,000 bytes. */
  readonly stanzaBytes: number
}

export const defaultFramerLimits: FramerLimits = { headerBytes: 16 * 1024, stanzaBytes: 1024 * 1024 }

export type Frame =
  | { readonly kind: 'header'; readonly text: string }
  | { readonly kind: 'whitespace' }
  | { readonly kind: 'stanza'; readonly text: string }
  /** More bytes than the limit and no end in sight; the framer gives nothing more. */
  | { readonly kind: 'oversized'; readonly what: string }

/** What is looked for, from `#scan` on. */
enum Phase {
  headerStart,
  headerNamespace,
  headerEnd,
  frameStart,
  stanzaEnd,
  stanzaClose,
  failed
}

const whitespace: Frame = { kind: 'whitespace' }
const headerTag = Buffer.from('<stream:stream')
const headerNamespace = Buffer.from('http://etherx.jabber.org/streams')
const iqStart = Buffer.from('<iq')
const messageStart = Buffer.from('<message')
const iqEnd = Buffer.from('</iq')
const messageEnd = Buffer.from('</message')
const lessThan = 0x3c
const greaterThan = 0x3e

/** Bytes that make up a keepalive in front of a stanza: blank, LF, CR, TAB and the two bytes of U+0200. */
const isKeepaliveByte = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0xc8 || byte === 0x80
/** Bytes allowed between a tag's name and its `>`. */
const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)

const nothing = Buffer.alloc(0)

export class Framer {
  #phase: Phase = Phase.headerStart
  /** Where unconsumed bytes are: those of the current read itself, or `#kept`. */
  #bytes: Buffer = nothing
  #start = 0
  #end = 0
  /** Everything in front of it (and behind `#start`) has been searched. */
  #scan = 0
  /** End tag that closes the stanza at hand. */
  #closing: Buffer = iqEnd
  /** Own storage for what is left over between reads. */
  #kept: Buffer = nothing

  constructor(private readonly limits: FramerLimits = defaultFramerLimits) {}

  /** Bytes received and not yet given out. */
  get pendingBytes(): number {
    return this.#end - this.#start
  }

  push(bytes: Uint8Array): void {
    const pending = this.#end - this.#start
    if (pending === 0) {
      this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      this.#start = this.#scan = 0
      this.#end = bytes.length
      return
    }
    this.#keep(bytes.length)
    this.#kept.set(bytes, this.#end)
    this.#end += bytes.length
  }

  next(): Frame | undefined {
    const frame = this.#phase <= Phase.headerEnd ? this.#header() : this.#stanza()
    if (frame === undefined && this.#phase !== Phase.failed) this.#keep(0)
    return frame
  }

  #header(): Frame | undefined {
    const bytes = this.#bytes
    if (this.#phase === Phase.headerStart && !this.#find(headerTag))
      return this.#wait(this.limits.headerBytes)
    if (this.#phase === Phase.headerStart) this.#phase = Phase.headerNamespace
    for (;;) {
      if (this.#phase === Phase.headerNamespace) {
        if (!this.#find(headerNamespace)) return this.#wait(this.limits.headerBytes)
        this.#phase = Phase.headerEnd
      }
      // Behind the namespace: a quote, blanks, '>'. Anything else, and it was not the last attribute after all.
      if (this.#scan === this.#end) return this.#wait(this.limits.headerBytes)
      const quote = bytes[this.#scan]!
      if (quote !== 0x22 && quote !== 0x27) {
        this.#phase = Phase.headerNamespace
        continue
      }
      let at = this.#scan + 1
      while (at < this.#end && isBlank(bytes[at]!)) at++
      if (at === this.#end) return this.#wait(this.limits.headerBytes)
      if (bytes[at] !== greaterThan) {
        this.#scan = at
        this.#phase = Phase.headerNamespace
        continue
      }
      if (at + 1 - this.#start > this.limits.headerBytes) return this.#wait(this.limits.headerBytes)
      return { kind: 'header', text: this.#take(at + 1) }
    }
  }

  #stanza(): Frame | undefined {
    if (this.#phase === Phase.failed) return undefined
    const bytes = this.#bytes
    if (this.#phase === Phase.frameStart) {
      if (this.#scan === this.#start) {
        let at = this.#start
        while (at < this.#end && isKeepaliveByte(bytes[at]!)) at++
        if (at > this.#start) {
          this.#start = this.#scan = at
          return whitespace
        }
      }
      if (!this.#findStart()) return this.#wait(this.limits.stanzaBytes)
      this.#phase = Phase.stanzaEnd
    }
    for (;;) {
      if (this.#phase === Phase.stanzaEnd) {
        if (!this.#find(this.#closing)) return this.#wait(this.limits.stanzaBytes)
        this.#phase = Phase.stanzaClose
      }
      let at = this.#scan
      while (at < this.#end && isBlank(bytes[at]!)) at++
      this.#scan = at
      if (at === this.#end) return this.#wait(this.limits.stanzaBytes)
      if (bytes[at] !== greaterThan) {
        this.#phase = Phase.stanzaEnd
        continue
      }
      if (at + 1 - this.#start > this.limits.stanzaBytes) return this.#wait(this.limits.stanzaBytes)
      return { kind: 'stanza', text: this.#take(at + 1) }
    }
  }

  /** Moves `#scan` behind the next occurrence of `what`; false: none yet, and a part of one is not skipped. */
  #find(what: Buffer): boolean {
    const found = this.#valid().indexOf(what, this.#scan)
    if (found === -1) {
      this.#scan = Math.max(this.#scan, this.#end - what.length + 1)
      return false
    }
    this.#scan = found + what.length
    return true
  }

  /** Likewise for the first `<iq` or `<message`. */
  #findStart(): boolean {
    const bytes = this.#valid()
    for (;;) {
      const at = bytes.indexOf(lessThan, this.#scan)
      if (at === -1) {
        this.#scan = this.#end
        return false
      }
      const start = bytes[at + 1] === 0x69 ? iqStart : messageStart
      const left = Math.min(start.length, this.#end - at)
      if (bytes.compare(start, 0, left, at, at + left) === 0) {
        if (left < start.length) {
          this.#scan = at
          return false
        }
        this.#scan = at + left
        this.#closing = start === iqStart ? iqEnd : messageEnd
        return true
      }
      this.#scan = at + 1
    }
  }

  /** The bytes without the unused rest of the storage. */
  #valid(): Buffer {
    return this.#end === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#end)
  }

  #take(end: number): string {
    const text = this.#bytes.toString('utf8', this.#start, end)
    this.#start = this.#scan = end
    this.#phase = Phase.frameStart
    return text
  }

  #wait(limit: number): Frame | undefined {
    if (this.#end - this.#start <= limit) return undefined
    const what = `${this.#end - this.#start} bytes without an end, at most ${limit} are accepted`
    this.#phase = Phase.failed
    this.#bytes = this.#kept = nothing
    this.#start = this.#end = this.#scan = 0
    return { kind: 'oversized', what }
  }

  /** Moves what is pending to the own storage, with room for `more` bytes behind it. */
  #keep(more: number): void {
    const pending = this.#end - this.#start
    if (pending === 0) {
      // Storage that one large stanza asked for is not kept for the life of the session.
      if (this.#kept.length > 64 * 1024) this.#kept = nothing
      this.#bytes = nothing
      this.#start = this.#end = this.#scan = 0
      return
    }
    const own = this.#bytes === this.#kept
    if (own && this.#end + more <= this.#kept.length) return
    let target = this.#kept
    if (pending + more > target.length) {
      target = Buffer.allocUnsafe(Math.max(1024, 2 * (pending + more)))
    } else if (own && this.#start < pending) {
      // Moving a long rest to the front again and again would cost more than the reading itself.
      target = Buffer.allocUnsafe(2 * this.#kept.length)
    }
    this.#bytes.copy(target, 0, this.#start, this.#end)
    this.#kept = this.#bytes = target
    this.#scan -= this.#start
    this.#end = pending
    this.#start = 0
  }
}
