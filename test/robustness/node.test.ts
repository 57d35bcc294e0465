/** A whole node beside neighbours that keep to no rules: in virtual time, with a router and an agent that do. */
import t, { type Test } from 'tap'
import {
  bgpMessage,
  keepaliveMessage,
  openMessage,
  RawPeer,
  updateMessage
} from '../../conformance/robustness/raw-peer.js'
import type { Log } from '../../src/bgp/session/handler.js'
import { openStream } from '../../src/lab/agent-text.js'
import { LabWorld } from '../../src/lab/world.js'
import { SeededRandom } from '../../src/runtime/seeded-random.js'
import { corpusOf, mutate } from '../fuzz/corpus.js'
import { bgpTarget, xmppTarget } from '../fuzz/targets.js'
import { clusterObjects, instanceOf, masterInstance, textOf } from '../support/cluster-objects.js'

const [nodeAddress, malloryAddress, malloryAs] = ['10.0.0.1', '10.0.0.66', 65366]
const mallorysName = `${masterInstance}:mallory`

/** The cluster's first node, its router `edge` and an agent; `mallory` is a neighbour too, and the stranger none. */
function scene(seed = 1) {
  const world = new LabWorld(seed)
  const lines: string[] = []
  const line = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { info: line('info'), warn: line('warn'), debug() {} }
  const lab = world.node({ hostname: 'cn-a', address: nodeAddress, objects: [textOf(objects())], log })
  const edge = world.router({
    name: 'edge',
    as: 65311,
    address: '10.0.0.11',
    families: ['inet'],
    listenPort: 179,
    holdTimeSeconds: 9,
    neighbors: [{ address: nodeAddress, as: 64512 }]
  })
  const agent = world.agent(lab, { name: 'vr-01', address: '10.0.1.21', nextHop: '10.61.0.21' })
  agent.subscribe(masterInstance, 0)
  agent.subscribe(instanceOf('red'), 21)
  world.until('all is up', () => edge.isEstablished && agent.isEstablished)
  world.run(2000)
  let round = 0
  return {
    world,
    lab,
    lines,
    edge,
    agent,
    bgp: (...first: Uint8Array[]) =>
      new RawPeer(world.host(malloryAddress), { address: nodeAddress, port: 179 }, malloryAddress, ...first),
    xmpp: (...first: Uint8Array[]) =>
      new RawPeer(world.host('10.0.1.66'), { address: nodeAddress, port: 5269 }, '10.0.1.66', ...first),
    mallory: () => lab.node.peers.get(mallorysName)!,
    /** The well-behaved are up, were never down, and hear news at once. */
    fine: (t: Test, what: string) => {
      const prefix = `203.0.${++round % 250}.0/24`
      edge.announce('inet', prefix, {})
      world.run(500)
      t.ok(agent.routes(masterInstance).has(prefix), `${what}: news is told at once`)
      edge.withdraw('inet', prefix)
      world.run(500)
      t.notOk(agent.routes(masterInstance).has(prefix), `${what}: and taken back`)
      t.equal(edge.sessions.get(nodeAddress)!.closes.length, 0, `${what}: the router's session stays`)
      t.equal(agent.statistics.sessions, 1, `${what}: the agent's session stays`)
      t.equal(agent.statistics.malformed.length, 0)
    }
  }
}

function objects() {
  const name = masterInstance.split(':')
  const mallory = {
    type: 'bgp_router',
    fq_name: [...name, 'mallory'],
    parent_type: 'routing-instance',
    bgp_router_parameters: {
      router_type: 'router',
      autonomous_system: malloryAs,
      identifier: malloryAddress,
      address: malloryAddress,
      port: 179,
      address_families: { family: ['inet'] }
    }
  }
  const session = {
    attributes: [{ bgp_router: null, passive: true, address_families: { family: ['inet'] } }]
  }
  const others = clusterObjects.map(object =>
    object.fq_name[4] === 'cn-a'
      ? {
          ...object,
          bgp_router_refs: [
            ...(object.bgp_router_refs as object[]),
            { to: [...name, 'mallory'], attr: { session: [session] } }
          ]
        }
      : object
  )
  return [...others, mallory]
}

const hello = [openMessage(malloryAs, malloryAddress), keepaliveMessage]

const spoken: readonly [what: string, bytes: readonly Uint8Array[], code: number, subcode: number][] = [
  ['garbage', [Buffer.from('GET / HTTP/1.1\r\nHost: weft\r\n\r\n')], 1, 1],
  ['a length of 18', [bgpMessage(4, [], 18)], 1, 2],
  ['a length of 65535', [bgpMessage(1, [], 65535)], 1, 2],
  ['an unknown type', [bgpMessage(9)], 1, 3],
  ['an OPEN of version 3', [bgpMessage(1, [3, 0, 1, 0, 90, 10, 0, 0, 66, 0])], 2, 1],
  ['an OPEN of another AS', [openMessage(65000, malloryAddress)], 2, 2],
  ['a hold time of 2', [openMessage(malloryAs, malloryAddress, 2)], 2, 6],
  ['an OPEN that is cut', [bgpMessage(1, [4, 0, 1, 0, 90, 10, 0, 0, 66, 200])], 2, 0],
  ['an UPDATE first', [updateMessage(malloryAs, malloryAddress, 0, 1)], 5, 1],
  ['OPEN after Established', [...hello, keepaliveMessage, openMessage(malloryAs, malloryAddress)], 5, 3],
  ['65,535 bytes in one message', [...hello, keepaliveMessage, bgpMessage(2, [], 65535)], 1, 2],
  ['a prefix of 33 bits', [...hello, bgpMessage(2, [0, 0, 0, 0, 33, 1, 2, 3, 4, 5])], 3, 10],
  ['attributes that overrun', [...hello, bgpMessage(2, [0, 0, 255, 255])], 3, 1]
]

t.test('what a neighbour must not say', async t => {
  const { world, lab, lines, bgp, mallory, fine } = scene()
  for (const [what, bytes, code, subcode] of spoken) {
    world.until('the last punishment is over', () => mallory().session.refusal() === undefined, 900_000)
    const peer = bgp(...bytes)
    world.run(3000)
    t.ok(peer.isClosed, what)
    t.strictSame(peer.notification, [code, subcode], `${what}: NOTIFICATION`)
    t.equal(mallory().session.statistics.lastNotificationSent?.code, code)
    fine(t, what)
  }
  t.ok(lines.some(line => line.includes('BGP session closed') && line.includes('mallory')))
  t.equal(lab.node.peers.get(mallorysName)?.paths, 0)
})

t.test('T-NODE-4 three hundred sessions that come, say something and go', async t => {
  const { world, lab, bgp, mallory, fine } = scene()
  const { node } = lab
  world.run(120_000)
  const before = { waiting: world.scheduler.waiting, sets: node.attributes.size }
  for (let flap = 0; flap < 300; flap++) {
    world.until('it may call', () => mallory().session.refusal() === undefined, 900_000)
    const peer = bgp(...hello, updateMessage(malloryAs, malloryAddress, flap, 50))
    world.until('its routes are there', () => mallory().paths === 50)
    if (flap % 3 === 0) peer.send(Buffer.from('nonsense, and enough of it'))
    peer.close()
    world.until('they are gone', () => mallory().paths === 0)
  }
  t.equal(mallory().session.statistics.establishments, 300)
  fine(t, 'after 300 flaps')
  world.run(900_000)
  t.equal(node.attributes.size, before.sets, 'no attributes are left')
  t.ok(
    world.scheduler.waiting <= before.waiting + 2,
    `timers: ${before.waiting} before, ${world.scheduler.waiting} after`
  )
})

t.test('valid sessions with mutations from a seed', async t => {
  const { world, lab, bgp, xmpp, mallory, fine } = scene()
  const random = new SeededRandom(Number(process.env.WEFT_FUZZ_SEED ?? 7))
  const [messages, stanzas] = [corpusOf(bgpTarget), corpusOf(xmppTarget)]
  const sets = lab.node.attributes.size
  for (let round = 0; round < 60; round++) {
    world.until('it may call', () => mallory().session.refusal() === undefined, 900_000)
    const peer = bgp(...hello)
    const agent = xmpp(Buffer.from(openStream('fuzz-1')))
    world.run(1000)
    for (let i = 0; i < 30; i++) {
      peer.send(mutate(messages, random))
      agent.send(mutate(stanzas, random))
      world.run(50)
    }
    peer.close()
    agent.close()
    world.run(2000)
  }
  fine(t, 'after 60 sessions')
  world.run(400_000)
  t.equal(mallory().paths, 0)
  t.equal(lab.node.attributes.size, sets)
  t.equal(lab.node.agents.pendingSweeps, 0)
  t.equal(lab.node.xmpp.connectionCount, 1)
})

t.test('T-EXT-4 a neighbour and an agent that never read, with 50,000 routes to be told', async t => {
  const { world, lab, lines, edge, agent, bgp, xmpp, mallory, fine } = scene()
  const sets = lab.node.attributes.size
  const peer = bgp(...hello)
  const deaf = xmpp(Buffer.from(openStream('deaf')))
  world.until('both are in', () => peer.isEstablished && lab.node.xmpp.agents.has('deaf'))
  peer.stopReading()
  deaf.stopReading()
  const subscription = (what: string) =>
    `<iq type="set" from="deaf" to="network-control@contrailsystems.com/bgp-peer" id="1"><pubsub xmlns="http://jabber.org/protocol/pubsub"><${what} node="${masterInstance}"><options><instance-id>0</instance-id></options></${what}></pubsub></iq>`
  deaf.send(subscription('subscribe'))
  world.run(100)
  const many = Array.from(
    { length: 50_000 },
    (_, i) => `100.${64 + (i >> 14)}.${(i >> 6) & 255}.${(i & 63) * 4}/30`
  )
  edge.announceAll('inet', many, { med: 1 })
  world.until('the agent that reads has them all', () => agent.routes(masterInstance).size >= 50_000, 30_000)
  const session = lab.node.xmpp.agents.get('deaf')!
  t.ok(session.blocked)
  const [sent, pending] = [session.statistics.sent.bytes, mallory().session.pendingBytes]
  t.ok(sent < 4e6, `${sent} bytes for the agent that reads nothing`)
  t.ok(pending < 2e6, `${pending} bytes wait for the neighbour that reads nothing`)
  for (let i = 0; i < 30; i++) {
    deaf.send(subscription('unsubscribe'))
    deaf.send(subscription('subscribe'))
    world.run(200)
    peer.send(keepaliveMessage)
  }
  t.ok(session.statistics.sent.bytes - sent < 1e5, 'subscribing again and again gets it no more')
  for (let i = 0; i < 60 && !peer.isClosed; i++) {
    fine(t, 'meanwhile')
    peer.send(keepaliveMessage)
    deaf.send(' ')
    world.run(20_000)
  }
  t.equal(mallory().session.statistics.sendHoldExpirations, 1, 'RFC 9687')
  t.ok(lines.some(line => line.includes('send hold timer expired') && line.includes('mallory')))
  deaf.close()
  edge.stop()
  world.run(60_000)
  t.equal(lab.node.attributes.size, sets, 'nothing is left of all that')
})

t.test('a flood of keepalives, and a thousand that send nothing', async t => {
  const { world, lab, bgp, fine, mallory } = scene()
  const flood = Buffer.concat(Array.from({ length: 1000 }, () => keepaliveMessage))
  const peer = bgp(...hello)
  world.until('it is in', () => peer.isEstablished)
  const silent = Array.from({ length: 1000 }, (_, i) => {
    const address = `10.9.${i >> 8}.${i & 255}`
    const port = i % 2 === 0 ? 179 : 5269
    return new RawPeer(world.host(address), { address: nodeAddress, port }, address)
  })
  for (let i = 0; i < 100; i++) {
    peer.send(flood)
    world.run(10)
  }
  t.equal(mallory().session.statistics.received.keepalive > 100_000, true)
  fine(t, 'under the flood')
  world.run(20_000)
  t.equal(silent.filter(({ isClosed }) => !isClosed).length, 0, 'the silent ones are gone')
  t.equal(lab.node.bgpListener!.statistics.refused + lab.node.bgpListener!.statistics.dropped, 500)
  t.equal(lab.node.xmpp.statistics.openExpired, 500)
  t.equal(lab.node.xmpp.connectionCount, 1)
})

t.test('twenty thousand faults make few lines of log', async t => {
  const { world, lines, bgp, mallory, fine } = scene()
  const peer = bgp(...hello)
  world.until('it is in', () => peer.isEstablished)
  const before = lines.length
  // COMMUNITIES of three bytes: treated as withdrawn (RFC 7606 §7.8); 40 in a write, as TCP would have them.
  const attributes = [
    0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xff, 0x56, 0x40, 3, 4, 10, 0, 0, 66, 0xc0, 8, 3, 1, 2, 3
  ]
  const fault = bgpMessage(2, [0, 0, 0, attributes.length, ...attributes, 8, 11])
  const many = Buffer.concat(Array.from({ length: 500 }, () => fault))
  for (let i = 0; i < 40; i++) {
    peer.send(many)
    world.run(5_000)
  }
  t.equal(mallory().input.errors.treatedAsWithdraw, 20_000)
  t.notOk(peer.isClosed)
  const told = lines.slice(before).filter(line => line.includes('malformed UPDATE'))
  t.ok(told.length >= 3 && told.length <= 5, `${told.length} lines in 200 s`)
  t.ok(
    told.some(line => /"suppressed":\d{4}/.test(line)),
    'with the number of those that were not logged'
  )
  fine(t, 'after 20,000 faults')
})
