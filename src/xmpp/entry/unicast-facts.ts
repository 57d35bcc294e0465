/**
 * What an agent is told about a path, read from its attributes (spec xmpp 5.4, spec routing 4.5): names instead of
 * numbers, and only the security groups and tags that mean something to this node.
 */
import type { AttributeSet } from '../../bgp/rib/attribute-set.js'
import { AttributeCode, extendedLengthFlag, internalFlags } from '../../bgp/wire/canonical.js'
import { asTrans } from '../../net/as-number.js'
import { printIp } from '../../net/ip.js'
import { printCommunity } from './community-names.js'
import { tunnelName, vxlanTunnelType } from './encapsulation.js'
import { allLoadBalanceFields, type LoadBalance } from './unicast.js'

export interface SendContext {
  /** Own AS, by which foreign security groups and tags are told apart. */
  readonly as: number
  /** Tags of any AS are passed on. */
  readonly allTagsAreGlobal: boolean
}

export interface UnicastFacts {
  /** 1 or 2; 0: the path has no next hop and cannot be sent. */
  readonly nextHopAfi: number
  readonly nextHop: string
  /** Sorted names, each once. */
  readonly encapsulations: readonly string[]
  /** The label field of the path is a VNI. */
  readonly vxlan: boolean
  readonly tags: readonly bigint[]
  /** VN index of the origin-VN community; -1: there is none. */
  readonly originVn: number
  readonly securityGroups: readonly number[]
  readonly communities: readonly string[]
  readonly loadBalance: LoadBalance
  readonly mobilitySequence: number
  readonly sticky: boolean
  readonly localPreference: number
  readonly med: number
}

/** Security groups with such a number mean the same in every AS. */
const isGlobalSecurityGroup = (id: number): boolean => id >= 1 && id <= 7999999
const isGlobalTag = (tag: bigint): boolean => tag >= 8000000n

/** High halves of the extended communities that are read here (spec routing 5.3), the AS left out. */
const Community = {
  encapsulation: 0x030c,
  loadBalance: 0x03aa,
  securityGroup: 0x8004,
  securityGroupAs4: 0x8204,
  originVn: 0x8071,
  originVnAs4: 0x8271
} as const

export function readUnicastFacts(attributes: AttributeSet, context: SendContext): UnicastFacts {
  const { bytes } = attributes
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const { mobilitySequence, sticky, localPref, med } = attributes.facts
  const facts = new Facts(context)
  for (let at = 0; at < view.length; ) {
    const flags = view[at]!
    const code = view[at + 1]!
    const extended = (flags & extendedLengthFlag) !== 0
    const start = at + (extended ? 4 : 3)
    const end = start + (extended ? view.readUInt16BE(at + 2) : view[at + 2]!)
    if ((flags & internalFlags) !== 0) break
    if (code === AttributeCode.nextHop) facts.readNextHop(view, start, end)
    else if (code === AttributeCode.communities) facts.readCommunities(view, start, end)
    else if (code === AttributeCode.extendedCommunities) facts.readExtended(view, start, end)
    else if (code === AttributeCode.largeCommunities) facts.readLarge(view, start, end)
    at = end
  }
  return facts.result({ mobilitySequence, sticky, localPreference: localPref, med })
}

class Facts {
  #nextHopAfi = 0
  #nextHop = ''
  #vxlan = false
  #foreignSecurityGroup = false
  #originVn = -1
  #loadBalance: LoadBalance = { fields: allLoadBalanceFields, sourceBias: false }
  readonly #encapsulations = new Set<string>()
  readonly #tags = new Set<bigint>()
  readonly #securityGroups: number[] = []
  readonly #communities: string[] = []

  constructor(private readonly context: SendContext) {}

  result(rest: Pick<UnicastFacts, 'mobilitySequence' | 'sticky' | 'localPreference' | 'med'>): UnicastFacts {
    return {
      nextHopAfi: this.#nextHopAfi,
      nextHop: this.#nextHop,
      encapsulations: [...this.#encapsulations].sort(),
      vxlan: this.#vxlan,
      tags: [...this.#tags].sort((a, b) => (a < b ? -1 : 1)),
      originVn: this.#originVn,
      securityGroups: this.#foreignSecurityGroup ? [] : this.#securityGroups,
      communities: this.#communities,
      loadBalance: this.#loadBalance,
      ...rest
    }
  }

  readNextHop(view: Buffer, start: number, end: number): void {
    this.#nextHopAfi = end - start === 4 ? 1 : 2
    // A link-local address may follow the global one.
    this.#nextHop = printIp(view, start, end - start === 4 ? 4 : 16)
  }

  readCommunities(view: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at += 4) this.#communities.push(printCommunity(view.readUInt32BE(at)))
  }

  readExtended(view: Buffer, start: number, end: number): void {
    let longIndex = false
    let pairedIndex = -1
    for (let at = start; at < end; at += 8) {
      const as = view.readUInt16BE(at + 2)
      const value = view.readUInt32BE(at + 4)
      switch (view.readUInt16BE(at)) {
        case Community.encapsulation: {
          const name = tunnelName(value & 0xffff)
          if (name !== undefined) this.#encapsulations.add(name)
          if ((value & 0xffff) === vxlanTunnelType) this.#vxlan = true
          break
        }
        case Community.loadBalance:
          this.#loadBalance = { fields: as >>> 8, sourceBias: value >= 0x80000000 }
          break
        case Community.securityGroup:
          this.#readSecurityGroup(as, value)
          break
        case Community.securityGroupAs4:
          if (view.readUInt32BE(at + 2) !== this.context.as) this.#foreignSecurityGroup = true
          break
        case Community.originVn:
          // An index that does not fit beside a 4-byte AS comes in a pair (spec routing 5.3).
          if (as === asTrans) pairedIndex = value
          else if (this.#originVn < 0) this.#originVn = value
          break
        case Community.originVnAs4: {
          const index = view.readUInt16BE(at + 6)
          if (index === asTrans) longIndex = true
          else if (this.#originVn < 0) this.#originVn = index
          break
        }
        default:
      }
    }
    if (this.#originVn < 0 && (longIndex || pairedIndex >= 0))
      this.#originVn = longIndex && pairedIndex < 0 ? asTrans : pairedIndex
  }

  readLarge(view: Buffer, start: number, end: number): void {
    const { as, allTagsAreGlobal } = this.context
    for (let at = start; at < end; at += 12) {
      if (view[at + 4] !== 1) continue
      const tag = (BigInt(view.readUIntBE(at + 5, 3)) << 32n) | BigInt(view.readUInt32BE(at + 8))
      if (allTagsAreGlobal || view.readUInt32BE(at) === as || isGlobalTag(tag)) this.#tags.add(tag)
    }
  }

  #readSecurityGroup(as: number, id: number): void {
    const { as: own } = this.context
    // With a 4-byte AS of our own, the field in front holds an index into the companions.
    if (own > 0xffff || as === own || isGlobalSecurityGroup(id)) this.#securityGroups.push(id)
  }
}
