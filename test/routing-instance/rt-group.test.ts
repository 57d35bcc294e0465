import t from 'tap'
import { printTarget } from '../../src/routing-instance/target-key.js'
import { agent, Lab, peer } from './lab.js'

const vpn = 'bgp.l3vpn.0'

/** Importers > exporters, and how many tables have paths that carry the target; implicit targets left out. */
function groups(lab: Lab): Record<string, string> {
  const found: [string, string][] = []
  for (const { target, importers, exporters, carriers } of lab.instances.groups) {
    const members = [importers, exporters].map(some => [...some].map(({ name }) => name).join())
    const text = printTarget(target)
    if (!/127|7999999/.test(text)) found.push([text, `${members.join(' > ')} | ${carriers.size}`])
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)))
}

t.test('a group is there while instances or paths use it', async t => {
  const lab = new Lab()
  const [a, p] = [agent('a'), peer('p')]
  lab.configure('amber', { both: 'target:1:1', import: 'target:1:2' })
  lab.configure('cobalt', { both: 'target:1:2' })
  t.same(groups(lab), { 'target:1:1': 'amber > amber | 0', 'target:1:2': 'amber,cobalt > cobalt | 0' })
  lab.publish(vpn, '1:1:10.0.0.0/8', p, { communities: 'target:1:2 target:1:9' })
  lab.publish(vpn, '1:2:10.0.0.0/8', p, { communities: 'target:1:9' })
  lab.publish('amber.inet.0', '10.0.0.0/8', a, { communities: 'target:1:9' })
  t.match(groups(lab), { 'target:1:2': 'amber,cobalt > cobalt | 1', 'target:1:9': ' >  | 2' })
  lab.configure('cobalt', { both: 'target:1:3' })
  lab.configure('amber', { both: 'target:1:1' })
  lab.settle()
  t.match(groups(lab), { 'target:1:2': ' >  | 1' })
  lab.withdraw(vpn, '1:1:10.0.0.0/8', p)
  lab.withdraw(vpn, '1:2:10.0.0.0/8', p)
  t.match(groups(lab), { 'target:1:9': ' >  | 1' })
  lab.withdraw('amber.inet.0', '10.0.0.0/8', a)
  lab.remove('cobalt')
  t.same(groups(lab), { 'target:1:1': 'amber > amber | 0' })
})
