/** What a neighbour's session and its families have counted (spec bgp 18.1). */
import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import { FamilyCounts } from '../../bgp/peer/peer-family.js'
import type { Table } from '../../bgp/rib/table.js'
import type { MessageCounts } from '../../bgp/session/statistics.js'
import type * as view from '../view/neighbor-session.js'
import { ageMs } from './age.js'
import { capabilityTexts } from './capabilities.js'
import { closeStateWords } from './close-info.js'
import { familyName } from './names.js'

export function neighborSession(peer: BgpPeer): view.NeighborSession {
  const { session, input } = peer
  const { statistics, settings, peerOpen, negotiated } = session
  const { lastError } = statistics
  return {
    capabilitiesSent: capabilityTexts(settings.capabilities),
    capabilitiesReceived: peerOpen === undefined ? [] : capabilityTexts(peerOpen.capabilities),
    establishedAt: negotiated === undefined ? undefined : statistics.establishedAt,
    keepaliveSeconds: negotiated?.keepaliveSeconds ?? 0,
    pendingBytes: session.pendingBytes,
    get tcp() {
      return session.tcpInfo
    },
    lastError: lastError && { text: lastError.what, at: lastError.at },
    received: messages(statistics.received),
    sent: messages(statistics.sent),
    blockedCount: statistics.blocked,
    blockedMs: statistics.blockedMilliseconds,
    connections: {
      dials: statistics.dials,
      connectErrors: statistics.connectErrors,
      connectTimeouts: statistics.connectTimeouts,
      accepted: statistics.accepted,
      refused: statistics.refused,
      collisions: statistics.collisions,
      establishments: statistics.establishments
    },
    errors: {
      header: statistics.headerErrors,
      open: statistics.openErrors,
      update: statistics.updateErrors,
      holdExpired: statistics.holdExpirations,
      sendHoldExpired: statistics.sendHoldExpirations
    },
    loops: input.errors.loops,
    families: familyStates(peer)
  }
}

const messages = (counts: MessageCounts): view.LifetimeMessages => ({ ...counts })

/** Families of the session, and of paths that are kept without one. */
function familyStates(peer: BgpPeer): view.NeighborFamilyState[] {
  const tables = new Set<Table>([...peer.families.values()].map(({ table }) => table))
  for (const [table, { paths }] of peer.adjIns) if (paths > 0) tables.add(table)
  const closes = new Map(peer.retention.states())
  return [...tables].map(table => familyState(peer, table, closeStateWords[closes.get(table) ?? 'none']))
}

function familyState(
  peer: BgpPeer,
  table: Table,
  restartState: view.NeighborFamilyState['restartState']
): view.NeighborFamilyState {
  const family = [...peer.families.values()].find(each => each.table === table)
  const negotiated = peer.session.negotiated?.families.find(each => each.family === family?.family)
  const ribOut = family?.ribOut
  const { endOfRibReceived: _in, endOfRibSent: _out, ...counts } = family?.counts ?? noCounts
  return {
    family: familyName(family?.family ?? table.family),
    table: table.name,
    prefixLimit: family?.guard.limit?.maximum ?? 0,
    blocked: family?.guard.blocked ?? 0,
    endOfRibReceived: family?.endOfRibReceived === true,
    endOfRibSent: family?.endOfRibSent === true,
    pathIdsReceived: negotiated?.addPathReceive === true,
    pathIdsSent: negotiated?.addPathSend === true,
    restartState,
    groupSize: ribOut?.receiverCount ?? 0,
    inStep: family !== undefined && ribOut?.isInSync(family) === true,
    pendingRoutes: ribOut === undefined ? 0 : ribOut.pending + ribOut.laggardPending,
    oldestChangeMs: family && ageMs(peer.scheduler, ribOut?.waitsSince(family)),
    ...counts
  }
}

const noCounts = new FamilyCounts()
