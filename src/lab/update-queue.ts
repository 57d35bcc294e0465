import type { Family } from '../bgp/wire/family.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import { Nlri } from '../bgp/wire/nlri.js'
import { BeginResult, type EncodeOptions, UpdateWriter } from '../bgp/wire/update-writer.js'
import { Writer } from '../bgp/wire/writer.js'

/** A prefix to be announced or withdrawn. */
export interface UpdateItem {
  readonly family: Family
  readonly key: Uint8Array
  /** Undefined: to be withdrawn. */
  readonly attributes: Uint8Array | undefined
  readonly labelField: number
  readonly pathId: number
}

/** What a session still has to say, as UPDATEs: as many as it takes, the rest when it is writable again. */
export class UpdateQueue {
  readonly #nlri = new Nlri()
  #negotiated: Negotiated | undefined
  #items: UpdateItem[] = []
  #endOfRibsDue = false

  /** `send` takes whole messages; false: enough for now, `flush` follows. */
  constructor(private readonly send: (bytes: Uint8Array) => boolean) {}

  /** A session is up that has agreed on this, and begins with these. */
  begin(negotiated: Negotiated, items: UpdateItem[], saysEndOfRib: boolean): void {
    this.#negotiated = negotiated
    this.#items = items
    this.#endOfRibsDue = saysEndOfRib
    this.flush()
  }

  stop(): void {
    this.#negotiated = undefined
    this.#items = []
  }

  add(items: readonly UpdateItem[]): void {
    if (this.#negotiated === undefined) return
    this.#items = this.#items.length === 0 ? [...items] : [...this.#items, ...items]
    this.flush()
  }

  /** The End-of-RIB of every family, behind what is there to be said. */
  endOfRib(): void {
    this.#endOfRibsDue = true
    this.flush()
  }

  /** Fills buffers with UPDATEs until the queue is empty or the session has enough. */
  flush(): void {
    while (this.#negotiated !== undefined && (this.#items.length > 0 || this.#endOfRibsDue)) {
      const out = new Writer(65536)
      const updates = new UpdateWriter(out)
      this.#items = this.#items.slice(this.#write(updates))
      updates.finish()
      if (this.#items.length === 0 && this.#endOfRibsDue) {
        this.#endOfRibsDue = false
        for (const { family } of this.#negotiated.families) updates.endOfRib(family, this.#encode(family)!)
      }
      if (out.at > 0 && !this.send(out.bytes.slice(0, out.at))) return
    }
  }

  /** Writes items from the front of the queue; gives how many are done with. */
  #write(updates: UpdateWriter): number {
    const nlri = this.#nlri
    let open: UpdateItem | undefined
    for (const [i, item] of this.#items.entries()) {
      const { family, attributes } = item
      const options = this.#encode(family)
      if (options === undefined) continue // not negotiated
      nlri.reset().setKey(item.key)
      nlri.label = item.labelField
      nlri.pathId = item.pathId
      const goesAlong = open?.family === family && open.attributes === attributes
      if (goesAlong && updates.add(nlri)) continue
      const begun =
        attributes === undefined
          ? updates.beginWithdraw(family, options)
          : updates.beginReach(attributes, 0, attributes.length, family, options)
      if (begun === BeginResult.outputFull) return i
      if (begun !== BeginResult.ok || !updates.add(nlri)) {
        throw new RangeError(`${family.print(item.key, 0, item.key.length)} cannot be sent in ${family.name}`)
      }
      open = item
    }
    return this.#items.length
  }

  #encode(family: Family): EncodeOptions | undefined {
    const { families, fourByteAs, maximumLength } = this.#negotiated!
    const negotiated = families.find(candidate => candidate.family === family)
    if (negotiated === undefined) return undefined
    const { addPathSend: addPath, extendedNextHop } = negotiated
    return { fourByteAs, addPath, extendedNextHop, maximumLength, form: 'standard' }
  }
}
