import t from 'tap'
import { type Capabilities, noCapabilities, Role } from '../../../src/bgp/wire/capabilities.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { type NegotiateSettings, negotiate } from '../../../src/bgp/wire/negotiate.js'
import { myAsOf, type Open, readOpen } from '../../../src/bgp/wire/open.js'
import { bytesOf, hexOf } from './support.js'
import { opens } from './vectors/opens.js'

const inet = familyNamed('inet')!
const inet6 = familyNamed('inet6')!
const evpn = familyNamed('evpn')!
const codes = [inet, inet6].map(({ afi, safi }) => ({ afi, safi }))

/** An OPEN of AS `as` with inet, inet6 and 4-byte AS numbers, but for what is said. */
function openOf(
  as: number,
  routerId: number,
  capabilities: Partial<Capabilities> = {},
  rest: Partial<Open> = {}
): Open {
  return {
    myAs: myAsOf(as),
    holdTimeSeconds: 90,
    routerId,
    capabilities: { ...noCapabilities, multiprotocol: codes, fourByteAs: as, ...capabilities },
    ...rest
  }
}
const local = openOf(64512, 1)
const peer = openOf(65001, 2)
const settings: NegotiateSettings = { peerAs: 65001, families: [inet, inet6] }

function openFrom(hex: string): Open {
  const bytes = bytesOf(hex)
  return readOpen(bytes, 0, bytes.length).open!
}

t.test('two that agree', async t => {
  const { ok } = negotiate(local, peer, settings)
  t.match(ok, {
    localAs: 64512,
    peerAs: 65001,
    external: true,
    peerRouterId: 2,
    holdTimeSeconds: 90,
    keepaliveSeconds: 30,
    fourByteAs: true,
    maximumLength: 4096,
    routeRefresh: false,
    enhancedRouteRefresh: false
  })
  t.strictSame(
    ok?.families.map(({ family }) => family.name),
    ['inet', 'inet6']
  )
})

const vectors = [
  { id: 'M07', open: opens.otherAs, subcode: 2, data: 'fdf1' },
  { id: 'M08', open: opens.identifierZero, subcode: 3, data: '00000000' },
  { id: 'M13', open: opens.otherFourByteAs, subcode: 2, data: '0000fdea' },
  { id: 'M15', open: opens.asZero, subcode: 2, data: '0000' },
  { id: 'M16', open: opens.roleProvider, subcode: 11, data: '', role: Role.provider },
  { id: 'M17', open: opens.unknownFamily, subcode: 7, data: '010400010001', onlyInet: true }
]
for (const { id, open, subcode, data, role, onlyInet } of vectors) {
  t.test(id, async t => {
    const ours = openOf(64512, 1, role === undefined ? {} : { role })
    const families = onlyInet === true ? [inet] : settings.families
    const { error } = negotiate(ours, openFrom(open), { ...settings, families, strictRole: true })
    t.match(error, { code: 2, subcode })
    t.equal(hexOf(error?.data ?? new Uint8Array(0)), data)
  })
}

t.test('T-MSG-4 of several errors the first in order is told', async t => {
  const ours = openOf(64512, 1, { role: Role.provider })
  const check = (wrong: Open, subcode: number, wanted: Partial<NegotiateSettings> = {}): void => {
    t.match(negotiate(ours, wrong, { ...settings, ...wanted }).error, { code: 2, subcode })
  }
  const noFamily = { multiprotocol: [{ afi: 16388, safi: 71 }], role: Role.provider }
  check(openOf(65009, 0, noFamily, { holdTimeSeconds: 3 }), 6, { minimumHoldTimeSeconds: 9 })
  check(openOf(65009, 0, noFamily), 3)
  check(openOf(65009, 2, noFamily), 2)
  check(openOf(65001, 2, noFamily), 7)
  check(openOf(65001, 2, { role: Role.provider }), 11)
})

t.test('equal identifiers are an error inside an AS only', async t => {
  t.match(negotiate(local, openOf(64512, 1), { ...settings, peerAs: 64512 }).error, { subcode: 3 })
  t.ok(negotiate(local, openOf(65001, 1), settings).ok)
})

t.test('which AS a peer may have', async t => {
  const takes = (as: number, peerAs: NegotiateSettings['peerAs']): boolean =>
    negotiate(local, openOf(as, 2), { ...settings, peerAs }).ok !== undefined
  t.ok(takes(65001, 'external'))
  t.notOk(takes(64512, 'external'))
  t.ok(takes(64512, 'internal'))
  t.notOk(takes(65001, 'internal'))
  t.ok(takes(65002, [65001, 65002]))
  t.notOk(takes(65003, [65001, 65002]))
  t.ok(takes(4200000001, 4200000001))
})

t.test('T-MSG-6 AS_TRANS without the capability, where it is configured', async t => {
  const { fourByteAs: _, ...old } = peer.capabilities
  const trans: Open = { ...peer, myAs: 23456, capabilities: old }
  t.match(negotiate(local, trans, { ...settings, peerAs: 4200000001 }).error, { subcode: 2 })
  t.match(negotiate(local, trans, { ...settings, peerAs: 23456 }).ok, { peerAs: 23456, fourByteAs: false })
  t.match(negotiate(local, { ...trans, myAs: 65001 }, settings).ok, { peerAs: 65001, fourByteAs: false })
})

t.test('T-AF-2, T-AF-3 a peer without Multiprotocol capability has inet', async t => {
  const bare = openFrom(opens.bare)
  t.strictSame(
    negotiate(local, bare, settings).ok?.families.map(({ family }) => family.name),
    ['inet']
  )
  t.match(
    negotiate(openOf(64512, 1, { multiprotocol: [{ afi: 25, safi: 70 }] }), bare, {
      ...settings,
      families: [evpn]
    }).error,
    { subcode: 7, data: Uint8Array.of(1, 4, 0, 25, 0, 70) }
  )
})

t.test('hold time: the lower one; 0 is no timers', async t => {
  const held = (ours: number, theirs: number): number[] => {
    const { ok } = negotiate(
      { ...local, holdTimeSeconds: ours },
      { ...peer, holdTimeSeconds: theirs },
      settings
    )
    return [ok!.holdTimeSeconds, ok!.keepaliveSeconds]
  }
  t.strictSame(held(90, 180), [90, 30])
  t.strictSame(held(90, 3), [3, 1])
  t.strictSame(held(90, 0), [0, 0])
  t.strictSame(held(0, 90), [0, 0])
})

t.test('both have to want a thing', async t => {
  const all: Partial<Capabilities> = {
    routeRefresh: true,
    enhancedRouteRefresh: true,
    extendedMessage: true,
    extendedNextHop: [{ afi: 1, safi: 1, nextHopAfi: 2 }],
    multipleLabels: [{ afi: 1, safi: 1, count: 4 }],
    addPath: [{ afi: 1, safi: 1, receive: true, send: false }]
  }
  const sender = { ...all, addPath: [{ afi: 1, safi: 1, receive: false, send: true }] }
  const { ok } = negotiate(openOf(64512, 1, all), openOf(65001, 2, sender), settings)
  t.match(ok, { maximumLength: 65535, routeRefresh: true, enhancedRouteRefresh: true })
  t.match(ok?.families[0], {
    addPathReceive: true,
    addPathSend: false,
    extendedNextHop: true,
    maximumLabels: 4
  })
  t.match(ok?.families[1], {
    addPathReceive: false,
    addPathSend: false,
    extendedNextHop: false,
    maximumLabels: 1
  })
  const alone = negotiate(local, openOf(65001, 2, sender), settings).ok
  t.match(alone, { maximumLength: 4096, routeRefresh: true, enhancedRouteRefresh: false })
  t.match(alone?.families[0], { addPathReceive: false, extendedNextHop: false, maximumLabels: 1 })
})

t.test('routes are kept over a NOTIFICATION if both say so (RFC 8538 4)', async t => {
  const with_ = (notification: boolean | undefined): Partial<Capabilities> =>
    notification === undefined
      ? {}
      : {
          gracefulRestart: { restarting: false, notification, restartTimeSeconds: 100, families: [] }
        }
  for (const ours of [true, false, undefined])
    for (const theirs of [true, false, undefined]) {
      const { ok } = negotiate(openOf(64512, 1, with_(ours)), openOf(65001, 2, with_(theirs)), settings)
      t.equal(ok?.gracefulNotification, ours === true && theirs === true, `${ours}, ${theirs}`)
    }
})

t.test('roles pair as RFC 9234 says, and inside an AS nobody asks', async t => {
  const outcome = (ours: Role, theirs: Role | undefined, strictRole = false): number | undefined =>
    negotiate(
      openOf(64512, 1, { role: ours }),
      openOf(65001, 2, theirs === undefined ? {} : { role: theirs }),
      { ...settings, strictRole }
    ).error?.subcode
  t.equal(outcome(Role.provider, Role.customer), undefined)
  t.equal(outcome(Role.customer, Role.provider), undefined)
  t.equal(outcome(Role.routeServer, Role.routeServerClient), undefined)
  t.equal(outcome(Role.peer, Role.peer), undefined)
  t.equal(outcome(Role.peer, Role.provider), 11)
  t.equal(outcome(Role.customer, Role.customer), 11)
  t.equal(outcome(Role.peer, 9 as Role), 11)
  t.equal(outcome(Role.peer, undefined), undefined)
  t.equal(outcome(Role.peer, undefined, true), 11)
  // T-EXT-5: each pair, and a neighbour that says none, with and without strict mode.
  const { provider, customer, routeServer, routeServerClient, peer } = Role
  const pairs = [
    [provider, customer],
    [customer, provider],
    [routeServer, routeServerClient],
    [routeServerClient, routeServer],
    [peer, peer]
  ]
  for (const strict of [false, true]) {
    for (const ours of Object.values(Role)) {
      t.equal(outcome(ours, undefined, strict), strict ? 11 : undefined, `${ours} alone, strict: ${strict}`)
      for (const theirs of Object.values(Role)) {
        const fits = pairs.some(([one, other]) => one === ours && other === theirs)
        t.equal(
          outcome(ours, theirs, strict),
          fits ? undefined : 11,
          `${ours} and ${theirs}, strict: ${strict}`
        )
      }
    }
  }
  const inside = negotiate(openOf(64512, 1, { role: Role.peer }), openOf(64512, 2), {
    ...settings,
    peerAs: 64512,
    strictRole: true
  })
  t.ok(inside.ok)
})
