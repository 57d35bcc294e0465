/**
 * Routes whose next hop is this node itself (RFC 4271 §5.1.3, §6.3; spec bgp 8.2): it forwards nothing, and whoever was
 * told them would send it traffic. They are kept, so that operators see them, and not used.
 */
import { bytesOf } from '../../net/scoped-ip.js'
import { type AttributeSet, attributeOf } from '../rib/attribute-set.js'
import { PathFlag } from '../rib/path.js'
import { valueEnd, valueStart } from '../wire/attributes.js'
import { AttributeCode } from '../wire/canonical.js'
import type { Family, FamilyName } from '../wire/family.js'

/** Their next hop leads no traffic: it names a node. */
const withoutTraffic: ReadonlySet<FamilyName> = new Set(['route-target', 'erm-vpn', 'mvpn', 'mvpn6'])

/**
 * Addresses that are surely this node's beside a neighbour: those that are configured, and ours of the session. Not those
 * of the loopback, nor one that the neighbour has too: then several speakers are on one machine.
 */
export function ownAddressesBeside(
  configured: readonly Uint8Array[],
  local: string | undefined,
  remote: string | undefined
): readonly Uint8Array[] {
  const ofSession = bytesOf(local ?? '')
  const theirs = bytesOf(remote ?? '')
  const all = ofSession === undefined ? configured : [...configured, ofSession]
  return all.filter(own => !isLoopback(own) && (theirs === undefined || Buffer.compare(own, theirs) !== 0))
}

/** `PathFlag.ownNextHop`, or 0. Of a pair of IPv6 next hops the global one counts, which is the first. */
export function ownNextHopFlag(
  attributes: AttributeSet,
  own: readonly Uint8Array[] | undefined,
  { name }: Family
): number {
  if (own === undefined || own.length === 0 || withoutTraffic.has(name)) return 0
  const at = attributeOf(attributes, AttributeCode.nextHop)
  if (at < 0) return 0
  const { memory } = attributes
  const start = valueStart(memory, at)
  const length = Math.min(valueEnd(memory, at) - start, 16)
  for (const address of own)
    if (address.length === length && isAt(address, memory, start)) return PathFlag.ownNextHop
  return 0
}

function isAt(address: Uint8Array, memory: Uint8Array, start: number): boolean {
  for (let i = 0; i < address.length; i++) if (memory[start + i] !== address[i]) return false
  return true
}

function isLoopback(address: Uint8Array): boolean {
  if (address.length === 4) return address[0] === 127
  return address[15] === 1 && address.subarray(0, 15).every(byte => byte === 0)
}
