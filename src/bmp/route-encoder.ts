import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import type { Path } from '../bgp/rib/path.js'
import type { Table } from '../bgp/rib/table.js'
import { findInternal, valueEnd, valueStart } from '../bgp/wire/attributes.js'
import { InternalCode } from '../bgp/wire/canonical.js'
import { extendedMaximumLength } from '../bgp/wire/message.js'
import { Nlri } from '../bgp/wire/nlri.js'
import { BeginResult, type EncodeOptions, UpdateWriter } from '../bgp/wire/update-writer.js'
import { Writer } from '../bgp/wire/writer.js'

/** One UPDATE for one route, as paths are kept; the result is valid until the next call. */
export class RouteEncoder {
  readonly #out = new Writer(extendedMaximumLength)
  readonly #updates = new UpdateWriter(this.#out)
  readonly #nlri = new Nlri()

  /** Undefined: the path has no next hop, or fits into no message. */
  announce(table: Table, index: number, path: Path, addPath: boolean): Uint8Array | undefined {
    const { bytes } = path.attributes
    this.#out.at = 0
    if (this.#updates.beginReach(bytes, 0, bytes.length, table.family, options(addPath)) !== BeginResult.ok)
      return undefined
    this.#load(table, index, path.pathId)
    this.#nlri.label = path.label
    this.#nlri.l3Label = path.l3Label
    this.#loadExtra(path.attributes)
    return this.#finish()
  }

  withdraw(table: Table, index: number, pathId: number, addPath: boolean): Uint8Array | undefined {
    this.#out.at = 0
    this.#updates.beginWithdraw(table.family, options(addPath))
    this.#load(table, index, pathId)
    return this.#finish()
  }

  endOfRib({ family }: Table): Uint8Array {
    this.#out.at = 0
    this.#updates.endOfRib(family, options(false))
    return this.#out.bytes.subarray(0, this.#out.at)
  }

  #load(table: Table, index: number, pathId: number): void {
    this.#nlri.reset().setKey(table.keys, table.keyStart(index), table.keyEnd(index))
    this.#nlri.pathId = pathId
  }

  #loadExtra({ bytes }: AttributeSet): void {
    const at = findInternal(bytes, 0, bytes.length, InternalCode.nlriExtra)
    if (at < 0) return
    const extra = bytes.subarray(valueStart(bytes, at), valueEnd(bytes, at))
    this.#nlri.extra.set(extra)
    this.#nlri.extraLength = extra.length
  }

  #finish(): Uint8Array | undefined {
    const added = this.#updates.add(this.#nlri)
    this.#updates.finish()
    return added ? this.#out.bytes.subarray(0, this.#out.at) : undefined
  }
}

/** RFC 7854 §5 wants 4-byte AS numbers; whatever next hop there is can be said. */
const options = (addPath: boolean): EncodeOptions => ({
  fourByteAs: true,
  addPath,
  extendedNextHop: true,
  maximumLength: extendedMaximumLength,
  form: 'standard'
})
