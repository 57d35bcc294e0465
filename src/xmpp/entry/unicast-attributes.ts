/**
 * What an agent's unicast item means as a BGP path (spec xmpp 4.4.3, 4.4.4; spec routing 4.11): its canonical
 * attributes, label and flags, or why the item is ignored.
 */
import { PathFlag } from '../../bgp/rib/path.js'
import { AttributeCode, InternalCode } from '../../bgp/wire/canonical.js'
import { inet4FromBytes } from '../../net/inet.js'
import { isUnspecified, parseIp } from '../../net/ip.js'
import { parseMac } from '../../net/mac.js'
import { rdOfAddress } from '../../net/rd.js'
import { AttributeWriter } from './attribute-writer.js'
import { parseCommunity } from './community-names.js'
import { tunnelType, vxlanTunnelType } from './encapsulation.js'
import { allLoadBalanceFields, type ItemError, type UnicastItem } from './unicast.js'

/** What the meaning of an item depends on besides the item. */
export interface ReceiveContext {
  /** Own AS: that of the communities built from security groups and tags. */
  readonly as: number
  /** 16 bits; 0: none. */
  readonly rdClusterSeed: number
  readonly isMaster: boolean
  /** The agent's index of the instance, from its subscription. */
  readonly instanceId: number
}

/** A path as `Table.update` takes it; `attributes` are valid until the next call. */
export interface ReceivedPath {
  readonly attributes: Uint8Array
  /** `PathFlag` bits. */
  readonly flags: number
  readonly pathId: number
  /** As `Path.label`. */
  readonly label: number
}

/** 24 bits; agents before R24.1 use 20. */
const maximumLabel = 0xffffff
const originIncomplete = 2
const labeledSafi = 4

const writer = new AttributeWriter()

/**
 * `primaryInstanceId`: in the master instance, the index of the instance that the address belongs to, as the node
 * string names it (spec xmpp 4.5); 0: none.
 */
export function unicastPath(
  item: UnicastItem,
  context: ReceiveContext,
  primaryInstanceId: number
): ReceivedPath | ItemError {
  const { as, isMaster } = context
  const nextHop = item.nextHops[0]
  if (nextHop === undefined || item.nextHops.length > 1) return refused(`${item.nextHops.length} next hops`)
  const { label } = nextHop
  if (![1, 2, 25].includes(nextHop.afi)) return refused(`next hop of af ${nextHop.afi}`)
  const address = parseIp(nextHop.address)
  if (address === undefined || isUnspecified(address) || address.length !== (nextHop.afi === 2 ? 16 : 4))
    return refused(`next hop ${JSON.stringify(nextHop.address.slice(0, 60))}`)
  if (label > maximumLabel) return refused(`label ${label}`)
  if ((label !== 0) === (isMaster && item.safi !== labeledSafi))
    return refused(`label ${label} ${isMaster ? 'in the master instance' : 'in an instance'}`)
  const mac = nextHop.mac === '' ? undefined : parseMac(nextHop.mac)
  if (nextHop.mac !== '' && mac === undefined)
    return refused(`mac ${JSON.stringify(nextHop.mac.slice(0, 60))}`)

  let recognised = 0
  let vxlan = false
  writer.start()
  writer.setU8(AttributeCode.origin, originIncomplete)
  writer.set(AttributeCode.nextHop, address)
  const med = item.med || derivedMed(item.localPreference)
  if (med !== 0) writer.setU32(AttributeCode.multiExitDisc, med)
  if (item.localPreference !== 0) writer.setU32(AttributeCode.localPref, item.localPreference)
  for (const text of item.communities) {
    const community = parseCommunity(text)
    if (community !== undefined) writer.community(community)
  }
  for (const name of nextHop.encapsulations) {
    const type = tunnelType(name)
    if (type === undefined) continue
    recognised++
    if (isMaster) continue
    if (type === vxlanTunnelType) vxlan = true
    writer.extended(0x030c0000, type)
  }
  if (!isMaster) {
    if (mac !== undefined && !isUnspecified(mac)) writeMac(mac)
    if (item.sequence !== 0) writer.extended(0x06000000 | (item.sticky ? 0x0100 : 0), item.sequence)
    if (nextHop.localSequence !== 0)
      writer.extended(0xc0000000 | (nextHop.localSequence >>> 16), nextHop.localSequence << 16)
    writeSecurityGroups(item.securityGroups, as)
    const { fields, sourceBias } = item.loadBalance
    if (fields !== allLoadBalanceFields || sourceBias)
      writer.extended(0x03aa0000 | (fields << 8), sourceBias ? 0x80000000 : 0)
    for (const tag of nextHop.tags)
      writer.large(as, 0x01000000 | Number((tag >> 32n) & 0xffffffn), Number(tag & 0xffffffffn))
  }
  const instanceId = isMaster ? primaryInstanceId : context.instanceId
  if (address.length === 4 && (!isMaster || instanceId !== 0))
    writer.setInternal(InternalCode.sourceRd, sourceRd(address, instanceId, context.rdClusterSeed))
  if (item.subProtocol !== '')
    writer.setInternal(InternalCode.subProtocol, Buffer.from(item.subProtocol.slice(0, 64)))
  return {
    attributes: writer.finish(),
    flags: !isMaster && nextHop.encapsulations.length > 0 && recognised === 0 ? PathFlag.noTunnelEncap : 0,
    pathId: address.length === 4 ? inet4FromBytes(address) : 0,
    // A VNI fills the label field; an MPLS label stands in front of the bottom-of-stack bit (spec routing 4.13).
    label: label === 0 || vxlan ? label : label * 16 + 1
  }
}

const refused = (what: string): ItemError => ({ fault: 'next-hop', what })

/** So that eBGP neighbours, who see no LOCAL_PREF, can tell a primary path (200) from a backup (100). */
function derivedMed(localPreference: number): number {
  if (localPreference === 0) return 0
  if (localPreference === 100) return 200
  if (localPreference === 200) return 100
  return 0xffffffff - localPreference
}

function writeMac(mac: Uint8Array): void {
  const view = Buffer.from(mac.buffer, mac.byteOffset, 6)
  writer.extended(0x06030000 | view.readUInt16BE(0), view.readUInt32BE(2))
}

/** A 4-byte AS does not fit beside the group: it goes into a companion with the same running index. */
function writeSecurityGroups(groups: readonly number[], as: number): void {
  groups.forEach((group, i) => {
    if (as <= 0xffff) {
      writer.extended(0x80040000 | as, group)
    } else {
      writer.extended(0x82040000 | (as >>> 16), (as << 16) | (i & 0xffff))
      writer.extended(0x80040000 | (i & 0xffff), group)
    }
  })
}

/** The RD under which the path enters the VPN table (spec routing 2.7). */
export function sourceRd(address: Uint8Array, instanceId: number, clusterSeed: number): Uint8Array {
  const seeded = clusterSeed === 0 ? 0 : ((clusterSeed << 16) | (address[2]! << 8) | address[3]!) >>> 0
  return rdOfAddress(seeded || inet4FromBytes(address), instanceId & 0xffff)
}
