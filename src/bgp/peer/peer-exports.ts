import { bytesOf } from '../../net/scoped-ip.js'
import { BgpExporter } from '../export/bgp-exporter.js'
import type { BgpSession } from '../session/session.js'
import { vpnFamilyNames } from '../wire/families.js'
import type { Family } from '../wire/family.js'
import type { Negotiated } from '../wire/negotiate.js'
import { UpdateWriter } from '../wire/update-writer.js'
import { Writer } from '../wire/writer.js'
import type { FaultReports } from './fault-reports.js'
import type { PeerEnvironment } from './peer-environment.js'
import { exportGroup, type PeerPolicy } from './peer-policy.js'
import { isDeferrable } from './receive-policy.js'
import type { SessionLife } from './session-life.js'

export interface PeerExportsOwner {
  readonly instance: string
  readonly policy: PeerPolicy
  readonly session: BgpSession
  readonly faults: FaultReports
}

/** What a neighbour is told: which exporter each family has, and when it begins. */
export class PeerExports {
  constructor(
    private readonly owner: PeerExportsOwner,
    private readonly environment: PeerEnvironment
  ) {}

  /** Starts with the families that are not sent yet and need wait for nothing any more. */
  begin({ families, negotiated }: SessionLife): void {
    const { selection } = this.environment
    let awaitsTargets = false
    for (const family of families.values())
      if (family.family.name === 'route-target') awaitsTargets = !family.endOfRibReceived
    for (const each of families.values()) {
      const { family, ribOut } = each
      if (ribOut !== undefined) continue
      // A peer that filters by route target says first which it wants (routing.md 3.5).
      if (awaitsTargets && waitsForTargets(family)) continue
      if (isDeferrable(this.owner.policy.receive) && selection?.isDeferred(family) === true) continue
      each.startSending(this.exporter(family, negotiated))
    }
  }

  /** As the policy is now. */
  exporter(family: Family, negotiated: Negotiated): BgpExporter {
    const { environment } = this
    const { instance, policy, session, faults } = this.owner
    const group = exportGroup(family, policy, negotiated, bytesOf(session.local?.address ?? ''))
    const table = group.paths === undefined ? undefined : environment.tableOf(instance, family)
    return new BgpExporter(
      group,
      environment.attributes,
      environment.targetFilter(family),
      (table, index) => faults.untold(table, index),
      table && ((row, path, selection) => environment.ribOuts.selects(table, row, path, selection))
    )
  }

  /** The message. */
  endOfRib(family: Family, negotiated: Negotiated): Uint8Array {
    endOfRibOut.at = 0
    endOfRibWriter.endOfRib(family, exportGroup(family, this.owner.policy, negotiated).encoding)
    return Buffer.from(endOfRibOut.bytes.subarray(0, endOfRibOut.at))
  }
}

/** Families whose routes are filtered by the route targets that the peer asks for (spec bgp 13.3). */
function waitsForTargets(family: Family): boolean {
  return vpnFamilyNames.has(family.name)
}

const endOfRibOut = new Writer(64)
const endOfRibWriter = new UpdateWriter(endOfRibOut)
