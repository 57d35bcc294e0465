/** The figures of one BGP neighbor, for Prometheus. */
import type { BgpNeighbor, SessionState } from '../view.js'
import type { MetricMaker } from './metric-maker.js'

export const states: readonly SessionState[] = [
  'Idle',
  'Active',
  'Connect',
  'OpenSent',
  'OpenConfirm',
  'Established'
]

/** Gives what notes a neighbor. */
export function neighborMetrics({ gauge, counter }: MetricMaker): (neighbor: BgpNeighbor) => void {
  const state = gauge('neighbor_state', '1 for the state that the BGP neighbor is in', ['neighbor', 'state'])
  const flaps = counter('neighbor_flaps_total', 'Times the session left Established', ['neighbor'])
  const messages = counter('neighbor_messages_total', 'BGP messages', ['neighbor', 'direction', 'type'])
  const prefixes = gauge('neighbor_prefixes', 'Paths received, accepted and routes advertised', [
    'neighbor',
    'family',
    'kind'
  ])
  const paths = gauge('neighbor_primary_paths', 'Paths that the neighbor contributed', ['neighbor'])
  const bytes = counter('neighbor_bytes_total', 'Bytes of BGP messages', ['neighbor', 'direction'])
  const blocked = counter('neighbor_blocked_seconds_total', 'Time for which its socket took no more', [
    'neighbor'
  ])
  const queued = gauge('neighbor_pending_bytes', 'Bytes that its socket has not taken yet', ['neighbor'])
  const connections = counter('neighbor_connections_total', 'Connections by what became of them', [
    'neighbor',
    'kind'
  ])
  const sessionErrors = counter('neighbor_session_errors_total', 'What ended sessions or OPENs', [
    'neighbor',
    'kind'
  ])
  const updateErrors = counter('neighbor_update_errors_total', 'Errors in UPDATEs (RFC 7606)', [
    'neighbor',
    'attribute',
    'reaction'
  ])
  const loops = counter('neighbor_looped_updates_total', 'Announcements that came round', [
    'neighbor',
    'kind'
  ])
  const pending = gauge('neighbor_pending_routes', 'Routes whose change has not been told to its group', [
    'neighbor',
    'family'
  ])
  const age = gauge('neighbor_oldest_change_seconds', 'How long the oldest of them has waited', [
    'neighbor',
    'family'
  ])
  const roundTrip = gauge('neighbor_tcp_rtt_seconds', 'Smoothed round-trip time of its connection', [
    'neighbor'
  ])
  const retransmits = gauge('neighbor_tcp_retransmits', 'Segments sent again since its connection is there', [
    'neighbor'
  ])

  return n => {
    const neighbor = `${n.instance}:${n.name}`
    for (const word of states) state.set({ neighbor, state: word }, n.state === word ? 1 : 0)
    flaps.inc({ neighbor }, n.flapCount)
    paths.set({ neighbor }, n.primaryPathCount)
    const { session } = n
    for (const [direction, counts] of [
      ['in', session.received],
      ['out', session.sent]
    ] as const) {
      const { open, update, notification, keepalive, routeRefresh } = counts
      const byType = { open, update, notification, keepalive, 'route-refresh': routeRefresh }
      for (const [type, value] of Object.entries(byType)) messages.inc({ neighbor, direction, type }, value)
      bytes.inc({ neighbor, direction }, counts.bytes)
    }
    blocked.inc({ neighbor }, session.blockedMs / 1000)
    queued.set({ neighbor }, session.pendingBytes)
    for (const [metric, counts] of [
      [connections, session.connections],
      [sessionErrors, session.errors],
      [loops, session.loops]
    ] as const)
      for (const [kind, value] of Object.entries(counts)) metric.inc({ neighbor, kind: dashed(kind) }, value)
    for (const { attribute, reaction, count } of n.updateErrors)
      updateErrors.inc({ neighbor, attribute, reaction }, count)
    for (const { family, pendingRoutes, oldestChangeMs = 0 } of session.families) {
      pending.set({ neighbor, family }, pendingRoutes)
      age.set({ neighbor, family }, oldestChangeMs / 1000)
    }
    const { tcp } = session
    if (tcp !== undefined) {
      roundTrip.set({ neighbor }, tcp.rttMicroseconds / 1e6)
      retransmits.set({ neighbor }, tcp.retransmits)
    }
    for (const { family, received, accepted, advertised } of n.familyCounts) {
      prefixes.set({ neighbor, family, kind: 'received' }, received)
      prefixes.set({ neighbor, family, kind: 'accepted' }, accepted)
      prefixes.set({ neighbor, family, kind: 'advertised' }, advertised)
    }
  }
}

/** `connectErrors`: `connect-errors`. */
export const dashed = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
