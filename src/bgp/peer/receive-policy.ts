import type { AttributeDb } from '../rib/attribute-db.js'
import { type AttributeSet, attributeOf, Trait } from '../rib/attribute-set.js'
import { PathFlag } from '../rib/path.js'
import { countAs, prependAs, prependRoom, SegmentType } from '../wire/as-path.js'
import { AttributeEditor } from '../wire/attribute-editor.js'
import { u32At, valueEnd, valueStart } from '../wire/attributes.js'
import { AttributeCode, InternalCode } from '../wire/canonical.js'
import { Role } from '../wire/capabilities.js'
import { tagsToLarge } from '../wire/tag-conversion.js'
import { stripOverlay, stripSubclusters } from './tenant-input.js'

/** What of a session and its configuration bears on received routes (routing.md 4.11, spec bgp 10.1). */
export interface ReceiveSettings {
  readonly internal: boolean
  /** Of another member of our confederation (RFC 5065); not internal. */
  readonly member: boolean
  /** Numbers that count for loops too: those by which the confederation has this node (RFC 5065 §4). */
  readonly confederationAs?: readonly number[]
  readonly peerAs: number
  readonly localAs: number
  /** The AS of the node, which counts for loops beside `localAs`. */
  readonly nodeAs: number
  readonly routerId: number
  /** 0: no reflector. */
  readonly clusterId: number
  /** The peer is a control node: its MED carries the preference of its agents' routes. */
  readonly controlNode: boolean
  readonly originOverride: 0 | 1 | 2 | undefined
  /** Ours towards the peer (RFC 9234), for routes of IPv4 and IPv6 unicast. */
  readonly role?: Role
  /** How often an own AS may occur in an AS path. */
  readonly loopCount: number
  /** By family name, where another number holds. */
  readonly familyLoopCounts?: ReadonlyMap<string, number>
  /** Between AS, a path that does not begin with `peerAs` is not used (RFC 4271 §6.3). */
  readonly enforcesFirstAs: boolean
  /** But for a path that is empty. */
  readonly allowsEmptyAsPath?: boolean
  /** Cluster ids that the node has towards other neighbours (RFC 4456 §8: a route with one of ours came round). */
  readonly otherClusterIds?: readonly number[]
  /** The session is about to end: what came over it is used where there is nothing else (RFC 8326 §4; eBGP). */
  readonly leaving?: boolean
  /** GRACEFUL_SHUTDOWN means nothing. */
  readonly ignoresGracefulShutdown?: boolean
  /** `localAs` is put in front of AS paths: the other side of the node has it as one more AS on the way. */
  readonly prepends: boolean
  /** The peer is a client of BGP as a service: what it announces is used once its next hop is resolved. */
  readonly tenant: boolean
  /** Of a tenant: what it says about the overlay counts, as with contrail-control (docs/decisions/0018). */
  readonly trusted?: boolean
  /** Addresses of this node, 4 or 16 bytes: no next hops (`own-next-hop.ts`); absent: any next hop is taken. */
  readonly ownAddresses?: readonly Uint8Array[]
  /** Nothing is used: the import policy, or the want of one (RFC 8212 §2). */
  readonly rejects: boolean
}

/** Whether the peer takes part in selection deferral: waits, and is waited for (`selection-deferral.ts`). */
export const isDeferrable = ({ controlNode, tenant }: ReceiveSettings): boolean => !controlNode && !tenant

/** Of a peer that nothing is said about. */
export const plainReceive = {
  member: false,
  controlNode: false,
  originOverride: undefined,
  loopCount: 0,
  enforcesFirstAs: true,
  prepends: false,
  tenant: false,
  rejects: false
} as const satisfies Partial<ReceiveSettings>

/**
 * The flags of a path with these attributes. Looped paths are kept, infeasible, so that operators see them
 * (routing.md 4.11).
 */
export function receiveFlags(
  attributes: AttributeSet,
  settings: ReceiveSettings,
  unicast = false,
  loopCount = settings.loopCount
): number {
  const { memory } = attributes
  // A tenant's next hops are addresses of its network: no one outside of it can use them as they are.
  let flags: number = settings.tenant ? PathFlag.resolveNextHop : 0
  flags |= keptFlags(attributes, settings)
  if (unicast && settings.role !== undefined && isLeak(attributes, settings.role, settings.peerAs)) {
    flags |= PathFlag.routeLeak
  }
  const asPath = attributeOf(attributes, AttributeCode.asPath)
  if (asPath >= 0) {
    const start = valueStart(memory, asPath)
    const end = valueEnd(memory, asPath)
    if (end > start) {
      let own = countAs(memory, start, end, settings.localAs)
      if (settings.nodeAs !== settings.localAs) own += countAs(memory, start, end, settings.nodeAs)
      const { confederationAs } = settings
      if (confederationAs !== undefined)
        for (const as of confederationAs)
          if (as !== settings.localAs && as !== settings.nodeAs) own += countAs(memory, start, end, as)
      if (own > loopCount) flags |= PathFlag.asPathLooped
    }
    const mayBeEmpty = start === end && settings.allowsEmptyAsPath === true
    if (
      !settings.internal &&
      settings.enforcesFirstAs &&
      !mayBeEmpty &&
      firstAs(memory, start, end, leadingSegment(settings)) !== settings.peerAs
    )
      flags |= PathFlag.noNeighborAs
  }
  if (settings.internal) {
    const originator = attributeOf(attributes, AttributeCode.originatorId)
    if (originator >= 0 && u32At(memory, valueStart(memory, originator)) === settings.routerId) {
      flags |= PathFlag.originatorIdLooped
    }
  }
  return flags
}

/** Flags that follow from settings and attributes as the table has them: they can be made again (`kept-routes.ts`). */
export const keptFlagsMask = PathFlag.routingPolicyReject | PathFlag.clusterListLooped | PathFlag.ownNextHop

/** Those of `keptFlagsMask`, but for the one that the family has a part in. */
export function keptFlags(attributes: AttributeSet, settings: ReceiveSettings): number {
  let flags = settings.rejects ? PathFlag.routingPolicyReject : 0
  if (isClusterLooped(attributes, settings)) flags |= PathFlag.clusterListLooped
  return flags
}

/** RFC 4456 §8: an id of ours is in CLUSTER_LIST, whichever neighbour we have it towards. */
function isClusterLooped(attributes: AttributeSet, { clusterId, otherClusterIds }: ReceiveSettings): boolean {
  if (clusterId === 0 && otherClusterIds === undefined) return false
  const clusters = attributeOf(attributes, AttributeCode.clusterList)
  if (clusters < 0) return false
  const { memory } = attributes
  const end = valueEnd(memory, clusters)
  for (let at = valueStart(memory, clusters); at < end; at += 4) {
    const id = u32At(memory, at)
    if (id === clusterId || otherClusterIds?.includes(id) === true) return true
  }
  return false
}

/** The attributes as they enter the table: `received` itself, or another set; held once, in place of `received`. */
export function receiveAttributes(
  received: AttributeSet,
  settings: ReceiveSettings,
  db: AttributeDb,
  unicast = false
): AttributeSet {
  const { originOverride } = settings
  const mark =
    unicast &&
    settings.role !== undefined &&
    comesDown(settings.role) &&
    attributeOf(received, AttributeCode.onlyToCustomer) < 0
  // Within a confederation, preferences are agreed on at its border (RFC 5065 §5.2).
  const localPref = settings.internal || settings.member ? undefined : preferenceOf(received, settings)
  const override = originOverride !== undefined && originOverride !== received.facts.origin
  const hasTags = (received.traits & Trait.classicTags) !== 0
  const prepend = settings.prepends && !settings.internal
  const { tenant } = settings
  const strips = tenant && settings.trusted !== true
  if (!override && localPref === undefined && !hasTags && !mark && !prepend && !tenant) return received
  editor.from(received.memory, received.start, received.end)
  if (override) editor.setU8(AttributeCode.origin, originOverride)
  if (localPref !== undefined) editor.setU32(AttributeCode.localPref, localPref)
  if (hasTags && !strips) tagsToLarge(received.bytes, editor)
  if (mark) editor.setU32(AttributeCode.onlyToCustomer, settings.peerAs)
  if (prepend) prependLocalAs(received, settings)
  if (strips) stripOverlay(editor)
  else if (tenant) stripSubclusters(editor)
  if (tenant) editor.setInternal(InternalCode.subProtocol, bgpaas)
  editor.finish()
  const changed = db.intern(editor.bytes, 0, editor.end)
  db.release(received)
  return changed
}

/** RFC 9234 §5, ingress rules 1 and 2: a route that was to go down comes from below, or sideways from elsewhere. */
function isLeak(attributes: AttributeSet, role: Role, peerAs: number): boolean {
  const { memory } = attributes
  const at = attributeOf(attributes, AttributeCode.onlyToCustomer)
  if (at < 0) return false
  if (role === Role.provider || role === Role.routeServer) return true
  return role === Role.peer && u32At(memory, valueStart(memory, at)) !== peerAs
}

/** Ingress rule 3: from a provider, a route server or a peer. */
const comesDown = (role: Role): boolean =>
  role === Role.customer || role === Role.routeServerClient || role === Role.peer

/**
 * The preference of a route of another AS where it is not the default: none of one that is about to go (RFC 8326
 * §4.2), and what a control node put into MED (spec bgp 10.1). Undefined: leave it.
 */
export function preferenceOf(received: AttributeSet, settings: ReceiveSettings): number | undefined {
  if (settings.leaving === true) return 0
  if ((received.traits & Trait.gracefulShutdown) !== 0 && settings.ignoresGracefulShutdown !== true) return 0
  if (!settings.controlNode) return undefined
  const { med } = received.facts
  if (med === 0) return undefined
  if (med === 100) return 200
  if (med === 200) return 100
  return 0xffffffff - med
}

function firstAs(bytes: Uint8Array, start: number, end: number, segment: number): number {
  return end - start >= 6 && bytes[start] === segment ? u32At(bytes, start + 2) : 0
}

/** What the AS of the neighbour stands in (RFC 5065 §4.1). */
const leadingSegment = ({ member }: ReceiveSettings): 2 | 3 =>
  member ? SegmentType.confederationSequence : SegmentType.sequence

function prependLocalAs(attributes: AttributeSet, settings: ReceiveSettings): void {
  const { memory } = attributes
  const at = attributeOf(attributes, AttributeCode.asPath)
  const [start, end] = at < 0 ? [0, 0] : [valueStart(memory, at), valueEnd(memory, at)]
  if (scratch.length < end - start + prependRoom(1))
    scratch = new Uint8Array(2 * (end - start + prependRoom(1)))
  const segment = leadingSegment(settings)
  const behind = prependAs(memory, start, end, settings.localAs, 1, scratch, 0, segment)
  editor.set(AttributeCode.asPath, scratch, 0, behind)
}

/** The sub-protocol of what clients of BGP as a service announce, for routing policies (spec routing 5.7). */
const bgpaas = Buffer.from('bgpaas')

const editor = new AttributeEditor()
let scratch = new Uint8Array(1024)
