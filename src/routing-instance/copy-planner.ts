/** Decides where a path is copied to and with which communities (spec routing 2.4 to 2.6). */
import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import { type Source, SourceKind } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import { AttributeEditor } from '../bgp/wire/attribute-editor.js'
import { AttributeCode, InternalCode } from '../bgp/wire/canonical.js'
import { CommunityList, communityLength } from './communities.js'
import type { Destination } from './copy-plan.js'
import type { RoutingInstance } from './instance.js'
import { isTrusted, networkOfTargets, originVnOf, removeOriginVn, setOriginVn } from './origin-vn.js'
import type { RtGroups } from './rt-group.js'
import { isTarget, type TargetKey, targetBytes, targetKeyAt } from './target-key.js'
import type { VirtualNetworks } from './virtual-networks.js'
import type { VpnFamily } from './vpn-family.js'

/** The table that is copied from. */
export interface CopySource {
  readonly instance: RoutingInstance
  readonly family: VpnFamily
  /** It is `vpnTable` itself. */
  readonly isVpn: boolean
  readonly vpnTable: Table
}

export class CopyPlanner {
  /** Own AS, for origin networks. */
  as = 0
  readonly #attributes: AttributeDb
  readonly #groups: RtGroups
  readonly #networks: VirtualNetworks
  readonly #editor = new AttributeEditor()
  readonly #list = new CommunityList()
  readonly #variant = new CommunityList()

  constructor(attributes: AttributeDb, groups: RtGroups, networks: VirtualNetworks) {
    this.#attributes = attributes
    this.#groups = groups
    this.#networks = networks
  }

  /** `rd` stands in front of the prefix in the VPN table. The attributes are held for the caller. */
  plan(from: CopySource, source: Source, attributes: AttributeSet, rd: Uint8Array): Destination[] {
    const list = this.#list.from(attributes.bytes)
    if (!from.isVpn) {
      for (const target of from.instance.exports) list.add(targetBytes(target))
      list.sort()
    }
    if (list.end === 0) return []
    const targets = targetsOf(list)
    const instances = new Set<RoutingInstance>()
    let toVpn = false
    for (const target of targets) {
      const group = this.#groups.get(target)
      if (group === undefined) continue
      for (const importer of group.importers) if (importer !== from.instance) instances.add(importer)
      if (!from.isVpn && group.hasMembers) toVpn = true
    }
    if (instances.size === 0 && !toVpn) return []
    const unresolved = from.isVpn
      ? !this.#settleReceived(list, targets)
      : !this.#settleOwn(list, from.instance, source)
    return this.#destinations(from, attributes, rd, targets, unresolved, instances, toVpn)
  }

  #destinations(
    from: CopySource,
    attributes: AttributeSet,
    rd: Uint8Array,
    targets: readonly TargetKey[],
    unresolved: boolean,
    instances: ReadonlySet<RoutingInstance>,
    toVpn: boolean
  ): Destination[] {
    const destinations: Destination[] = []
    if (toVpn) {
      const copy = this.#copyOf(attributes, this.#list, rd)
      destinations.push({ table: from.vpnTable, isVpn: true, attributes: copy })
    }
    // From the VPN table the copy keeps the route distinguisher that it had there (spec routing 2.6).
    const sourceRd = from.isVpn ? rd : undefined
    let common: AttributeSet | undefined
    for (const instance of instances) {
      const table = instance.table(from.family.family)
      if (table === undefined) continue
      const { exports, virtualNetworkIndex } = instance
      let copy: AttributeSet
      if (unresolved && virtualNetworkIndex > 0 && targets.some(target => exports.has(target))) {
        const list = this.#variant.copy(this.#list)
        setOriginVn(list, this.as, virtualNetworkIndex)
        copy = this.#copyOf(attributes, list, sourceRd)
      } else if (common === undefined) {
        copy = common = this.#copyOf(attributes, this.#list, sourceRd)
      } else {
        copy = this.#attributes.hold(common)
      }
      destinations.push({ table, isVpn: false, attributes: copy })
    }
    return destinations
  }

  /** Spec routing 2.4 a: what another node says, unless it is a foreign network; else what the targets stand for. */
  #settleReceived(list: CommunityList, targets: readonly TargetKey[]): boolean {
    const origin = originVnOf(list.bytes, 0, list.end)
    if (origin !== undefined && isTrusted(origin, this.as)) return origin.index !== 0
    const index = networkOfTargets(this.#networks, targets)
    if (index === 0) removeOriginVn(list)
    else setOriginVn(list, this.as, index)
    return index !== 0
  }

  /** Spec routing 2.4 b: the instance's network, for paths that begin here. */
  #settleOwn(list: CommunityList, instance: RoutingInstance, source: Source): boolean {
    const origin = originVnOf(list.bytes, 0, list.end)
    if (origin !== undefined && origin.index !== 0) return true
    if (!originatesInInstance(source) || instance.virtualNetworkIndex === 0) return false
    setOriginVn(list, this.as, instance.virtualNetworkIndex)
    return true
  }

  #copyOf(attributes: AttributeSet, list: CommunityList, sourceRd: Uint8Array | undefined): AttributeSet {
    const editor = this.#editor.from(attributes.memory, attributes.start, attributes.end)
    if (list.end === 0) editor.remove(AttributeCode.extendedCommunities)
    else editor.set(AttributeCode.extendedCommunities, list.bytes, 0, list.end)
    if (sourceRd !== undefined) editor.setInternal(InternalCode.sourceRd, sourceRd)
    editor.finish()
    return this.#attributes.intern(editor.bytes, 0, editor.end)
  }
}

/** Service chains and static routes re-originate what began elsewhere (spec routing 1.4). */
function originatesInInstance({ kind }: Source): boolean {
  return kind === SourceKind.peer || kind === SourceKind.local || kind === SourceKind.aggregate
}

function targetsOf(list: CommunityList): TargetKey[] {
  const targets: TargetKey[] = []
  for (let at = 0; at < list.end; at += communityLength) {
    if (isTarget(list.bytes, at)) targets.push(targetKeyAt(list.bytes, at))
  }
  return targets
}
