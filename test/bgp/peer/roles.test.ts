import t from 'tap'
import { findAttribute, u32At, valueStart } from '../../../src/bgp/wire/attributes.js'
import { AttributeCode } from '../../../src/bgp/wire/canonical.js'
import { Role } from '../../../src/bgp/wire/capabilities.js'
import { key, pathsOf } from '../rib/rib-helpers.js'
import { Lab, type LabNode } from './lab.js'

const prefix = '10.1.0.0/16'
/** The AS of OTC as the first path on the prefix has it; undefined: none. */
function otcOf(node: LabNode): number | undefined {
  const bytes = pathsOf(node.table().find(key(prefix)))[0]?.attributes.bytes
  if (bytes === undefined) return undefined
  const at = findAttribute(bytes, 0, bytes.length, AttributeCode.onlyToCustomer)
  return at < 0 ? undefined : u32At(bytes, valueStart(bytes, at))
}

/** 1 tells 2, and 2 tells 3; `role` is that of 2 towards 1 and towards 3, whose own match. */
function chain(towards1: Role | undefined, towards3: Role | undefined, otherSide: boolean) {
  const lab = new Lab()
  const nodes = [65001, 65002, 65003].map(as => lab.node(`10.0.0.${as - 65000}`, as)) as [
    LabNode,
    LabNode,
    LabNode
  ]
  const [one, two, three] = nodes
  const offered = (role: Role | undefined) => ({ offer: role === undefined ? {} : { role } })
  one.peer(two, offered(otherSide && towards1 !== undefined ? counterparts[towards1] : undefined))
  two.peer(one, offered(towards1))
  two.peer(three, offered(towards3))
  three.peer(two, offered(otherSide && towards3 !== undefined ? counterparts[towards3] : undefined))
  one.announce(prefix)
  lab.seconds(20)
  return { lab, one, two, three }
}

const { provider, customer, routeServer, routeServerClient, peer } = Role
const counterparts: Record<Role, Role> = {
  [provider]: customer,
  [customer]: provider,
  [routeServer]: routeServerClient,
  [routeServerClient]: routeServer,
  [peer]: peer
}
const names = ['provider', 'route server', 'route server client', 'customer', 'peer']

t.test('T-EXT-5 a route that came from above or from the side goes down only', async t => {
  const fromAbove: readonly Role[] = [customer, routeServerClient, peer]
  const down: readonly Role[] = [provider, routeServer]
  for (const towards1 of Object.values(Role)) {
    for (const towards3 of Object.values(Role)) {
      for (const otherSide of [true, false]) {
        const { two, three } = chain(towards1, towards3, otherSide)
        const comesDown = fromAbove.includes(towards1)
        const reaches = !comesDown || down.includes(towards3)
        const text = `${names[towards1]}, then ${names[towards3]}`
        t.equal(otcOf(two), comesDown ? 65001 : undefined, `${text}: mark`)
        t.equal(three.look(prefix), reaches ? 'fresh' : undefined, text)
        if (reaches) {
          const goesDown = down.includes(towards3) || towards3 === peer
          const own = goesDown ? 65002 : undefined
          t.equal(otcOf(three), comesDown ? 65001 : own, `${text}: mark at 3`)
        }
      }
    }
  }
})

t.test('T-EXT-5 a route that was to go down and comes up again is a leak', async t => {
  for (const [role, leaks] of [
    [provider, true],
    [routeServer, true],
    [peer, true],
    [customer, false],
    [routeServerClient, false],
    [undefined, false]
  ] as const) {
    // 2 has the route from its provider, and knows no roles towards 3: it leaks it.
    const lab = new Lab()
    const nodes = [65001, 65002, 65003].map(as => lab.node(`10.0.0.${as - 65000}`, as)) as [
      LabNode,
      LabNode,
      LabNode
    ]
    const [one, two, three] = nodes
    one.peer(two, { offer: { role: provider } })
    two.peer(one, { offer: { role: customer } })
    two.peer(three)
    three.peer(two, role === undefined ? {} : { offer: { role } })
    one.announce(prefix)
    lab.seconds(20)
    const route = three.table().find(key(prefix))
    t.equal(route?.usable === undefined, leaks, `we are ${role === undefined ? 'nothing' : names[role]}`)
    t.equal(three.look(prefix), 'fresh', 'it is kept to be seen')
    t.equal(otcOf(three), 65001)
  }
})
