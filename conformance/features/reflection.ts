/** iBGP: families both ways, and what reflection leaves as it was (RFC 4456); refresh; errors of a third. */
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { Announcement, LabRouter } from '../../src/lab/router.js'
import type { ReceivedRoute } from '../../src/lab/router-session.js'
import type { DaemonKind, DaemonRoute, Origination } from '../daemons/daemon.js'
import { bgpPort, onGround } from '../harness/ground.js'
import { expect, expectEqual, Partly, type Report } from '../harness/report.js'
import { pause, until } from '../harness/until.js'
import { checksOf } from './checks.js'
import { clusterId, nodeAs, Stage } from './stage.js'

const target = '64512:100'
const attributes = {
  med: 7,
  localPreference: 150,
  communities: ['64512:8', '65001:9'],
  largeCommunities: ['64512:1:3']
}

/** From the lab: what is announced, and the prefix that the daemon should then have. */
const fromLab: Partial<Record<FamilyName, { text: string; prefix: string; announcement: Announcement }>> = {
  inet: { text: '10.70.0.0/24', prefix: '10.70.0.0/24', announcement: { nextHop: '10.9.0.3' } },
  inet6: { text: 'fd70::/64', prefix: 'fd70::/64', announcement: { nextHop: 'fd09::3' } },
  'inet-labeled': {
    text: '10.71.0.0/24',
    prefix: '10.71.0.0/24',
    announcement: { nextHop: '10.9.0.3', label: 171 }
  },
  'inet-vpn': {
    text: '64512:7:10.72.0.0/24',
    prefix: '10.72.0.0/24',
    announcement: { nextHop: '10.9.0.3', label: 172 }
  },
  'inet6-vpn': {
    text: '64512:7:fd72::/64',
    prefix: 'fd72::/64',
    announcement: { nextHop: 'fd09::3', label: 173 }
  },
  evpn: { text: '3-64512:7-0-10.9.0.3', prefix: '10.9.0.3', announcement: { nextHop: '10.9.0.3' } }
}

/** From the daemon. */
const fromDaemon: readonly Origination[] = [
  { family: 'inet', prefix: '10.50.0.0/24', nextHop: '10.9.0.2', target, ...attributes },
  { family: 'inet6', prefix: 'fd50::/64', nextHop: 'fd09::2' },
  { family: 'inet-labeled', prefix: '10.51.0.0/24', nextHop: '10.9.0.2', label: 151 },
  { family: 'inet-vpn', prefix: '10.52.0.0/24', nextHop: '10.9.0.2', rd: '64512:5', label: 152, target },
  { family: 'inet6-vpn', prefix: 'fd52::/64', nextHop: 'fd09::2', rd: '64512:5', label: 153, target },
  { family: 'evpn', prefix: '10.53.0.0/24', nextHop: '10.9.0.2', rd: '64512:5', label: 154, target }
]

const rows: readonly FamilyName[] = ['inet', 'inet6', 'inet-vpn', 'inet6-vpn', 'evpn']

export async function reflectionChecks(kind: DaemonKind, report: Report): Promise<void> {
  await onGround(async ground => {
    const families = rows.filter(family => kind.families.includes(family))
    const second = { name: 'second', address: ground.address(4), as: nodeAs, passive: true, isClient: true }
    const stage = new Stage(ground, kind, {
      families,
      daemon: { as: nodeAs, routes: fromDaemon.filter(route => originates(kind, route.family, families)) },
      asNeighbor: { passive: true, isClient: !kind.cannot.has('forward') },
      ...(!kind.cannot.has('forward') && { otherNeighbors: [second] })
    })
    const check = checksOf(kind, report)
    const up = await check('session, we dial (iBGP)', async () => {
      await stage.startDaemon()
      await stage.startNode()
      await stage.established()
      await until('it agrees', async () => (await stage.daemon.neighbor(stage.nodeAddress)).isEstablished)
    })
    if (!up) return
    const lab = await stage.lab()
    for (const family of families) announce(lab, family)
    await check('reflection keeps all attributes', () => attributesStay(stage, lab))
    await check(
      'reflection by it and by us in a row',
      () => twoReflectors(stage, lab, second.address),
      'forward'
    )
    await check('route refresh, it asks', () => refreshIn(stage), 'askRefresh')
    await check('route refresh, we ask', () => refreshOut(stage, lab), 'answerRefresh')
    await check(
      'enhanced route refresh: both mark begin and end',
      () => enhancedRefresh(stage),
      'enhancedRefresh',
      'askRefresh'
    )
    await check("another's malformed UPDATEs do not disturb it", () => malformed(stage, lab))
    await check('shutdown by it, with its text', () => shutdownByIt(stage))
  })
}

const originates = (kind: DaemonKind, family: FamilyName, families: readonly FamilyName[]): boolean =>
  kind.originates.includes(family) && families.includes(family)

function announce(lab: LabRouter, family: FamilyName): void {
  const { text, announcement } = fromLab[family]!
  const extendedCommunities = [`target:${target}`]
  lab.announce(family, text, { ...attributes, extendedCommunities, ...announcement })
}

/** The lab's route, as the daemon has it. */
async function theirs({ daemon }: Stage, family: FamilyName): Promise<DaemonRoute> {
  const { prefix, announcement } = fromLab[family]!
  return await until(
    `${prefix} reaches it`,
    async () =>
      (await daemon.routes(family)).find(route =>
        family === 'evpn' ? route.nextHop === announcement.nextHop : route.prefix === prefix
      ),
    15,
    () => daemon.routes(family)
  )
}

/** The daemon's route, as the lab has it. */
async function ours(lab: LabRouter, family: FamilyName, prefix: string): Promise<ReceivedRoute> {
  return await until(
    `${prefix} comes from it`,
    () => [...lab.routes(family).values()].find(route => route.prefix.endsWith(prefix)),
    15,
    () => [...lab.routes(family).keys()]
  )
}

async function attributesStay(stage: Stage, lab: LabRouter): Promise<void> {
  const { labAddress, daemonAddress, daemon } = stage
  const clusterList = [`0.0.0.${clusterId}`]
  const learned = await theirs(stage, 'inet')
  const there = { ...attributes, targets: [target], originatorId: labAddress, clusterList }
  for (const [name, wanted] of Object.entries(there)) {
    const found = learned[name as keyof DaemonRoute]
    if (found !== undefined) expectEqual(plain(found), plain(wanted), `${name} there`)
    else throw new Error(`${daemon.name} shows no ${name}`)
  }
  const received = await ours(lab, 'inet', fromDaemon[0]!.prefix)
  const here = {
    ...attributes,
    extendedCommunities: [`target:${target}`],
    originatorId: daemonAddress,
    clusterList: [...clusterList]
  }
  // GoBGP adds its cluster to routes of its own too.
  if (daemon.name === 'gobgp') here.clusterList.push(daemonAddress)
  for (const [name, wanted] of Object.entries(here))
    expectEqual(plain(received[name as keyof ReceivedRoute]), plain(wanted), `${name} here`)
  expectEqual(received.asPath, '', 'AS path here')
}

const plain = (value: unknown): unknown => (Array.isArray(value) ? [...value].sort() : value)

/** A route from behind the daemon: its cluster stands behind ours, and the originator is the one behind it. */
async function twoReflectors(stage: Stage, lab: LabRouter, address: string): Promise<void> {
  const { ground, daemonAddress, options } = stage
  const behind = ground.router({
    name: 'second',
    as: nodeAs,
    address,
    families: options.families,
    neighbors: [{ address: daemonAddress, as: nodeAs, port: bgpPort }]
  })
  const announcement = { ...attributes, extendedCommunities: [`target:${target}`] }
  behind.announce('inet', '10.80.0.0/24', { ...announcement, nextHop: '10.9.0.4' })
  const families: FamilyName[] = ['inet']
  if (options.families.includes('inet-vpn')) {
    families.push('inet-vpn')
    behind.announce('inet-vpn', '64512:8:10.80.0.0/24', { ...announcement, nextHop: '10.9.0.4', label: 180 })
  }
  for (const family of families) {
    const received = await ours(lab, family, '10.80.0.0/24')
    expectEqual(received.originatorId, address, `originator in ${family}`)
    expectEqual(received.clusterList, [`0.0.0.${clusterId}`, daemonAddress], `cluster list in ${family}`)
    expectEqual(received.nextHop, '10.9.0.4', `next hop in ${family}`)
    if (family === 'inet-vpn') expectEqual(received.label, 180, 'label')
    expectEqual(received.med, attributes.med, `MED in ${family}`)
    expectEqual(received.localPreference, attributes.localPreference, `local preference in ${family}`)
  }
  // And back: what is behind us reaches the one behind it.
  const back = await ours(behind, 'inet', fromLab.inet!.prefix)
  expectEqual(back.originatorId, stage.labAddress, 'originator behind it')
  expectEqual(back.clusterList, [daemonAddress, `0.0.0.${clusterId}`], 'cluster list behind it')
  behind.stop()
  await until('the route goes with its router', () => !lab.routes('inet').has('10.80.0.0/24'))
}

async function refreshIn(stage: Stage): Promise<void> {
  const { statistics } = stage.peer.session
  const before = { asked: statistics.received.routeRefresh, updates: statistics.sent.update }
  await stage.daemon.refresh(stage.nodeAddress)
  await until('it asks', () => statistics.received.routeRefresh > before.asked, 5)
  await until('it is answered', () => statistics.sent.update > before.updates, 5)
  await theirs(stage, 'inet')
  expectEqual(statistics.establishments, 1, 'sessions')
}

async function refreshOut(stage: Stage, lab: LabRouter): Promise<void> {
  const { statistics } = stage.peer.session
  const before = statistics.received.update
  expect(stage.peer.clearSoftIn(), 'it does not offer route refresh')
  await until('it answers', () => statistics.received.update > before, 10)
  await ours(lab, 'inet', fromDaemon[0]!.prefix)
  expectEqual(statistics.establishments, 1, 'sessions')
}

/** RFC 7313: BoRR and EoRR stand around what is told again. */
async function enhancedRefresh(stage: Stage): Promise<Partly | undefined> {
  const { session } = stage.peer
  expectEqual(session.negotiated?.enhancedRouteRefresh, true, 'agreed on')
  const { sent, received } = session.statistics
  const marks = stage.options.families.length * 2
  const before = { sent: sent.routeRefresh, received: received.routeRefresh }
  await stage.daemon.refresh(stage.nodeAddress)
  await until(
    'our marks',
    () => sent.routeRefresh >= before.sent + 2,
    10,
    () => sent.routeRefresh - before.sent
  )
  const why = stage.kind.cannot.get('answerRefresh')
  if (why !== undefined) return new Partly(why)
  const asked = received.routeRefresh
  expect(stage.peer.clearSoftIn(), 'it does not offer route refresh')
  await until(
    'its marks',
    () => received.routeRefresh >= asked + marks,
    10,
    () => received.routeRefresh - asked
  )
  expectEqual(session.statistics.establishments, 1, 'sessions')
  return undefined
}

const message = (attributes: string, nlri: string): Buffer => {
  const body = Buffer.from(
    `0000${(attributes.length / 2).toString(16).padStart(4, '0')}${attributes}${nlri}`,
    'hex'
  )
  const header = Buffer.alloc(19, 0xff)
  header.writeUInt16BE(19 + body.length, 16)
  header[18] = 2
  return Buffer.concat([header, body])
}

/** 10.90.0.0/24 with ORIGIN 7: to be treated as withdrawn (RFC 7606 7.1). */
const badOrigin = message('400101074002004003040a090003400504000000c8', '180a5a00')
/** A prefix of 33 bits: the session ends (RFC 7606 3 j). */
const badPrefix = message('40010100400200400304' + '0a090003' + '400504000000c8', '210a5a000000')

async function malformed(stage: Stage, lab: LabRouter): Promise<void> {
  const { statistics } = stage.peer.session
  const session = [...lab.sessions.values()][0]!
  session.session.send(badOrigin)
  await until('the error is counted', () => stage.node.peer('lab').input.errors.treatedAsWithdraw > 0, 5)
  expectEqual(stage.node.peer('lab').session.state, 'established', 'the session of the weak error')
  session.session.send(badPrefix)
  await until('the session that erred is closed', () => session.closes.length > 0, 5)
  await pause(300)
  const prefixes = (await stage.daemon.routes('inet')).map(route => route.prefix)
  expect(!prefixes.includes('10.90.0.0/24'), 'the malformed route reached it')
  expectEqual(statistics.establishments, 1, 'sessions')
  await stage.node.established('lab', 20)
  await theirs(stage, 'inet')
}

const shutdownText = 'maintenance 4711'

async function shutdownByIt(stage: Stage): Promise<Partly | undefined> {
  const { statistics } = stage.peer.session
  await stage.daemon.shutdown(stage.nodeAddress, shutdownText)
  const record = await until('its NOTIFICATION', () => statistics.lastNotificationReceived, 10)
  expectEqual([record.code, record.subcode], [6, 2], 'code and subcode')
  if (stage.kind.cannot.has('shutdownText')) return new Partly('it sends no text')
  expect(record.text.includes(shutdownText), `it says ${record.text}`)
  return undefined
}
