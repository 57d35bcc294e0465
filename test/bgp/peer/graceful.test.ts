import t from 'tap'
import { hasPreserved, hasPreservedAll, isGraceful, keptFamilies } from '../../../src/bgp/peer/graceful.js'
import type { CloseReason } from '../../../src/bgp/session/handler.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import type { Negotiated } from '../../../src/bgp/wire/negotiate.js'

const reason = (cause: CloseReason['cause'], code = 0, subcode = 0) => ({
  cause,
  notification: code === 0 ? undefined : { code, subcode, text: '', data: new Uint8Array(0), at: 0 }
})

/** T-GR-1: the table of spec bgp 12.3; with the N bit, and without it. */
const losses: readonly [string, ReturnType<typeof reason>, boolean, boolean][] = [
  ['TCP closed or replaced', reason('connection-lost'), true, true],
  ['closed by us without a word', reason('silent'), false, false],
  ['hard reset received', reason('notification-received', 6, 9), false, false],
  ['hard reset sent', reason('notification-sent', 6, 9), false, false],
  ['de-configured, received', reason('notification-received', 6, 3), false, false],
  ['de-configured, sent', reason('notification-sent', 6, 3), false, false],
  ['hold timer expired here', reason('notification-sent', 4, 0), true, false],
  ['hold timer expired there', reason('notification-received', 4, 0), true, false],
  ['administrative reset, sent', reason('notification-sent', 6, 4), true, false],
  ['administrative reset, received', reason('notification-received', 6, 4), true, false],
  ['configuration change, sent', reason('notification-sent', 6, 6), true, false],
  ['administrative shutdown, received', reason('notification-received', 6, 2), true, false],
  ['administrative shutdown, sent', reason('notification-sent', 6, 2), false, false],
  ['prefix limit, sent', reason('notification-sent', 6, 1), false, false],
  ['malformed UPDATE, sent', reason('notification-sent', 3, 1), true, false]
]
for (const [name, loss, withBit, without] of losses) {
  t.test(`T-GR-1 ${name}`, async t => {
    t.equal(isGraceful(loss, true), withBit, 'with the N bit')
    t.equal(isGraceful(loss, false), without, 'without')
  })
}

const family = (name: FamilyName) => familyNamed(name)!
const code = (name: FamilyName, forwardingPreserved = true) => {
  const { afi, safi } = family(name)
  return { afi, safi, forwardingPreserved }
}

/** Families as `inet`, or `inet-` where the F bit is not set; long-lived ones with their time, `inet=60`. */
function agreed(families: string, restart: string | undefined, longLived = '', seconds = 120): Negotiated {
  const list = (text: string) => text.split(' ').filter(word => word !== '')
  const flagged = (word: string) => code(word.replace(/-$/, '') as FamilyName, !word.endsWith('-'))
  return {
    localAs: 65001,
    peerAs: 65001,
    external: false,
    peerRouterId: 2,
    holdTimeSeconds: 90,
    keepaliveSeconds: 30,
    fourByteAs: true,
    maximumLength: 4096,
    routeRefresh: true,
    enhancedRouteRefresh: true,
    gracefulNotification: true,
    families: list(families).map(name => ({
      family: family(name as FamilyName),
      addPathReceive: false,
      addPathSend: false,
      extendedNextHop: false,
      maximumLabels: 1
    })),
    ...(restart !== undefined && {
      peerGracefulRestart: {
        restarting: false,
        notification: true,
        restartTimeSeconds: seconds,
        families: list(restart).map(flagged)
      }
    }),
    peerLongLived: list(longLived).map(word => {
      const [name, time] = word.split('=')
      return { ...flagged(name!), staleTimeSeconds: Number(time) }
    })
  }
}

const kept = (negotiated: Negotiated, controlNode: boolean): string =>
  [...keptFamilies(negotiated, controlNode)]
    .map(([{ name }, times]) => `${name} ${times.restartSeconds}+${times.longLivedSeconds}`)
    .join(', ')

const readiness: readonly [string, Negotiated, string, string][] = [
  ['no capability', agreed('inet', undefined), '', ''],
  ['a capability without families', agreed('inet', ''), '', ''],
  ['one family', agreed('inet', 'inet'), 'inet 120+0', 'inet 120+0'],
  ['a family less', agreed('inet inet6', 'inet'), 'inet 120+0', ''],
  ['a family more', agreed('inet', 'inet inet6'), 'inet 120+0', ''],
  ['no F bit: of the last restart, not of this one', agreed('inet', 'inet-'), 'inet 120+0', ''],
  ['time 0', agreed('inet', 'inet', '', 0), '', ''],
  ['time 0, long-lived', agreed('inet', 'inet', 'inet=60', 0), 'inet 0+60', 'inet 0+60'],
  [
    'long-lived, different times',
    agreed('inet inet6', 'inet inet6', 'inet=60 inet6=90'),
    'inet 120+60, inet6 120+90',
    'inet 120+90, inet6 120+90'
  ],
  [
    'long-lived for one of two',
    agreed('inet inet6', 'inet inet6', 'inet=60'),
    'inet 120+60, inet6 120+0',
    'inet 120+0, inet6 120+0'
  ],
  ['long-lived without the F bit', agreed('inet', 'inet', 'inet-=60'), 'inet 120+60', 'inet 120+0'],
  [
    'trees are never kept, and need no F bit',
    agreed('inet erm-vpn', 'inet erm-vpn-', 'inet=60'),
    'inet 120+60',
    'inet 120+60'
  ]
]
for (const [name, negotiated, standard, controlNode] of readiness) {
  t.test(`what is kept: ${name}`, async t => {
    t.equal(kept(negotiated, false), standard, 'standard')
    t.equal(kept(negotiated, true), controlNode, 'control node')
  })
}

t.test('T-GR-7 what may come back', async t => {
  const both = [family('inet'), family('inet6')]
  const standard = (negotiated: Negotiated, longLived = false) =>
    both.filter(each => hasPreserved(negotiated, each, longLived)).map(each => each.name)
  t.same(standard(agreed('inet inet6', 'inet inet6')), ['inet', 'inet6'])
  t.same(standard(agreed('inet inet6', 'inet inet6-')), ['inet'])
  t.same(standard(agreed('inet', 'inet inet6')), ['inet'])
  t.same(standard(agreed('inet inet6', undefined)), [])
  t.same(standard(agreed('inet inet6', 'inet inet6', 'inet6=60'), true), ['inet6'])
  t.ok(hasPreservedAll(agreed('inet inet6', 'inet inet6'), both))
  t.notOk(hasPreservedAll(agreed('inet', 'inet'), both))
  t.notOk(hasPreservedAll(agreed('inet inet6', 'inet'), both))
  t.notOk(hasPreservedAll(agreed('inet inet6', 'inet inet6-'), both))
  t.notOk(hasPreservedAll(agreed('inet inet6', undefined), both))
})
