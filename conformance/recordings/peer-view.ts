/**
 * What a BGP peer knows after what it was sent: per family and prefix the label and the attributes, which are
 * compared as sets. Written for its own sake rather than with Weft's decoder, so that it does not share its errors.
 */
import { families } from '../../src/bgp/wire/families.js'
import { Nlri } from '../../src/bgp/wire/nlri.js'
import { Reader } from '../../src/bgp/wire/reader.js'

const updateType = 2
const mpReach = 14
const mpUnreach = 15
const shortRead = { code: 3, subcode: 10, reaction: 4 } as const

export class PeerView {
  /** `<afi>/<safi> <prefix>` -> label, next hop, attributes. */
  readonly state = new Map<string, string>()
  /** Other messages as `type hexadecimal`, keepalives aside. */
  readonly others: string[] = []
  readonly endOfRibs = new Set<string>()
  readonly faults: string[] = []
  #rest = Buffer.alloc(0)

  /** `families`: those that are compared, as `<afi>/<safi>`. */
  constructor(private readonly families: ReadonlySet<string>) {}

  receive(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    while (this.#rest.length >= 19) {
      const length = this.#rest.readUInt16BE(16)
      if (length < 19 || this.#rest.length < length) return
      this.message(this.#rest.subarray(0, length))
      this.#rest = this.#rest.subarray(length)
    }
  }

  message(bytes: Buffer): void {
    const type = bytes[18]
    if (type === updateType) this.#update(bytes)
    else if (type !== 4) this.others.push(`${type} ${bytes.toString('hex', 19)}`)
  }

  /** A new connection: the peer knows nothing. */
  reset(): void {
    this.state.clear()
    this.endOfRibs.clear()
    this.#rest = Buffer.alloc(0)
  }

  #update(bytes: Buffer): void {
    const withdrawnEnd = 21 + bytes.readUInt16BE(19)
    const attributesStart = withdrawnEnd + 2
    const attributesEnd = attributesStart + bytes.readUInt16BE(withdrawnEnd)
    if (withdrawnEnd === 21 && attributesEnd === bytes.length && attributesStart === attributesEnd)
      this.#endOfRib('1/1')
    this.#withdraw('1/1', bytes, 21, withdrawnEnd)
    const attributes: string[] = []
    let reach: [start: number, end: number] | undefined
    for (let at = attributesStart; at < attributesEnd; ) {
      const extended = (bytes[at]! & 0x10) !== 0
      const code = bytes[at + 1]!
      const start = at + (extended ? 4 : 3)
      const end = start + (extended ? bytes.readUInt16BE(at + 2) : bytes[at + 2]!)
      if (code === mpReach) {
        reach = [start, end]
      } else if (code === mpUnreach) {
        const family = `${bytes.readUInt16BE(start)}/${bytes[start + 2]}`
        if (end === start + 3) this.#endOfRib(family)
        this.#withdraw(family, bytes, start + 3, end)
      } else {
        attributes.push(`${(bytes[at]! & 0xef).toString(16)}:${code}:${bytes.toString('hex', start, end)}`)
      }
      at = end
    }
    const print = attributes.sort().join(' ')
    if (reach !== undefined) {
      const [start, end] = reach
      const family = `${bytes.readUInt16BE(start)}/${bytes[start + 2]}`
      const nextHopEnd = start + 4 + bytes[start + 3]!
      const nextHop = bytes.toString('hex', start + 4, nextHopEnd)
      this.#announce(family, bytes, nextHopEnd + 1, end, `next hop ${nextHop} ${print}`)
    }
    // IPv4 unicast means the same in either place (RFC 4760 §3).
    const hop = /40:3:(\w*)/.exec(print)?.[1] ?? ''
    if (attributesEnd < bytes.length)
      this.#announce('1/1', bytes, attributesEnd, bytes.length, `next hop ${hop} ${print}`)
  }

  #endOfRib(family: string): void {
    if (this.families.has(family)) this.endOfRibs.add(family)
  }

  #announce(family: string, bytes: Buffer, start: number, end: number, rest: string): void {
    this.#walk(family, bytes, start, end, false, (prefix, label) =>
      this.state.set(`${family} ${prefix}`, `label ${label} ${rest}`)
    )
  }

  #withdraw(family: string, bytes: Buffer, start: number, end: number): void {
    this.#walk(family, bytes, start, end, true, prefix => this.state.delete(`${family} ${prefix}`))
  }

  #walk(
    code: string,
    bytes: Buffer,
    start: number,
    end: number,
    withdrawn: boolean,
    visit: (prefix: string, label: number) => void
  ): void {
    if (!this.families.has(code)) return
    const family = families.find(({ afi, safi }) => `${afi}/${safi}` === code)
    if (family === undefined) return
    const reader = new Reader(shortRead, bytes, start, end)
    const nlri = new Nlri()
    while (reader.at < reader.end) {
      nlri.reset()
      family.read(reader, nlri, withdrawn)
      if (reader.error !== undefined) {
        this.faults.push(`${code}: ${reader.error.what}`)
        return
      }
      visit(family.print(nlri.key, 0, nlri.keyLength), nlri.label)
    }
  }
}
