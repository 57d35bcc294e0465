import t from 'tap'
import { LabRouter, type LabRouterOptions } from '../../src/lab/router.js'
import { VirtualNetwork } from '../../src/runtime/virtual-network.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'

function pair(options: Partial<LabRouterOptions> = {}, otherAs = 65002) {
  const scheduler = new VirtualScheduler(5)
  const network = new VirtualNetwork(scheduler)
  const families = ['inet', 'inet6', 'inet-vpn'] as const
  const [a, b] = ['10.0.0.1', '10.0.0.2'] as const
  const one = new LabRouter({
    scheduler,
    transport: network.host(a),
    name: 'one',
    as: 65001,
    address: a,
    listenPort: 179,
    families,
    neighbors: [{ address: b, as: otherAs }],
    ...options
  })
  const two = new LabRouter({
    scheduler,
    transport: network.host(b),
    name: 'two',
    as: otherAs,
    address: b,
    families,
    neighbors: [{ address: a, as: 65001 }],
    ...options
  })
  one.start()
  two.start()
  return {
    scheduler,
    network,
    one,
    two,
    up: () => scheduler.runUntil(() => one.isEstablished && two.isEstablished, 60_000)
  }
}

t.test('routes announced before and after arrive, withdrawn ones go', async t => {
  const { scheduler, one, two, up } = pair()
  one.announce('inet', '203.0.113.0/24', { med: 7, communities: ['65001:3', 'no-export'] })
  t.ok(up())
  scheduler.run(1000)
  t.ok(two.hasEndOfRib('inet') && two.hasEndOfRib('inet-vpn'))
  t.match(two.routes('inet').get('203.0.113.0/24'), {
    prefix: '203.0.113.0/24',
    origin: 'igp',
    asPath: '65001',
    nextHop: '10.0.0.1',
    med: 7,
    communities: ['65001:3', 'no-export'],
    label: 0
  })
  one.announce('inet-vpn', '10.0.0.1:7:10.1.1.1/32', {
    label: 30,
    extendedCommunities: ['target:64512:8000005'],
    asPath: '65001 {65100 65101}'
  })
  one.announce('inet6', '2001:db8::/32', { nextHop: '2001:db8::1' })
  scheduler.run(1000)
  t.match(two.routes('inet-vpn').get('10.0.0.1:7:10.1.1.1/32'), {
    label: 30,
    extendedCommunities: ['target:64512:8000005'],
    asPath: '65001 {65100 65101}'
  })
  t.match(two.routes('inet6').get('2001:db8::/32'), { nextHop: '2001:db8::1' })
  one.withdraw('inet', '203.0.113.0/24')
  one.withdraw('inet-vpn', '10.0.0.1:7:10.1.1.1/32')
  scheduler.run(1000)
  t.equal(two.routes('inet').size + two.routes('inet-vpn').size, 0)
  t.same(two.sessions.get('10.0.0.1')!.errors, [])
})

t.test('a full table, in few messages, within back-pressure', async t => {
  const { scheduler, one, two, up } = pair()
  const prefixes = Array.from({ length: 50_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
  one.announceAll('inet', prefixes)
  t.ok(up())
  t.ok(scheduler.runUntil(() => two.hasEndOfRib('inet'), 60_000))
  t.equal(two.routes('inet').size, 50_000)
  t.ok(two.sessions.get('10.0.0.1')!.updates < 100)
})

t.test('internal neighbors get LOCAL_PREF, and all attributes survive the way', async t => {
  const { scheduler, one, two, up } = pair({}, 65001)
  const all = {
    med: 1,
    communities: ['1:2'],
    largeCommunities: ['1:2:3'],
    originatorId: '10.9.9.9',
    clusterList: ['10.8.8.8', '10.7.7.7'],
    extendedCommunities: ['target:1:2']
  }
  one.announce('inet', '198.51.100.0/24', all)
  t.ok(up())
  scheduler.run(1000)
  t.match(two.routes('inet').get('198.51.100.0/24'), { ...all, asPath: '', localPreference: 100 })
})

t.test('several paths for a prefix', async t => {
  const { scheduler, one, two, up } = pair({ addPath: true })
  one.announce('inet', '203.0.113.0/24', { pathId: 1 })
  one.announce('inet', '203.0.113.0/24', { pathId: 2, med: 5 })
  t.ok(up())
  scheduler.run(1000)
  one.withdraw('inet', '203.0.113.0/24', 1)
  scheduler.run(1000)
  t.same([...two.routes('inet').keys()], ['203.0.113.0/24 #2'])
})

t.test('when a router stops, its routes are gone', async t => {
  const { scheduler, one, two, up } = pair()
  one.announce('inet', '203.0.113.0/24')
  t.ok(up())
  scheduler.run(1000)
  one.stop()
  scheduler.run(1000)
  t.equal(two.routes('inet').size, 0)
  t.match(two.sessions.get('10.0.0.1')!.closes, [{ cause: 'notification-received' }])
})
