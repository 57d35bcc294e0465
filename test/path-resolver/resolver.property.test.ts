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
const wait = fc.constant({ text: 'wait', apply: (lab: ResolverLab) => lab.run() })
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(announce, announce, machine, machine, gone, wait), {
  minLength: 10,
  maxLength: 60
})

t.test('history leaves no trace', async t => {
  let resolved = 0
  fc.assert(
    fc.property(steps, steps => {
      const lab = new ResolverLab()
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
