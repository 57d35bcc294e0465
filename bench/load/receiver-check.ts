/**
 * What one receiver has been told: a bit per prefix, and what was wrong. Every prefix must come exactly once, with
 * the path of its own group and the next hop of its own sender, and go exactly once.
 */
import type { FamilyLoad } from './families.js'
import { type LoadShape, originAsBase, senderOf } from './updates.js'

const Code = { asPath: 2, nextHop: 3, med: 4, reach: 14, unreach: 15 } as const

export class ReceiverCheck {
  have = 0
  updates = 0
  announced = 0
  withdrawn = 0
  /** Announced while it was there, or withdrawn while it was not. */
  duplicates = 0
  wrong = 0
  doneAt = 0
  #goal = -1
  #reached: () => void = () => {}
  readonly #bits: Int32Array
  readonly #perGroup: number

  constructor(
    private readonly family: FamilyLoad,
    private readonly shape: LoadShape
  ) {
    this.#bits = new Int32Array(Math.ceil(shape.prefixes / 32))
    this.#perGroup = shape.prefixes / shape.groups
  }

  /** Calls `reached` when so many prefixes are there. */
  expect(goal: number, reached: () => void): void {
    this.#goal = goal
    this.#reached = reached
  }

  readonly read = (bytes: Buffer, start: number, end: number): void => {
    this.updates++
    const withdrawnLength = (bytes[start]! << 8) | bytes[start + 1]!
    let at = start + 2
    if (withdrawnLength > 0) this.#withdrawals(bytes, at, at + withdrawnLength)
    at += withdrawnLength
    const attributesLength = (bytes[at]! << 8) | bytes[at + 1]!
    at += 2
    const nlriStart = at + attributesLength
    let group = -1
    let sender = -1
    let reach = 0
    let reachEnd = 0
    while (at < nlriStart) {
      const extended = (bytes[at]! & 0x10) !== 0
      const length = extended ? (bytes[at + 2]! << 8) | bytes[at + 3]! : bytes[at + 2]!
      const code = bytes[at + 1]!
      at += extended ? 4 : 3
      if (code === Code.asPath) {
        group = length < 6 ? -1 : bytes.readUInt32BE(at + length - 4) - originAsBase
      } else if (code === Code.nextHop) {
        sender = bytes[at + 2]! - 1
      } else if (code === Code.reach) {
        const hopLength = bytes[at + 3]!
        sender = bytes[at + 4 + hopLength - 2]! - 1
        reach = at + 5 + hopLength
        reachEnd = at + length
      } else if (code === Code.unreach) {
        this.#withdrawals(bytes, at + 3, at + length)
      }
      at += length
    }
    if (reach !== 0) this.#announcements(bytes, reach, reachEnd, group, sender)
    if (nlriStart < end) this.#announcements(bytes, nlriStart, end, group, sender)
    if (this.have === this.#goal) {
      this.doneAt = performance.now()
      this.#goal = -1
      this.#reached()
    }
  }

  #announcements(bytes: Buffer, start: number, end: number, group: number, sender: number): void {
    const { family } = this
    const bits = this.#bits
    const step = family.nlriBytes
    const low = Math.round(group * this.#perGroup)
    const high = Math.round((group + 1) * this.#perGroup)
    if (group < 0 || sender !== senderOf(group, this.shape)) this.wrong++
    for (let at = start; at < end; at += step) {
      const index = family.index(bytes, at)
      if (!(index >= low && index < high)) {
        this.wrong++
        continue
      }
      const bit = 1 << (index & 31)
      if ((bits[index >> 5]! & bit) !== 0) this.duplicates++
      else {
        bits[index >> 5]! |= bit
        this.have++
      }
      this.announced++
    }
  }

  #withdrawals(bytes: Buffer, start: number, end: number): void {
    const { family } = this
    const bits = this.#bits
    for (let at = start; at < end; at += family.nlriBytes) {
      const index = family.index(bytes, at)
      const bit = 1 << (index & 31)
      if (!(index >= 0 && index < this.shape.prefixes) || (bits[index >> 5]! & bit) === 0) {
        this.duplicates++
        continue
      }
      bits[index >> 5]! &= ~bit
      this.have--
      this.withdrawn++
    }
  }
}
