/** Whatever happened before, what is resolved is what a resolver finds that begins now; and nothing stays behind. */
import fc from 'fast-check'
import t from 'tap'
import { PathFlag } from '../../src/bgp/rib/path.js'
import { ResolverLab } from './lab.js'

const hosts = ['10.1.0.1', '10.1.0.2', '10.1.0.3', 'fd00::1'] as const
const hostRoute = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`
const prefixes = [...hosts.map(hostRoute), '203.0.113.0/24', '2001:db8::/32']
const numRuns = 300
const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values)

interface Step {
  readonly apply: (lab: ResolverLab) => void
  readonly text: string
}

const announce = fc
  .record({
    prefix: pick(...prefixes),
    tenant: pick('one', 'two', 'three'),
    nextHop: pick(...hosts),
    flags: pick(0, 0, PathFlag.asPathLooped, PathFlag.stale),
    // As good as an agent's: then its copies share the load.
    asPath: pick<number[]>([], [], [65001])
  })
  .map(({ prefix, tenant, ...route }) => ({
    text: `${tenant} ${prefix} ${JSON.stringify(route)}`,
    apply: (lab: ResolverLab) => lab.announce(prefix, tenant, route)
  }))
const machine = fc
  .record({
    host: pick(...hosts),
    agent: pick('vr-01', 'vr-02'),
    nextHop: pick('10.61.0.1', '10.61.0.2', '10.61.0.3'),
    label: pick(16, 32),
    localPref: pick(100, 100, 200)
  })
  .map(({ host, agent, ...route }) => ({
    text: `${agent} ${host} ${JSON.stringify(route)}`,
    apply: (lab: ResolverLab) => lab.machine(hostRoute(host), agent, { ...route, pathId: 1 })
  }))
const gone = fc
  .record({ prefix: pick(...prefixes), name: pick('one', 'two', 'three', 'vr-01', 'vr-02') })
  .map(({ prefix, name }) => ({
    text: `${name} ${prefix} gone`,
    apply: (lab: ResolverLab) => lab.leave(prefix, name)
  }))
/** Two that prefer to go through each other to what they have besides: whoever is first must not have its way. */
const quarrel = fc
  .record({
    pair: fc.shuffledSubarray([...hosts], { minLength: 2, maxLength: 2 }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 4 }),
    waits: fc.boolean()
  })
  .map(({ pair, order, waits }) => {
    const [x, y] = pair as [string, string]
    const others = hosts.filter(host => !pair.includes(host))
    const parts: ((lab: ResolverLab) => void)[] = [
      ...others.map((host, i) => (lab: ResolverLab) => {
        lab.machine(hostRoute(host), 'vr-01', { nextHop: `10.61.0.${i + 1}`, label: 16, pathId: 1 })
      }),
      lab => lab.announce(hostRoute(x), 'one', { nextHop: others[0]!, asPath: [65001, 65001] }),
      lab => lab.announce(hostRoute(y), 'one', { nextHop: others[1]!, asPath: [65001, 65001] }),
      lab => lab.announce(hostRoute(x), 'two', { nextHop: y }),
      lab => lab.announce(hostRoute(y), 'two', { nextHop: x })
    ]
    return {
      text: `quarrel of ${x} and ${y}, ${order}${waits ? ', one by one' : ''}`,
      apply: (lab: ResolverLab) => {
        for (const i of order) {
          parts[i]!(lab)
          if (waits) lab.run()
        }
      }
    }
  })
const wait = fc.constant({ text: 'wait', apply: (lab: ResolverLab) => lab.run() })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(announce, announce, machine, machine, gone, quarrel, wait),
  {
    minLength: 10,
    maxLength: 60
  }
)

t.test('history leaves no trace', async t => {
  let resolved = 0
  fc.assert(
    fc.property(steps, pick(0, 0.3, 1), (steps, turnOverChance) => {
      const lab = new ResolverLab(turnOverChance)
      for (const { apply } of steps) apply(lab)
      const found = lab.all()
      resolved += Object.keys(found).length
      lab.resolver.stop()
      lab.run()
      if (Object.keys(lab.all()).length > 0) throw new Error('something is left of one that has stopped')
      lab.resolver = lab.resolve()
      t.same(found, lab.all(), steps.map(({ text }) => text).join('\n'))
      for (const prefix of prefixes)
        for (const name of ['one', 'two', 'three', 'vr-01', 'vr-02']) lab.leave(prefix, name)
      lab.run()
      return lab.rib.attributes.size === 0 && [...lab.resolver.resolutions(lab.inet)].length === 0
    }),
    { numRuns }
  )
  t.ok(resolved > numRuns, `${resolved} resolved`)
})

const tenants = 60
const change = fc.record({
  tenant: fc.nat(tenants - 1),
  /** -1: it withdraws. */
  nextHop: fc.integer({ min: -1, max: 2 }),
  turns: fc.nat(4)
})

t.test('a prefix of many tenants that changes while it is looked at', async t => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), changes => {
      const lab = new ResolverLab(1)
      for (const [i, host] of hosts.entries())
        lab.machine(hostRoute(host), 'vr-01', { nextHop: `10.61.0.${i + 1}`, label: 16, pathId: 1 })
      for (let i = 0; i < tenants; i++)
        lab.announce('203.0.113.0/24', `tenant-${i}`, { nextHop: hosts[i % 3]! })
      const expected = new Map(Array.from({ length: tenants }, (_, i) => [i, i % 3]))
      const act = (at: number): void => {
        const { tenant, nextHop, turns } = changes[at]!
        if (nextHop >= 0) {
          lab.announce('203.0.113.0/24', `tenant-${tenant}`, { nextHop: hosts[nextHop]! })
          expected.set(tenant, nextHop)
        } else if (expected.delete(tenant)) {
          lab.withdraw('203.0.113.0/24', `tenant-${tenant}`)
        }
        if (at + 1 < changes.length) after(turns, () => act(at + 1))
      }
      const after = (turns: number, task: () => void): void =>
        lab.scheduler.soon(turns === 0 ? task : () => after(turns - 1, task))
      if (changes.length > 0) after(2, () => act(0))
      t.same(
        lab.resolved('203.0.113.0/24'),
        [...expected].map(([i, host]) => `tenant-${i} 10.61.0.${host + 1} 10.61.0.${host + 1}:4 16`).sort()
      )
    }),
    { numRuns: 60 }
  )
})
