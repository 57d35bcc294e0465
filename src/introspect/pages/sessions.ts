/** Structures shared by the pages of sessions and sockets (introspect §3.2, §3.11). */
import { printDuration } from '../sandesh/format.js'
import { bool, double, type Field, map, struct, text, u64 } from '../sandesh/schema.js'
import type { CloseInfo, CloseRouteCounts, MessageCounts, SocketCounts, UpdateCounts } from '../view.js'

const closeRouteInfo = struct<CloseRouteCounts>('PeerCloseRouteInfo', [
  u64('staled', 1, r => r.staled),
  u64('llgr_staled', 2, r => r.llgrStaled),
  u64('refreshed', 3, r => r.refreshed),
  u64('fresh', 4, r => r.fresh),
  u64('deleted', 5, r => r.deleted)
])

export const closeInfo = struct<CloseInfo>('PeerCloseInfo', [
  text('state', 1, c => c.state),
  text('membership_state', 17, c => c.membershipState),
  bool('close_again', 2, c => c.closeAgain),
  bool('graceful', 16, c => c.graceful),
  u64('init', 3, c => c.init),
  u64('close', 4, c => c.close),
  u64('nested', 5, c => c.nested),
  u64('deletes', 6, c => c.deletes),
  u64('stale', 7, c => c.stale),
  u64('llgr_stale', 15, c => c.llgrStale),
  u64('sweep', 8, c => c.sweep),
  u64('gr_timer', 9, c => c.grTimer),
  u64('llgr_timer', 14, c => c.llgrTimer),
  map('route_stats', 18, closeRouteInfo, c => c.routes)
])

export const totalMessages = (m: MessageCounts): number =>
  m.open + m.keepalive + m.notification + m.update + m.close

export const protoStats = struct<MessageCounts>('PeerProtoStats', [
  u64('total', 1, totalMessages),
  u64('open', 2, m => m.open),
  u64('keepalive', 3, m => m.keepalive),
  u64('notification', 4, m => m.notification),
  u64('update', 5, m => m.update),
  u64('close', 6, m => m.close)
])

export const updateStats = struct<UpdateCounts>('PeerUpdateStats', [
  u64('total', 1, u => u.reach + u.unreach + u.endOfRib),
  u64('reach', 2, u => u.reach),
  u64('unreach', 3, u => u.unreach),
  u64('end_of_rib', 4, u => u.endOfRib)
])

const socketFields: readonly Field<SocketCounts>[] = [
  u64('bytes', 1, s => s.bytes),
  u64('calls', 2, s => s.calls),
  double('average_bytes', 3, s => (s.calls === 0 ? 0 : Math.floor(s.bytes / s.calls))),
  text('blocked_duration', 4, s => printDuration(s.blockedMs)),
  u64('blocked_count', 5, s => s.blockedCount),
  text('average_blocked_duration', 6, s =>
    s.blockedCount === 0 ? '' : printDuration(s.blockedMs / s.blockedCount)
  )
]

/** Of one session. */
export const peerSocketStats = struct<SocketCounts>('PeerSocketStats', socketFields)

/** Of all sockets of a server. */
export const socketStats = struct<SocketCounts>('SocketIOStats', [
  ...socketFields,
  u64('errors', 7, s => s.errors)
])
