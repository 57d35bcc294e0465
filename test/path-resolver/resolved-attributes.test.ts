import t from 'tap'
import { communitiesOf, nextHopOf, ResolverLab } from './lab.js'

const site = '203.0.113.0/24'
const host = '10.1.0.3/32'
const agent = '10.61.0.21'

const target = (n: string) => `0002fc000000000${n}`
const gre = '030c000000000002'
const udp = '030c00000000000d'
const group1 = '8004fc0000000001'
const group2 = '8204000186a00002'
const originVn = '8071fc0000000015'
const sourceAs = '0009fc0000000000'
const otherSourceAs = '0009fc0100000000'
const routeImport = '010b0a3d00150007'
const importTarget = '01020a3d00150007'
const loadBalance = '03aaf88000000000'
const otherLoadBalance = '03aac08000000000'
const routerMac = '0603020304050607'
const mobility = '0600000000000005'

const cases: readonly [what: string, own: string[], way: string[], resolved: string[]][] = [
  ['nothing on either side', [], [], []],
  ['the way has none: those of the path stay', [target('1'), gre, group1], [], [target('1'), gre, group1]],
  ['security groups are those of the way', [group1, target('1')], [group2], [target('1'), group2]],
  ['even none, if it has others', [group1, gre, target('1')], [originVn], [target('1')]],
  ['encapsulations are those of the way', [gre], [udp], [udp]],
  ["route targets are the path's own", [target('1')], [target('2'), gre], [target('1'), gre]],
  [
    'source AS and load balance go over',
    [sourceAs, loadBalance],
    [otherSourceAs, otherLoadBalance],
    [otherSourceAs, otherLoadBalance]
  ],
  ['those that the way lacks stay', [sourceAs, loadBalance], [gre], [sourceAs, gre, loadBalance]],
  ['router MAC is added', [], [routerMac], [routerMac]],
  ['a VRF route import becomes a route target', [target('1')], [routeImport], [target('1'), importTarget]],
  ['what belongs to the machine alone stays there', [originVn], [mobility, originVn, gre], [gre, originVn]]
]

for (const [what, own, way, resolved] of cases) {
  t.test(what, async t => {
    const lab = new ResolverLab()
    lab.machine(host, 'vr-01', { nextHop: agent, label: 16, communities: way })
    lab.announce(site, 'tenant', { nextHop: '10.1.0.3', communities: own })
    lab.run()
    const [path] = lab.paths(site)
    t.equal(nextHopOf(path!), agent)
    t.same(communitiesOf(path!), [...resolved].sort())
    lab.withdraw(site, 'tenant')
    lab.withdraw(host, 'vr-01')
    lab.run()
    t.equal(lab.rib.attributes.size, 0)
  })
}
