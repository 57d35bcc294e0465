import { type AttributeSet, attributeOf, Trait, WellKnown } from '../rib/attribute-set.js'
import type { Path } from '../rib/path.js'
import { Protocol } from '../rib/source.js'
import { addedMetric, putAigpMetric } from '../wire/aigp.js'
import {
  overrideAs,
  prependAs,
  prependRoom,
  removePrivateAs,
  SegmentType,
  withoutConfederation
} from '../wire/as-path.js'
import type { AttributeEditor } from '../wire/attribute-editor.js'
import { copyBytes, putU32, u32At, valueEnd, valueStart } from '../wire/attributes.js'
import { AttributeCode, InternalCode } from '../wire/canonical.js'
import { Role } from '../wire/capabilities.js'
import { vpnFamilyNames } from '../wire/families.js'
import { tagsToExtended } from '../wire/tag-conversion.js'
import { type BgpExportSettings, isFromInternal, isLongLivedStale, leadsDown } from './bgp-policy.js'
import { CommunityKind, withholdCommunities } from './community-kinds.js'
import { stripForTenant } from './tenant-attributes.js'

/** The path's attributes as the receivers are to see them, left in `editor` (routing.md 4.3, 4.4, 4.7, 4.8, 4.9). */
export function rewrite(path: Path, settings: BgpExportSettings, editor: AttributeEditor): void {
  const { attributes } = path
  editor.from(attributes.memory, attributes.start, attributes.end)
  if (settings.internal) rewriteInternal(path, settings, editor)
  else if (settings.member === true) rewriteMember(attributes, settings, editor)
  else rewriteExternal(attributes, settings, editor)
  if (
    settings.nextHop !== undefined &&
    !(settings.keepsReflectedNextHop === true && isReflected(path, settings))
  ) {
    editor.set(AttributeCode.nextHop, settings.nextHop)
    if ((attributes.traits & Trait.aigp) !== 0 && settings.aigp === true) addOwnDistance(attributes, editor)
  }
  markLongLived(path, settings, editor)
  if ((attributes.traits & Trait.aigp) !== 0 && settings.aigp !== true) editor.remove(AttributeCode.aigp)
  if (settings.tunnelEncapsulations.length > 0) replaceEncapsulations(attributes, settings, editor)
  if ((attributes.traits & Trait.largeCommunities) !== 0 && vpnFamilyNames.has(settings.family)) {
    tagsToExtended(attributes.bytes, settings.localAs, editor)
  }
  if (settings.tenant === true) stripForTenant(settings.family, editor)
  if (settings.withheldCommunities !== undefined) withholdCommunities(settings.withheldCommunities, editor)
  if (settings.gracefulShutdown === true) markLeaving(path, settings, editor)
  // What only this node knows must not keep two routes apart on the wire; labels and ESI are part of the NLRI.
  if ((attributes.traits & Trait.internal) !== 0) {
    editor.removeInternal(InternalCode.sourceRd)
    editor.removeInternal(InternalCode.subProtocol)
  }
  editor.finish()
}

const isReflected = (path: Path, { internal }: BgpExportSettings): boolean => internal && isFromInternal(path)

/**
 * What `rewrite` would do to the path is to mark it as reflected and nothing else: the originator to add, 0 where it
 * has one. Undefined: there is more, or less, to do.
 */
export function reflectorMark(path: Path, settings: BgpExportSettings): number | undefined {
  const { traits } = path.attributes
  const isComplete = (traits & alwaysThere) === alwaysThere && (traits & rewritten) === 0
  if (!settings.internal || settings.clusterId === 0 || !isComplete || isLongLivedStale(path, settings))
    return
  if (!settings.controlNode && !isFromInternal(path)) return
  if (settings.privateAsAction !== undefined || settings.nextHop !== undefined) return
  if (settings.tunnelEncapsulations.length > 0 || settings.withheldCommunities !== undefined) return
  if (otherCluster(path, settings) !== 0 || settings.gracefulShutdown === true) return
  return (traits & Trait.originatorId) === 0 ? originatorOf(path, settings) : 0
}

const alwaysThere = Trait.localPref | Trait.asPath
/** Sets that the way out may change: tags among large communities, AIGP, and what only this node knows. */
const rewritten = Trait.largeCommunities | Trait.internal | Trait.aigp

/** The cluster of the path's source, where it is not that of the receivers: a route passes from one to the other. */
function otherCluster(path: Path, { clusterId, nodeClusterId = clusterId }: BgpExportSettings): number {
  const from = path.source.clusterId || nodeClusterId
  return from === clusterId || !isFromInternal(path) ? 0 : from
}

function originatorOf({ source }: Path, { routerId }: BgpExportSettings): number {
  return (source.protocol === Protocol.bgp && source.routerId) || routerId
}

function rewriteInternal(path: Path, settings: BgpExportSettings, editor: AttributeEditor): void {
  const { attributes } = path
  const { traits, memory } = attributes
  if ((traits & Trait.localPref) === 0) editor.setU32(AttributeCode.localPref, 100)
  if (settings.privateAsAction !== undefined) editAsPath(attributes, settings, editor, false)
  else if ((traits & Trait.asPath) === 0) editor.set(AttributeCode.asPath, nothing)
  // RFC 4456 §8 marks reflected routes; contrail-control marks all that leave a reflector.
  if (settings.clusterId === 0 || !(settings.controlNode || isFromInternal(path))) return
  if ((traits & Trait.originatorId) === 0) {
    editor.setU32(AttributeCode.originatorId, originatorOf(path, settings))
  }
  const at = attributeOf(attributes, AttributeCode.clusterList)
  const length = at < 0 ? 0 : valueEnd(memory, at) - valueStart(memory, at)
  putU32(scratch, 0, settings.clusterId)
  let to = 4
  const other = otherCluster(path, settings)
  if (other !== 0) {
    putU32(scratch, to, other)
    to += 4
  }
  if (length > 0) to = copyBytes(scratch, to, memory, valueStart(memory, at), valueEnd(memory, at))
  editor.set(AttributeCode.clusterList, scratch, 0, to)
}

/**
 * RFC 7311 §3.4.3: who has itself as the next hop adds its distance to the one it had. That is not known here, and must
 * not be nothing, or a route could go in circles without its metric growing.
 */
function addOwnDistance(attributes: AttributeSet, editor: AttributeEditor): void {
  const value = editor.value(AttributeCode.aigp)!
  putAigpMetric(value, 0, addedMetric(attributes.facts.aigp!, leastDistance))
  editor.set(AttributeCode.aigp, value)
}

const leastDistance = 1n

/** RFC 5065 §4.1 b and §5.2: next hop, MED and LOCAL_PREF stay; what reflectors write is of one member AS. */
function rewriteMember(attributes: AttributeSet, settings: BgpExportSettings, editor: AttributeEditor): void {
  editor.remove(AttributeCode.originatorId)
  editor.remove(AttributeCode.clusterList)
  if ((attributes.traits & Trait.localPref) === 0) editor.setU32(AttributeCode.localPref, 100)
  editAsPath(attributes, settings, editor, true)
}

function rewriteExternal(
  attributes: AttributeSet,
  settings: BgpExportSettings,
  editor: AttributeEditor
): void {
  editor.remove(AttributeCode.originatorId)
  editor.remove(AttributeCode.clusterList)
  editor.remove(AttributeCode.localPref)
  // The MED of a route born within our AS, or confederation, goes out; that of another AS stays (RFC 4271 §5.1.4).
  if ((attributes.traits & Trait.hops) !== 0) editor.remove(AttributeCode.multiExitDisc)
  editAsPath(attributes, settings, editor, true)
  // RFC 9234 §5, egress rule 1: to a customer, a client or a peer.
  const { role } = settings
  const marks = role !== undefined && (leadsDown(role) || role === Role.peer)
  if (marks && attributeOf(attributes, AttributeCode.onlyToCustomer) < 0) {
    editor.setU32(AttributeCode.onlyToCustomer, settings.localAs)
  }
}

/** Confederation segments off, as-override, private AS numbers, own AS in front: in this order. */
function editAsPath(
  attributes: AttributeSet,
  settings: BgpExportSettings,
  editor: AttributeEditor,
  prepend: boolean
): void {
  const at = attributeOf(attributes, AttributeCode.asPath)
  let from = attributes.memory
  let start = at < 0 ? 0 : valueStart(from, at)
  let end = at < 0 ? 0 : valueEnd(from, at)
  // Each step reads one half of the scratch buffer and writes the other.
  const half = scratch.length >> 1
  let target = 0
  const take = (written: number): void => {
    from = scratch
    start = target
    end = written
    target = half - target
  }
  const within = settings.internal || settings.member === true
  if (!within && (attributes.traits & Trait.confederation) !== 0) {
    take(withoutConfederation(from, start, end, scratch, target))
  }
  if (prepend && settings.asOverride) {
    take(overrideAs(from, start, end, settings.peerAs, settings.localAs, scratch, target))
  }
  if (settings.privateAsAction !== undefined) {
    const substitute = within ? 0 : settings.localAs
    take(
      removePrivateAs(
        from,
        start,
        end,
        settings.privateAsAction,
        settings.peerAs,
        substitute,
        scratch,
        target
      )
    )
  }
  const segment = settings.member === true ? SegmentType.confederationSequence : SegmentType.sequence
  if (prepend && settings.behindAs !== undefined) {
    take(prependAs(from, start, end, settings.behindAs, 1, scratch, target, segment))
  }
  if (prepend) take(prependAs(from, start, end, settings.localAs, 1, scratch, target, segment))
  editor.set(AttributeCode.asPath, from, start, end)
}

/** RFC 9494 §4.3 and routing.md 4.7: who does not know LLGR gets the route as a last resort, and keeps it inside. */
function markLongLived(path: Path, settings: BgpExportSettings, editor: AttributeEditor): void {
  if (!isLongLivedStale(path, settings)) return
  if (!settings.longLived && (settings.internal || settings.member === true))
    editor.setU32(AttributeCode.localPref, 0)
  setCommunities(toldCommunities(path, settings), editor)
}

/** Those of the path, with what LLGR makes of them. */
function toldCommunities(path: Path, settings: BgpExportSettings): number[] {
  const values = communitiesOf(path.attributes)
  if (!isLongLivedStale(path, settings)) return values
  return [
    ...values.filter(value => value !== WellKnown.llgrStale),
    settings.longLived ? WellKnown.llgrStale : WellKnown.noExport
  ]
}

/** The community goes out whatever kinds the neighbour is spared. */
function markLeaving(path: Path, settings: BgpExportSettings, editor: AttributeEditor): void {
  if (settings.internal || settings.member === true) {
    editor.setU32(AttributeCode.localPref, 0)
    return
  }
  const isSpared = ((settings.withheldCommunities ?? 0) & CommunityKind.standard) !== 0
  setCommunities([...(isSpared ? [] : toldCommunities(path, settings)), WellKnown.gracefulShutdown], editor)
}

function setCommunities(values: readonly number[], editor: AttributeEditor): void {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  sorted.forEach((value, i) => {
    putU32(scratch, i * 4, value)
  })
  editor.set(AttributeCode.communities, scratch, 0, sorted.length * 4)
}

function replaceEncapsulations(
  attributes: AttributeSet,
  settings: BgpExportSettings,
  editor: AttributeEditor
): void {
  const { memory } = attributes
  const at = attributeOf(attributes, AttributeCode.extendedCommunities)
  const kept: Uint8Array[] = settings.tunnelEncapsulations.map(type =>
    Uint8Array.of(3, 0x0c, 0, 0, 0, 0, type >>> 8, type)
  )
  if (at >= 0) {
    for (let i = valueStart(memory, at); i < valueEnd(memory, at); i += 8) {
      if (memory[i] !== 3 || memory[i + 1] !== 0x0c) kept.push(memory.subarray(i, i + 8))
    }
  }
  const value = Buffer.concat(kept.sort(Buffer.compare))
  editor.set(AttributeCode.extendedCommunities, value)
}

function communitiesOf(attributes: AttributeSet): number[] {
  const { memory } = attributes
  const at = attributeOf(attributes, AttributeCode.communities)
  const values: number[] = []
  if (at >= 0)
    for (let i = valueStart(memory, at); i < valueEnd(memory, at); i += 4) values.push(u32At(memory, i))
  return values
}

const nothing = new Uint8Array(0)
/** Room for two attribute values of the greatest length, with what is put in front of them. */
const scratch = new Uint8Array(2 * (65536 + prependRoom(2)))
