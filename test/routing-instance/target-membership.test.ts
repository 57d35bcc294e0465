import t from 'tap'
import { PathFlag } from '../../src/bgp/rib/path.js'
import { agent, identity, Lab, peer } from './lab.js'

const amber = 'target:65010:8000010'
const cobalt = 'target:65010:8000011'
const table = 'bgp.rtarget.0'

/** Prefixes without the AS, with their sources; the master's own left out. */
function asked(lab: Lab): string[] {
  return lab
    .dump(table)
    .map(line => line.replace(/^\d+:/, '').replace(' nh 127.0.0.31', ''))
    .filter(line => line !== 'target:127.0.0.31:0 local')
}

t.test('a subscription asks for every import target, its end for none', async t => {
  const lab = new Lab()
  const a = agent('a')
  t.same(lab.dump(table), ['65010:target:127.0.0.31:0 local nh 127.0.0.31'], 'from the start')
  const instance = lab.configure('amber', { both: amber, import: cobalt })
  t.same(asked(lab), [], 'not for being configured')
  const { membership } = lab.instances
  membership.subscribe(a, instance)
  membership.subscribe(a, instance)
  t.same(asked(lab), ['target:127.0.0.31:1 a', 'target:65010:7999999 a', `${amber} a`, `${cobalt} a`])
  membership.unsubscribe(a, instance)
  membership.unsubscribe(a, instance)
  t.same(asked(lab), [])
})

t.test('instances that share a target: one path per session, until the last subscription ends', async t => {
  const lab = new Lab()
  const [a, b] = [agent('a'), agent('b')]
  const one = lab.configure('amber', { both: amber })
  const other = lab.configure('cobalt', { both: cobalt, import: amber })
  const { membership } = lab.instances
  membership.subscribe(a, one)
  membership.subscribe(a, other)
  membership.subscribe(b, other)
  const shared = () => asked(lab).filter(line => line.startsWith(amber))
  t.same(shared(), [`${amber} a`, `${amber} b`])
  membership.unsubscribe(a, one)
  t.same(shared(), [`${amber} a`, `${amber} b`])
  membership.unsubscribeAll(b)
  t.same(shared(), [`${amber} a`])
  membership.unsubscribeAll(a)
  t.same(asked(lab), [])
})

t.test('import lists may change, and instances go, while agents are subscribed', async t => {
  const lab = new Lab()
  const a = agent('a')
  const { membership } = lab.instances
  membership.subscribe(a, lab.configure('amber', { both: amber }))
  membership.subscribe(a, lab.configure('cobalt', { both: cobalt }))
  lab.configure('amber', { both: 'target:65010:1', import: cobalt })
  t.same(
    asked(lab).filter(line => !/7999999|127/.test(line)),
    [`target:65010:1 a`, `${cobalt} a`]
  )
  lab.remove('cobalt')
  t.same(
    asked(lab).filter(line => !/7999999|127/.test(line)),
    [`target:65010:1 a`, `${cobalt} a`]
  )
  lab.remove('amber')
  t.same(asked(lab), [])
  t.equal(
    membership.isSubscribed(a, lab.configure('amber', { both: amber })),
    false,
    'a new one by that name'
  )
})

t.test('a restarting session: a target is stale when all of its instances are', async t => {
  const lab = new Lab()
  const a = agent('a')
  const one = lab.configure('amber', { both: amber })
  const other = lab.configure('cobalt', { both: cobalt, import: amber })
  const { membership } = lab.instances
  membership.subscribe(a, one)
  membership.subscribe(a, other)
  const stale = () => asked(lab).flatMap(line => /^(target:65010:80000\d\d) a.*stale/.exec(line)?.[1] ?? [])
  membership.setFlags(a, other, PathFlag.stale)
  t.same(stale(), [cobalt])
  membership.setFlags(a, one, PathFlag.stale | PathFlag.llgrStale)
  t.same(stale(), [amber, cobalt])
  t.match(
    asked(lab).find(line => line.startsWith(amber)),
    / a stale$/,
    'both are only stale'
  )
  membership.setFlags(a, one, 0)
  t.same(stale(), [cobalt])
  membership.unsubscribe(a, one)
  t.same(stale(), [amber, cobalt])
  membership.subscribe(a, one)
  membership.setFlags(a, other, 0)
  t.same(stale(), [])
})

t.test('an instance with a physical network function asks without agents', async t => {
  const lab = new Lab()
  const a = agent('a')
  const instance = lab.configure('amber', { both: amber, pnf: true })
  const shared = () => asked(lab).filter(line => line.startsWith(amber))
  t.same(shared(), [`${amber} local`])
  lab.instances.membership.subscribe(a, instance)
  t.same(shared(), [`${amber} local`, `${amber} a`])
  lab.configure('amber', { both: amber })
  t.same(shared(), [`${amber} a`])
  lab.configure('amber', { both: cobalt, pnf: true })
  t.same(shared(), [])
  lab.configure('other', { both: cobalt, pnf: true })
  t.equal(asked(lab).filter(line => line === `${cobalt} local`).length, 2, 'a path per instance')
  lab.instances.membership.unsubscribeAll(a)
  lab.remove('amber', 'other')
  t.same(asked(lab), [])
})

t.test('prefixes have the local AS, the targets stay', async t => {
  const lab = new Lab({ ...identity, localAs: 65020 })
  lab.instances.membership.subscribe(agent('a'), lab.configure('amber', { both: amber }))
  t.ok(lab.dump(table).includes(`65020:${amber} a nh 127.0.0.31`))
  lab.instances.setIdentity({ ...identity, localAs: 65021, identifier: 0x0a000001 })
  t.same(lab.dump(table), [
    '65021:target:10.0.0.1:0 local nh 10.0.0.1',
    '65021:target:10.0.0.1:1 a nh 10.0.0.1',
    '65021:target:65010:7999999 a nh 10.0.0.1',
    `65021:${amber} a nh 10.0.0.1`
  ])
  lab.instances.setIdentity({ as: 0, localAs: 0, identifier: 0 })
  t.same(lab.dump(table), [])
  t.equal(lab.rib.attributes.size, 0)
})

t.test('a BGP-as-a-service session subscribes like an agent', async t => {
  const lab = new Lab()
  const client = peer('client', 64600, '10.50.0.1')
  const instance = lab.configure('amber', { both: amber })
  lab.instances.membership.subscribe(client, instance)
  t.ok(asked(lab).includes(`${amber} client`))
  lab.instances.membership.unsubscribeAll(client)
  t.same(asked(lab), [])
})
