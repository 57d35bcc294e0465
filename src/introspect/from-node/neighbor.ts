/** One BGP neighbour as operators see it (introspect §3.2). */
import type { FsmEvent } from '../../bgp/fsm.js'
import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import type { PeerFamily } from '../../bgp/peer/peer-family.js'
import type { NotificationRecord } from '../../bgp/session/handler.js'
import type { MessageCounts } from '../../bgp/session/statistics.js'
import { familyNamed } from '../../bgp/wire/families.js'
import { printErrorCode } from '../../bgp/wire/notification.js'
import { type NeighbourOptions, printOptions } from '../../config/neighbour-options.js'
import type { PeerSettings } from '../../config/settings.js'
import { printInet4 } from '../../net/inet.js'
import type { SessionCounts } from '../view/common.js'
import type * as view from '../view/neighbor.js'
import { closeInfo } from './close-info.js'
import { familyName, namesOfCodes, namesOfConfigured, printEndpoint, shortName, stateName } from './names.js'
import { neighborSession } from './neighbor-session.js'
import { offendingMessages, updateErrors } from './update-errors.js'

export function neighborView(
  peer: BgpPeer,
  settings: PeerSettings,
  options: NeighbourOptions
): view.BgpNeighbor {
  return {
    encoding: 'BGP',
    deleted: false,
    closedAt: undefined,
    ...configured(peer, settings),
    ...live(peer),
    ...said(peer),
    get closeInfo() {
      return closeInfo(peer)
    },
    get primaryPathCount() {
      return peer.paths
    },
    get sendState() {
      return sendState(peer)
    },
    get tables() {
      return [...peer.families.values()].map(({ table }) => tableView(table.name))
    },
    get options() {
      return printOptions(options)
    },
    get updateErrors() {
      return updateErrors(peer)
    },
    get offendingMessages() {
      return offendingMessages(peer)
    },
    get inet6Errors() {
      const { prefix, nextHop, family } = peer.input.errors.inet6
      return { badToken: 0, badPrefix: prefix, badNextHop: nextHop, badFamily: family }
    },
    skippedNlri: peer.input.errors.skippedNlri,
    ignoredFamilies: peer.input.errors.ignoredFamilies,
    get session() {
      return neighborSession(peer)
    },
    get familyCounts() {
      return [...peer.families.values()].map(family => familyCounts(peer, family))
    },
    get received() {
      return counts(peer, 'received')
    },
    get sent() {
      return counts(peer, 'sent')
    }
  }
}

/** Text that paths of the neighbour carry as their source. */
export const pathSourceOf = ({ address = '', port }: PeerSettings): string =>
  port === 179 ? address : `${address}:${port}`

export const originNames = ['igp', 'egp', 'incomplete'] as const

const tableView = (name: string): view.NeighborTable => ({
  name,
  subscribed: true,
  currentRequest: '',
  pendingRequest: ''
})

function configured(peer: BgpPeer, settings: PeerSettings) {
  const { families, loopCount, gatewayInet, gatewayInet6 } = settings
  const { negotiated } = peer.session
  return {
    instance: peer.instance,
    name: shortName(peer.name, peer.instance),
    address: settings.address ?? '',
    pathSource: pathSourceOf(settings),
    // Of a session that is up what was agreed on: ranges leave it open.
    peerType: (negotiated === undefined ? settings.internal : !negotiated.external) ? 'internal' : 'external',
    isMember: peer.receive.member,
    peerAs: negotiated?.peerAs ?? settings.peerAs,
    localAs: settings.localAs,
    localIdentifier: printInet4(settings.localIdentifier),
    clusterId: printInet4(settings.clusterId),
    routerType: settings.routerType === 'other' ? '' : settings.routerType,
    adminDown: settings.adminDown,
    passive: settings.passive,
    asOverride: settings.asOverride,
    originOverride: settings.originOverride === undefined ? undefined : originNames[settings.originOverride],
    privateAsAction: settings.privateAsAction ?? '',
    port: settings.sourcePort || settings.port,
    authType: settings.keys.length === 0 ? 'NIL' : 'MD5',
    configuredHoldTimeSeconds: settings.holdTimeSeconds,
    configuredFamilies: namesOfConfigured(families.map(({ family }) => family)),
    families: families.flatMap(({ family: name, ...each }) => {
      const family = familyNamed(name)
      if (family === undefined) return []
      const gateway =
        family.name === 'inet' ? gatewayInet : family.name === 'inet6' ? gatewayInet6 : undefined
      return {
        family: familyName(family),
        loopCount: each.loopCount || loopCount,
        prefixLimit: each.prefixLimit,
        idleTimeoutSeconds: each.idleTimeoutSeconds,
        gatewayAddress: gateway ?? ''
      }
    })
  } as const
}

function live({ session }: BgpPeer) {
  const { statistics, negotiated } = session
  const { stateBefore, lastEvent } = statistics
  return {
    state: stateName(session.state),
    remoteEndpoint: printEndpoint(session.remote),
    localEndpoint: printEndpoint(session.local),
    sendReady: !session.isBlocked,
    lastEvent: lastEvent === '' ? '' : `fsm::${eventWord(lastEvent as FsmEvent, stateBefore === 'connect')}`,
    lastState: stateName(stateBefore),
    lastStateAt: statistics.stateChangedAt || undefined,
    negotiatedHoldTimeSeconds: negotiated?.holdTimeSeconds ?? 0,
    negotiatedFamilies: (negotiated?.families ?? []).map(({ family }) => familyName(family)),
    as4: negotiated?.fourByteAs === true,
    flapCount: statistics.flaps,
    flapTime: statistics.lastFlapAt || undefined,
    closeReason: statistics.lastLoss,
    notificationIn: notification(statistics.lastNotificationReceived),
    notificationOut: notification(statistics.lastNotificationSent)
  } as const
}

/** From the neighbour's OPEN. */
function said({ session: { peerOpen } }: BgpPeer) {
  const { gracefulRestart, longLived = [], multiprotocol = [] } = peerOpen?.capabilities ?? {}
  const { unknown = [], malformed = [], fqdn, softwareVersion = '' } = peerOpen?.capabilities ?? {}
  return {
    otherCapabilities: unknown.map(({ code, value }) => ({ code, value: hex(value) })),
    malformedCapabilities: malformed,
    saidName: fqdn === undefined ? '' : [fqdn.host, fqdn.domain].filter(part => part !== '').join('.'),
    saidVersion: softwareVersion,
    identifier: printInet4(peerOpen?.routerId ?? 0),
    offeredFamilies: namesOfCodes(multiprotocol),
    gracefulRestartFamilies: namesOfCodes(gracefulRestart?.families ?? []),
    gracefulRestartTimeSeconds: gracefulRestart?.restartTimeSeconds ?? 0,
    longLivedGracefulRestartFamilies: namesOfCodes(longLived),
    longLivedGracefulRestartTimeSeconds: Math.max(0, ...longLived.map(each => each.staleTimeSeconds))
  } as const
}

function sendState({ families }: BgpPeer): view.SendState {
  let advertising = false
  for (const family of families.values()) {
    if (family.ribOut === undefined) continue
    if (!family.ribOut.isInSync(family)) return 'not in sync'
    advertising = true
  }
  return advertising ? 'in sync' : 'not advertising'
}

function familyCounts(peer: BgpPeer, family: PeerFamily): view.NeighborFamilyCounts {
  const received = peer.input.adjIns.get(family.table)?.paths ?? 0
  return {
    family: familyName(family.family),
    received,
    accepted: received - family.table.counts.infeasibleOf(peer.source),
    advertised: family.ribOut?.sent.countFor(family) ?? 0
  }
}

/** Messages since the session last left Established; routes of the session that is up. */
function counts(peer: BgpPeer, direction: 'received' | 'sent'): SessionCounts {
  const { statistics } = peer.session
  const { open, keepalive, notification, update, bytes, calls }: MessageCounts =
    statistics.sinceReset[direction]
  const updates = { reach: 0, unreach: 0, endOfRib: 0 }
  const sends = direction === 'sent'
  for (const { counts } of peer.families.values()) {
    updates.reach += sends ? counts.reachSent : counts.reachReceived
    updates.unreach += sends ? counts.unreachSent : counts.unreachReceived
    updates.endOfRib += sends ? counts.endOfRibSent : counts.endOfRibReceived
  }
  return {
    messages: { open, keepalive, notification, update, close: 0 },
    updates,
    socket: {
      bytes,
      calls,
      blockedMs: sends ? statistics.blockedMilliseconds : 0,
      blockedCount: sends ? statistics.blocked : 0,
      errors: 0
    }
  }
}

const notification = (record: NotificationRecord | undefined): view.NotificationRecord | undefined => {
  if (record === undefined) return undefined
  const { code, subcode, text: detail, data, at } = record
  const text = printErrorCode(code, subcode).replace('/', ':')
  return { text, detail, code, subcode, data: hex(data), at }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const eventWords: Readonly<Record<FsmEvent, string>> = {
  start: 'EvStart',
  startPassive: 'EvStart',
  stop: 'EvStop',
  connectRetryExpired: 'EvConnectTimerExpired',
  holdExpired: 'EvHoldTimerExpired',
  keepaliveExpired: 'EvKeepaliveTimerExpired',
  delayOpenExpired: 'EvOpenTimerExpired',
  tcpUp: 'EvTcpConnected',
  tcpUpDelayed: 'EvTcpPassiveOpen',
  tcpFailed: 'EvTcpClose',
  openAccepted: 'EvBgpOpen',
  headerError: 'EvBgpHeaderError',
  openRejected: 'EvBgpOpenError',
  collisionLost: 'EvTcpClose',
  notification: 'EvBgpNotification',
  collisionNotified: 'EvBgpNotification',
  keepalive: 'EvBgpKeepalive',
  update: 'EvBgpUpdate',
  updateError: 'EvBgpUpdateError',
  sendHoldExpired: 'EvSendHoldTimerExpired',
  routeRefresh: 'EvBgpRouteRefresh',
  routeRefreshError: 'EvBgpRouteRefreshError'
}

const eventWord = (event: FsmEvent, wasDialling: boolean): string =>
  event === 'tcpFailed' && wasDialling ? 'EvTcpConnectFail' : eventWords[event]
