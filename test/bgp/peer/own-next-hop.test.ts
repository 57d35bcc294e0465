/** NEXT_HOP that is an address of the node that it is told to (RFC 4271 §5.1.3, spec bgp 8.2). */
import t from 'tap'
import { ownAddressesBeside } from '../../../src/bgp/peer/own-next-hop.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import { nodeView } from '../../../src/introspect/from-node/node-view.js'
import { parseIp, printIp } from '../../../src/net/ip.js'
import { type Name, Neighbourhood } from '../../support/neighbourhood.js'

const it = new Neighbourhood()
it.run(60)

const rows: readonly [from: Name, family: FamilyName, prefix: string, nextHop: string, used: boolean][] = [
  ['e2', 'inet', '10.1.0.0/16', '10.0.0.1', false],
  ['i3', 'inet', '10.2.0.0/16', '10.0.0.1', false],
  ['i3', 'inet', '10.3.0.0/16', '10.0.0.16', true],
  ['i3', 'inet', '10.4.0.0/16', '192.0.2.1', true],
  ['i3', 'inet-vpn', '10.9.9.9:1:10.3.0.0/16', '10.0.0.1', false],
  ['i3', 'evpn', '2-10.9.9.9:1-0-00:00:00:00:00:01,10.0.0.1', '10.0.0.1', false],
  ['i1', 'route-target', '64512:target:64512:1', '10.0.0.1', true]
]
for (const [from, family, prefix, nextHop, used] of rows)
  t.test(
    `${family} from ${from} with next hop ${nextHop}: ${used ? 'used' : 'kept, and not used'}`,
    async t => {
      it.routers[from].announce(family, prefix, { nextHop, label: 16 })
      it.run(5)
      const [table] = it.peer(from)!.adjIns.keys()
      t.ok(table)
      const told = it
        .told(family === 'route-target' ? 'e3' : 'i2', family)
        .some(route => route.prefix === prefix)
      t.equal(told, used)
      const name = [...it.peer(from)!.adjIns.keys()].find(each => each.family.name === family)!.name
      const [path] = nodeView(it.lab.node, '1').rib.explain(name, prefix)!.paths
      t.strictSame(path!.unusable, used ? [] : ['the next hop is an address of this node'])
      it.routers[from].announce(family, prefix, { nextHop: '192.0.2.7', label: 16 })
      it.run(5)
      t.equal(it.told(family === 'route-target' ? 'e3' : 'i2', family).length > 0, true, 'with another it is')
      it.routers[from].withdraw(family, prefix)
      it.run(5)
    }
  )

t.test('which addresses are surely our own', async t => {
  const cases: readonly [configured: string[], local: string, remote: string, own: string[]][] = [
    [['10.0.0.1'], '10.0.0.9', '10.0.0.2', ['10.0.0.1', '10.0.0.9']],
    [['10.0.0.1'], '', '10.0.0.2', ['10.0.0.1']],
    [['127.0.0.1'], '127.0.0.1', '127.0.0.1', []],
    [['10.0.0.1'], '10.0.0.1', '10.0.0.1', []],
    [['10.0.0.1', '::1'], 'fe80::1%eth0', 'fe80::2%eth0', ['10.0.0.1', 'fe80::1']]
  ]
  for (const [configured, local, remote, own] of cases) {
    const addresses = configured.map(text => parseIp(text)!)
    t.strictSame(
      ownAddressesBeside(addresses, local, remote).map(address => printIp(address)),
      own
    )
  }
})
