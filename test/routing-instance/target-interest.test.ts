import t from 'tap'
import type { Source } from '../../src/bgp/rib/source.js'
import { agent, Lab, peer } from './lab.js'

const amber = 'target:65010:8000010'
const cobalt = 'target:65010:8000011'
const table = 'bgp.rtarget.0'
const vpn = 'bgp.l3vpn.0'

/** Names of those who want a route with these communities; `everyone` where nothing is filtered. */
function wanting(lab: Lab, communities: string): string {
  const attributes = lab.attributes({ communities })
  const peers = lab.instances.interest.interestedIn(attributes)
  lab.rib.attributes.release(attributes)
  return peers === undefined ? 'everyone' : names(peers)
}

function names(peers: Iterable<Source>): string {
  return [...peers]
    .map(({ name }) => name)
    .sort()
    .join()
}

function neighbours(lab: Lab, ...peers: Source[]): void {
  for (const neighbour of peers) lab.instances.interest.negotiated(neighbour, true)
}

/** Collects the VPN routes that are announced, by prefix. */
function announcements(lab: Lab): () => string[] {
  const of = lab.table(vpn)
  let told: string[] = []
  of.addListener({ routeChanged: index => told.push(of.print(of.at(index)!)) })
  return () => {
    lab.settle()
    const printed = told.sort()
    told = []
    return printed
  }
}

t.test('who asks for one of the targets, or for all, is told', async t => {
  const lab = new Lab()
  const [p, q] = [peer('p'), peer('q')]
  t.equal(wanting(lab, amber), 'everyone', 'no neighbour is filtered')
  neighbours(lab, p, q)
  t.equal(wanting(lab, amber), '')
  t.equal(wanting(lab, ''), 'everyone', 'no extended communities')
  lab.publish(table, `65010:${amber}`, p)
  lab.publish(table, `65010:${cobalt}`, q)
  t.equal(wanting(lab, amber), 'p')
  t.equal(wanting(lab, `${amber} ${cobalt}`), 'p,q')
  lab.publish(table, '0:target:0:0', q)
  t.equal(wanting(lab, amber), 'p,q')
  t.equal(wanting(lab, 'originvn:1:1'), 'q', 'communities, but no target')
  lab.withdraw(table, '0:target:0:0', q)
  t.equal(wanting(lab, amber), 'p')
  const { interest } = lab.instances
  const attributes = lab.attributes({ communities: amber })
  const allowed = () => [p, q, peer('r')].map(receiver => interest.allows(attributes, receiver))
  t.same(allowed(), [true, false, true], 'r has not negotiated the family')
  interest.negotiated(q, false)
  t.same(allowed(), [true, true, true])
  lab.rib.attributes.release(attributes)
})

t.test('asked for with several origin ASs: interested until the last is withdrawn', async t => {
  const lab = new Lab()
  const p = peer('p')
  neighbours(lab, p)
  lab.publish(table, `65010:${amber}`, p)
  lab.publish(table, `64999:${amber}`, p)
  lab.withdraw(table, `65010:${amber}`, p)
  t.equal(wanting(lab, amber), 'p')
  lab.withdraw(table, `64999:${amber}`, p)
  t.equal(wanting(lab, amber), '')
  t.same(lab.leftovers().interest, undefined)
})

t.test('all internal neighbours, and of the external ones those in the AS of the first', async t => {
  const lab = new Lab()
  const internal = [peer('i1', 65010, '10.0.0.1'), peer('i2', 65010, '10.0.0.2')]
  const external = [
    peer('e1', 64601, '10.0.1.1'),
    peer('e2', 64602, '10.0.1.2'),
    peer('e3', 64601, '10.0.1.3')
  ]
  neighbours(lab, ...internal, ...external)
  for (const source of [...external, ...internal]) lab.publish(table, `65010:${amber}`, source)
  lab.publish(table, `65010:${amber}`, agent('a'))
  t.equal(wanting(lab, amber), 'e1,e3,i1,i2')
  lab.withdraw(table, `65010:${amber}`, external[0]!)
  t.equal(wanting(lab, amber), 'e2,i1,i2')
})

t.test(
  'a client in an instance asks for us, and does not stand in the way of external neighbours',
  async t => {
    const lab = new Lab()
    const client = peer('client', 64500, '10.0.0.1')
    const external = peer('e', 64601, '10.0.1.1')
    neighbours(lab, external)
    lab.publish(table, `65010:${amber}`, external)
    lab.instances.membership.subscribe(client, lab.configure('amber', { both: amber }))
    t.equal(wanting(lab, amber), 'e')
  }
)

t.test('part of a target stands for all', async t => {
  const lab = new Lab()
  const p = peer('p')
  neighbours(lab, p)
  lab.publish(table, '65010:0002fdf200000000/64', p)
  t.equal(wanting(lab, amber), 'p')
})

t.test('when an answer changes, the routes that it concerns are announced again', async t => {
  const lab = new Lab()
  const p = peer('p')
  neighbours(lab, p)
  lab.publish(vpn, '65010:1:10.1.0.0/24', peer('s'), { communities: amber })
  lab.publish(vpn, '65010:1:10.2.0.0/24', peer('s'), { communities: cobalt })
  lab.publish(vpn, '65010:1:10.3.0.0/24', peer('s'))
  lab.publish(vpn, '65010:1:10.4.0.0/24', peer('s'), { communities: 'target:1:1' })
  const announced = announcements(lab)
  lab.publish(table, `65010:${amber}`, p)
  t.same(announced(), ['65010:1:10.1.0.0/24'])
  lab.publish(table, `64999:${amber}`, p)
  t.same(announced(), [], 'nothing new')
  lab.publish(table, `65010:${cobalt}`, p)
  lab.withdraw(table, `65010:${amber}`, p)
  lab.withdraw(table, `64999:${amber}`, p)
  t.same(announced(), ['65010:1:10.1.0.0/24', '65010:1:10.2.0.0/24'])
  lab.publish(table, '0:target:0:0', p)
  t.same(announced(), ['65010:1:10.1.0.0/24', '65010:1:10.2.0.0/24', '65010:1:10.4.0.0/24'])
})

t.test('interest that comes while routes are being announced is not lost', async t => {
  const lab = new Lab()
  const p = peer('p')
  neighbours(lab, p)
  for (let i = 0; i < 5000; i++) {
    const communities = i < 4000 ? amber : cobalt
    lab.publish(vpn, `65010:1:10.${i >> 8}.${i & 255}.0/24`, peer('s'), { communities })
  }
  const announced = announcements(lab)
  lab.publish(table, `65010:${amber}`, p)
  lab.scheduler.soon(() => lab.publish(table, `65010:${cobalt}`, p))
  t.equal(announced().length, 5000)
})
