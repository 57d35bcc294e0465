import t from 'tap'
import { PathFlag } from '../../src/bgp/rib/path.js'
import { Protocol } from '../../src/bgp/rib/source.js'
import { nextHopOf, ResolverLab } from './lab.js'

const site = '203.0.113.0/24'
const [a, b] = ['10.61.0.21', '10.61.0.22'] as const

t.test('a path is resolved while the host route of its next hop is there', async t => {
  const lab = new ResolverLab()
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  t.same(lab.resolved(site), [])
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 33 << 4 })
  t.same(lab.resolved(site), [`tenant ${a} ${a}:4 ${33 << 4}`])
  const [best, original] = lab.paths(site)
  t.equal(best!.pathId, 0x0a3d0015, 'the next hop as a number')
  t.equal(best!.flags, PathFlag.resolvedPath)
  t.match(best!.attributes.facts, { neighborAs: 65001, asPathLength: 1 })
  t.equal(nextHopOf(original!), '10.1.0.3', 'the original stays')
  t.notOk(original!.feasible)
  lab.withdraw('10.1.0.3/32', 'vr-01')
  t.same(lab.resolved(site), [])
  t.equal(lab.paths(site).length, 1)
  lab.withdraw(site, 'tenant')
  lab.run()
  t.equal(lab.rib.attributes.size, 0)
  t.same([...lab.resolver.resolutions(lab.inet)], [])
})

t.test('only an exact host route counts', async t => {
  const lab = new ResolverLab()
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  for (const prefix of ['10.1.0.0/24', '0.0.0.0/0', '10.1.0.2/31'])
    lab.machine(prefix, 'vr-01', { nextHop: a })
  t.same(lab.resolved(site), [])
})

t.test('each change of the way is followed', async t => {
  const lab = new ResolverLab()
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16, pathId: 1 })
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  t.same(lab.resolved(site), [`tenant ${a} ${a}:4 16`])
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 32, pathId: 1 })
  t.same(lab.resolved(site), [`tenant ${a} ${a}:4 32`], 'label')
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: b, label: 32, pathId: 1 })
  t.same(lab.resolved(site), [`tenant ${b} ${b}:4 32`], 'next hop')
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 48, pathId: 2 })
  t.same(
    lab.resolved(site),
    [`tenant ${a} ${a}:4 48`, `tenant ${b} ${b}:4 32`],
    'one more that shares the load'
  )
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: b, label: 32, pathId: 1, localPref: 200 })
  t.same(lab.resolved(site), [`tenant ${b} ${b}:4 32`], 'one is better')
  lab.withdraw('10.1.0.3/32', 'vr-01', 1)
  t.same(lab.resolved(site), [`tenant ${a} ${a}:4 48`])
})

t.test(
  'what can be no way: no source RD, an unusable path, the very address, the same next hop again',
  async t => {
    const lab = new ResolverLab()
    lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
    lab.put('10.1.0.3/32', lab.source('no-rd', Protocol.xmpp), { nextHop: a })
    t.same(lab.resolved(site), [])
    lab.put('10.1.0.3/32', lab.source('looped', Protocol.xmpp), {
      nextHop: a,
      rd: '1:1',
      flags: PathFlag.asPathLooped
    })
    t.same(lab.resolved(site), [])
    lab.machine('10.1.0.3/32', 'itself', { nextHop: '10.1.0.3' })
    t.same(lab.resolved(site), [])
    lab.machine('10.1.0.3/32', 'vr-01', { nextHop: b, label: 16 })
    lab.machine('10.1.0.3/32', 'vr-02', { nextHop: b, label: 32 })
    t.same(lab.resolved(site), [`tenant ${b} ${b}:4 16`])
  }
)

t.test('changes of the path are followed: its attributes, its flags, its next hop', async t => {
  const lab = new ResolverLab()
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  lab.machine('10.1.0.4/32', 'vr-02', { nextHop: b, label: 32 })
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  t.same(lab.resolved(site), [`tenant ${a} ${a}:4 16`])
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3', med: 7, localPref: 50 })
  lab.run()
  t.match(lab.paths(site)[0]!.attributes.facts, { med: 7, localPref: 50 })
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3', flags: PathFlag.stale })
  lab.run()
  t.equal(lab.paths(site)[0]!.flags, PathFlag.stale | PathFlag.resolvedPath)
  lab.announce(site, 'tenant', { nextHop: '10.1.0.4' })
  t.same(lab.resolved(site), [`tenant ${b} ${b}:4 32`])
  lab.announce(site, 'tenant', { nextHop: '10.1.0.4', flags: PathFlag.asPathLooped })
  t.same(lab.resolved(site), [], 'one that may not be used anyway is not resolved')
})

t.test('a refresh is of the original alone', async t => {
  const lab = new ResolverLab()
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a })
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3', flags: 5 << 24 })
  lab.run()
  t.equal(lab.paths(site)[0]!.flags, PathFlag.resolvedPath)
})

t.test('several tenants, several next hops, one prefix', async t => {
  const lab = new ResolverLab()
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  lab.machine('10.1.0.4/32', 'vr-02', { nextHop: b, label: 32 })
  lab.announce(site, 'one', { nextHop: '10.1.0.3' })
  lab.announce(site, 'two', { nextHop: '10.1.0.4' })
  lab.announce('198.51.100.0/24', 'one', { nextHop: '10.1.0.4' })
  t.same(lab.all(), {
    [site]: [`one ${a} ${a}:4 16`, `two ${b} ${b}:4 32`],
    '198.51.100.0/24': [`one ${b} ${b}:4 32`]
  })
  lab.withdraw(site, 'one')
  t.same(lab.resolved(site), [`two ${b} ${b}:4 32`])
})

t.test('IPv6, over next hops of either family', async t => {
  const lab = new ResolverLab()
  lab.machine('fd00::3/128', 'vr-01', { nextHop: a, label: 16 })
  lab.machine('10.1.0.4/32', 'vr-02', { nextHop: b, label: 32 })
  lab.announce('2001:db8::/32', 'one', { nextHop: 'fd00::3' })
  lab.announce('2001:db8::/32', 'two', { nextHop: '10.1.0.4' })
  t.same(lab.resolved('2001:db8::/32'), [`one ${a} ${a}:4 16`, `two ${b} ${b}:4 32`])
  lab.withdraw('10.1.0.4/32', 'vr-02')
  t.same(lab.resolved('2001:db8::/32'), [`one ${a} ${a}:4 16`])
})

t.test('next hops of an IPv6 underlay have path ids of their own', async t => {
  const lab = new ResolverLab()
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  for (const [i, nextHop] of ['2001:db8::1', '2001:db8::2'].entries())
    lab.machine('10.1.0.3/32', `vr-0${i}`, { nextHop, rd: `10.0.0.1:${i + 1}`, label: 16 })
  t.same(lab.resolved(site), ['tenant 2001:db8::1 10.0.0.1:1 16', 'tenant 2001:db8::2 10.0.0.1:2 16'])
})

t.test('over a path that was resolved itself', async t => {
  const lab = new ResolverLab()
  lab.announce(site, 'far', { nextHop: '198.51.100.7' })
  lab.announce('198.51.100.7/32', 'near', { nextHop: '10.1.0.3' })
  t.same(lab.resolved(site), [])
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  t.same(lab.resolved(site), [`far ${a} ${a}:4 16`])
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: b, label: 16 })
  t.same(lab.resolved(site), [`far ${b} ${b}:4 16`])
  lab.withdraw('10.1.0.3/32', 'vr-01')
  t.same(lab.resolved(site), [])
})

t.test('a host route does not resolve itself', async t => {
  const lab = new ResolverLab()
  lab.announce('10.1.0.3/32', 'tenant', { nextHop: '10.1.0.3' })
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  t.same(lab.resolved('10.1.0.3/32'), [])
})

t.test('two that lead through each other do not keep each other alive', async t => {
  const lab = new ResolverLab()
  const [three, four] = ['10.1.0.3/32', '10.1.0.4/32'] as const
  lab.machine(three, 'vr-01', { nextHop: a, label: 16 })
  lab.machine(four, 'vr-02', { nextHop: b, label: 32 })
  lab.announce(three, 'one', { nextHop: '10.1.0.4' })
  lab.announce(four, 'two', { nextHop: '10.1.0.3' })
  t.same(lab.all(), { [three]: [`one ${b} ${b}:4 32`], [four]: [`two ${a} ${a}:4 16`] })
  lab.withdraw(three, 'vr-01')
  t.same(lab.all(), { [three]: [`one ${b} ${b}:4 32`] })
  lab.withdraw(four, 'vr-02')
  t.same(lab.all(), {})
})

t.test('nor do three', async t => {
  const lab = new ResolverLab()
  const hosts = ['10.1.0.3', '10.1.0.4', '10.1.0.5'] as const
  for (const [i, host] of hosts.entries()) {
    lab.machine(`${host}/32`, `vr-0${i}`, { nextHop: a, label: 16 * i })
    lab.announce(`${host}/32`, `tenant-${i}`, { nextHop: hosts[(i + 1) % 3]! })
  }
  lab.run()
  for (const [i, host] of hosts.entries()) {
    lab.withdraw(`${host}/32`, `vr-0${i}`)
    lab.run()
  }
  t.same(lab.all(), {})
})

t.test('a copy that replication made is a way, and is itself left alone', async t => {
  const lab = new ResolverLab()
  const other = new ResolverLab()
  other.announce('10.1.0.3/32', 'x', { nextHop: a })
  const origin = other.inet.at(0)!
  lab.put('10.1.0.3/32', lab.source('vr-01', Protocol.xmpp), {
    nextHop: a,
    rd: '10.0.0.9:7',
    label: 16,
    origin
  })
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  t.same(lab.resolved(site), [`tenant ${a} 10.0.0.9:7 16`])
  lab.put('192.0.2.0/24', lab.source('tenant'), {
    nextHop: '10.1.0.3',
    flags: PathFlag.resolveNextHop,
    origin
  })
  t.same(lab.resolved('192.0.2.0/24'), [])
})

t.test('one that begins finds what is there; one that stops leaves nothing behind', async t => {
  const lab = new ResolverLab()
  lab.resolver.stop()
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  t.same(lab.resolved(site), [])
  lab.resolver = lab.resolve()
  t.same(lab.resolved(site), [`tenant ${a} ${a}:4 16`])
  lab.resolver.stop()
  t.same(lab.resolved(site), [])
  t.equal(lab.inet.listenerCount, 0)
})

t.test('stopped and begun in one turn', async t => {
  const lab = new ResolverLab()
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  lab.run()
  lab.resolver.stop()
  lab.resolver = lab.resolve()
  t.same(lab.resolved(site), [`tenant ${a} ${a}:4 16`])
})

t.test('a next hop that a hundred thousand paths wait for is worked off in slices', async t => {
  const lab = new ResolverLab()
  const prefixes = Array.from({ length: 20_000 }, (_, i) => `20.${i >> 8}.${i & 255}.0/24`)
  for (const prefix of prefixes) lab.announce(prefix, 'tenant', { nextHop: '10.1.0.3' })
  lab.run()
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  let turns = 0
  const count = (): void => {
    if (lab.inet.counts.primary === 2 * prefixes.length + 1) return
    turns++
    lab.scheduler.soon(count)
  }
  lab.scheduler.soon(count)
  lab.run()
  t.equal(lab.inet.counts.primary, 2 * prefixes.length + 1)
  t.ok(turns > 10, `${turns} turns`)
})

t.test('where next hops lead round in a circle, only machines on it are ways', async t => {
  const lab = new ResolverLab()
  const route = (host: string): string => `10.1.0.${host}/32`
  const leads = (host: string, nextHop: string): void =>
    lab.announce(route(host), `tenant-${host}`, { nextHop: `10.1.0.${nextHop}` })
  for (const host of ['5', '6']) lab.machine(route(host), `vr-${host}`, { nextHop: a, rd: '1:1', label: 16 })
  leads('1', '2')
  leads('2', '3')
  leads('3', '5')
  lab.run()
  leads('3', '6')
  t.same(lab.resolved(route('1')), [`tenant-1 ${a} 1:1 16`], 'as before, and now through the other')
  leads('6', '1')
  t.same(lab.all(), { [route('3')]: [`tenant-3 ${a} 1:1 16`] }, 'the one before the machine')
  leads('5', '3')
  t.same(lab.resolved(route('5')), [`tenant-5 ${a} 1:1 16`], 'one from outside goes on through a copy on it')
  lab.withdraw(route('6'), 'tenant-6')
  t.same(
    lab.all(),
    Object.fromEntries(['1', '2', '3', '5'].map(host => [route(host), [`tenant-${host} ${a} 1:1 16`]])),
    'the circle is open, and even those far from the gap are told'
  )
})

t.test('two that prefer each other: the order of announcement does not matter', async t => {
  const outcome = (order: readonly [string, string, string][], isStepwise: boolean) => {
    const lab = new ResolverLab()
    lab.machine('10.1.0.8/32', 'vr-01', { nextHop: a, label: 16 })
    lab.machine('10.1.0.9/32', 'vr-01', { nextHop: b, label: 32 })
    const far = [65001, 65001]
    lab.announce('10.1.0.1/32', 'one', { nextHop: '10.1.0.8', asPath: far })
    lab.announce('10.1.0.2/32', 'two', { nextHop: '10.1.0.9', asPath: far })
    lab.run()
    for (const [host, tenant, nextHop] of order) {
      lab.announce(host, tenant, { nextHop })
      if (isStepwise) lab.run()
    }
    return lab.all()
  }
  const three = ['10.1.0.1/32', 'three', '10.1.0.2'] as [string, string, string]
  const four = ['10.1.0.2/32', 'four', '10.1.0.1'] as [string, string, string]
  const expected = { '10.1.0.1/32': [`one ${a} ${a}:4 16`], '10.1.0.2/32': [`two ${b} ${b}:4 32`] }
  for (const isStepwise of [true, false]) {
    t.same(outcome([three, four], isStepwise), expected)
    t.same(outcome([four, three], isStepwise), expected)
  }
})

t.test('what another instance has resolved is no way here, and does not hide one', async t => {
  const lab = new ResolverLab()
  const other = new ResolverLab()
  other.machine('10.1.0.3/32', 'vr-01', { nextHop: a })
  const origin = other.inet.at(0)!
  const copy = { nextHop: a, rd: '10.0.0.9:7', label: 16, origin, flags: PathFlag.resolvedPath }
  lab.put('10.1.0.3/32', lab.source('other'), copy)
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  t.same(lab.resolved(site), [])
  lab.machine('10.1.0.3/32', 'vr-02', { nextHop: b, label: 32, localPref: 50 })
  t.same(lab.resolved(site), [`tenant ${b} ${b}:4 32`])
})

t.test('a next hop has at most 64 ways: the best', async t => {
  const lab = new ResolverLab()
  const machines = (count: number): void => {
    for (let i = 1; i <= count; i++)
      lab.machine('10.1.0.3/32', `vr-${i}`, { nextHop: `10.61.1.${i}`, label: 16, pathId: i })
  }
  lab.announce(site, 'tenant', { nextHop: '10.1.0.3' })
  machines(64)
  t.equal(lab.resolved(site).length, 64)
  t.equal(lab.resolver.limited, 0)
  machines(70)
  const expected = Array.from({ length: 64 }, (_, i) => `tenant 10.61.1.${i + 1} 10.61.1.${i + 1}:4 16`)
  t.same(lab.resolved(site), expected.sort(), 'those with the lower path ids')
  t.equal(lab.resolver.limited, 1)
  for (let i = 1; i <= 6; i++) lab.withdraw('10.1.0.3/32', `vr-${i}`, i)
  t.equal(lab.resolved(site).length, 64)
  t.equal(lab.resolver.limited, 0)
  machines(70)
  lab.run()
  lab.withdraw(site, 'tenant')
  lab.run()
  t.equal(lab.resolver.limited, 0)
})

t.test(
  'a prefix of very many tenants is worked off in slices, and listeners hear of many copies at once',
  async t => {
    const lab = new ResolverLab(1)
    const tenants = 400
    const counts: number[] = []
    let heard = 0
    for (let i = 0; i < tenants; i++) {
      const host = `10.1.${i >> 7}.${i & 127}`
      lab.machine(`${host}/32`, 'vr-01', { nextHop: a, label: 16, pathId: i })
      lab.announce(site, `tenant-${i}`, { nextHop: host })
    }
    const copies = (): number => lab.paths(site).length - tenants
    const index = lab.inet.find(lab.inet.family.parse(site)!)!.index
    lab.inet.addListener({
      routeChanged: changed => {
        if (changed !== index) return
        heard++
        counts.push(copies())
      }
    })
    lab.run()
    t.equal(copies(), tenants)
    t.equal(Math.max(...counts.map((count, i) => count - (counts[i - 1] ?? 0))) <= 16, true, `${counts}`)
    t.ok(heard <= 60, `told ${heard} times`)
    for (let i = 0; i < tenants; i++) lab.withdraw(`10.1.${i >> 7}.${i & 127}/32`, 'vr-01', i)
    heard = 0
    lab.run()
    t.equal(copies(), 0)
    t.ok(heard > 20 && heard <= 60, `told ${heard} times`)
  }
)

t.test('a path that goes while its route is looked at gets no copy any more', async t => {
  const lab = new ResolverLab(1)
  lab.machine('10.1.0.3/32', 'vr-01', { nextHop: a, label: 16 })
  const tenants = Array.from({ length: 60 }, (_, i) => `tenant-${i}`)
  for (const tenant of tenants) lab.announce(site, tenant, { nextHop: '10.1.0.3' })
  const copied = (): string[] =>
    lab
      .paths(site)
      .filter(({ flags }) => (flags & PathFlag.resolvedPath) !== 0)
      .map(({ source }) => source.name)
  const gone = new Set<string>()
  const late = new Set<string>()
  lab.inet.addListener({
    routeChanged: () => {
      for (const name of copied()) if (gone.has(name)) late.add(name)
    }
  })
  const withdrawSome = (): void => {
    const has = copied()
    if (has.length === 0) {
      lab.scheduler.soon(withdrawSome)
      return
    }
    for (const tenant of tenants.filter(name => !has.includes(name)).slice(-5)) {
      lab.withdraw(site, tenant)
      gone.add(tenant)
    }
  }
  lab.scheduler.soon(withdrawSome)
  lab.run()
  t.equal(gone.size, 5)
  t.same([...late], [])
  t.same(copied().sort(), tenants.filter(name => !gone.has(name)).sort())
})
