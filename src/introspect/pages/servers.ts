/** The BGP and XMPP servers and their sockets (introspect §3.11). */
import { request } from '../sandesh/request.js'
import { bool, one, struct, structs, text, texts, time, u16, u32 } from '../sandesh/schema.js'
import type { Agent, BgpView, XmppView } from '../view.js'
import { socketStats } from './sessions.js'

const bgpServer = struct<BgpView>('ShowBgpServerResp', [
  one('rx_socket_stats', 1, socketStats, bgp => bgp.received()),
  one('tx_socket_stats', 2, socketStats, bgp => bgp.sent())
])

const xmppServer = struct<XmppView>('ShowXmppServerResp', [
  u32('current_connections', 3, xmpp => xmpp.currentConnections()),
  u32('max_connections', 4, xmpp => xmpp.maximumConnections()),
  one('rx_socket_stats', 1, socketStats, xmpp => xmpp.received()),
  one('tx_socket_stats', 2, socketStats, xmpp => xmpp.sent())
])

const connection = struct<Agent>('ShowXmppConnection', [
  text('name', 1, a => a.name),
  bool('deleted', 2, a => a.deleted),
  text('remote_endpoint', 3, a => a.remoteEndpoint),
  text('local_endpoint', 4, a => a.localEndpoint),
  text('state', 5, a => a.state),
  text('last_event', 6, a => a.lastEvent),
  text('last_state', 7, a => a.lastState),
  time('last_state_at', 8, a => a.lastStateAt),
  texts('receivers', 9, a => a.receivers),
  text('server_auth_type', 10, a => a.authType),
  u16('dscp_value', 11, a => a.dscp)
])

const connections = struct<XmppView>('ShowXmppConnectionResp', [
  structs('connections', 1, connection, xmpp => [...xmpp.agents()])
])

export const serverPages = [
  request('bgp_peer', 'ShowBgpServerReq', [], bgpServer, view => view.bgp),
  request('xmpp_server', 'ShowXmppServerReq', [], xmppServer, view => view.xmpp),
  request('xmpp_server', 'ShowXmppConnectionReq', [], connections, view => view.xmpp)
]
