import t from 'tap'
import { survivor } from '../../../src/bgp/session/collision.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import { keepalive, message, open, type RawConnection, type Up, World } from './nodes.js'

t.test('which of two survives', async t => {
  const low = { routerId: 1, as: 65001 }
  const high = { routerId: 0xffffffff, as: 65002 }
  const dialled = { dialled: true, serial: 0 }
  const accepted = { dialled: false, serial: 1 }
  t.equal(survivor(dialled, accepted, low, high), accepted, 'the higher identifier dialled it')
  t.equal(survivor(dialled, accepted, high, low), dialled, 'unsigned')
  t.equal(survivor(accepted, dialled, high, low), dialled, 'in either order')
  const twin = { routerId: 1, as: 65002 }
  t.equal(survivor(dialled, accepted, low, twin), accepted, 'RFC 6286 §2.3: the higher AS')
  t.equal(survivor(dialled, accepted, twin, low), dialled)
  t.equal(
    survivor(accepted, { dialled: false, serial: 2 }, low, high).serial,
    2,
    'the peer gave up the older'
  )
})

const seeds = 300

/** The second node refuses the first while it is not started; that costs an idle hold. */
const startsLate = (seed: number): boolean => seed % 5 === 0

interface Run {
  /** Empty: as it should be. */
  readonly failure: string
  readonly collisions: number
  readonly seconds: number
}

/** Both nodes dial each other. In every run, whoever wins, one connection is left and nothing flaps. */
function simultaneousOpen(
  seed: number,
  ids: readonly [number, number],
  delay: readonly [number, number]
): Run {
  const world = new World(seed, { delay: [...delay], segmentBytes: seed % 3 === 0 ? 7 : 32768 })
  const one = world.node('10.0.0.1', 65001)
  const two = world.node('10.0.0.2', 65002)
  const openDelaySeconds = seed % 2 === 0 ? 15 : 0
  const gracefulRestart = { keepsRoutes: true, restartTimeSeconds: 60 }
  const offered = seed % 7 < 4 ? { gracefulRestart } : {}
  const a = one.session('10.0.0.2', { peerAs: 65002, routerId: ids[0], openDelaySeconds }, offered)
  const b = two.session('10.0.0.1', { peerAs: 65001, routerId: ids[1], openDelaySeconds }, offered)
  a.session.start()
  if (startsLate(seed)) world.seconds(world.scheduler.random.between(0, 0.1))
  b.session.start()
  world.until(() => up(a) && up(b), 60)
  const seconds = world.scheduler.now() / 1000
  world.seconds(400)
  const collisions = a.session.statistics.collisions + b.session.statistics.collisions
  return { failure: check(world, a, b), collisions, seconds }
}

function check(world: World, a: Up, b: Up): string {
  if (!up(a) || !up(b)) return `did not stay up: ${a.handler.states} and ${b.handler.states}`
  if (a.handler.reasons.length + b.handler.reasons.length > 0) return 'flapped'
  if (world.network.connectionCount !== 2) return `${world.network.connectionCount} ends of connections left`
  const [x, y] = [a.session.local!, b.session.remote!]
  return x.port === y.port && x.address === y.address ? '' : 'each is up on another connection'
}

const up = ({ session }: Up): boolean => session.state === 'established'

const cases = [
  { name: 'first higher', ids: [9, 5] as const, delay: [0.1, 2] as const, within: 0.1 },
  { name: 'second higher', ids: [5, 0xfffffff0] as const, delay: [0.1, 2] as const, within: 0.1 },
  { name: 'equal identifiers, RFC 6286', ids: [7, 7] as const, delay: [0.1, 2] as const, within: 0.1 },
  { name: 'slow and uneven paths', ids: [5, 9] as const, delay: [1, 120] as const, within: 1.2 }
]
for (const { name, ids, delay, within } of cases) {
  t.test(`T-FSM-5 simultaneous open, ${seeds} seeds: ${name}`, async t => {
    const runs = Array.from({ length: seeds }, (_, i) => simultaneousOpen(i + 1, ids, delay))
    const failures = runs.flatMap(({ failure }, i) => (failure === '' ? [] : [`seed ${i + 1}: ${failure}`]))
    const collided = runs.filter(({ collisions }) => collisions > 0).length
    const prompt = runs.filter((_, i) => !startsLate(i + 1))
    const slowest = Math.max(...prompt.map(({ seconds }) => seconds))
    t.same(failures, [])
    t.ok(collided > seeds / 10, `${collided} runs had a collision`)
    t.ok(slowest < within, `without a second try: the slowest took ${slowest.toFixed(2)} s`)
  })
}

/** A node and a peer that each have dialled the other; nobody has said OPEN to the node yet. */
function crossed(peerId: 'higher' | 'lower', openDelaySeconds = 0) {
  const world = new World()
  const peer = world.raw('10.0.0.5').listen()
  const up = world.node('10.0.0.3').session('10.0.0.5', { openDelaySeconds })
  const id = peerId === 'higher' ? '0a000005' : '0a000001'
  up.session.start()
  world.until(() => peer.connections.length === 1, 5)
  const ours = peer.last!
  const theirs = peer.dial('10.0.0.3')
  world.seconds(0.1)
  const isUp = (): boolean => up.session.state === 'established'
  return { world, ours, theirs, hello: [open({ id }), keepalive], isUp, ...up }
}

t.test('OPEN on either connection first, peer higher or lower (T-FSM-4)', async t => {
  // Without a delay of our OPEN on theirs, before it is over, and after.
  const delays = [
    [0, 0],
    [15, 0],
    [15, 16]
  ] as const
  const cases = delays.flatMap(([delay, waits]) =>
    (['higher', 'lower'] as const).flatMap(peerId =>
      (['ours', 'theirs'] as const).map(first => ({ delay, waits, peerId, first }))
    )
  )
  for (const { delay, waits, peerId, first } of cases) {
    const { world, ours, theirs, hello, isUp, session } = crossed(peerId, delay)
    world.seconds(waits)
    t.equal(theirs.messages.length, delay > waits ? 0 : 1, 'our OPEN on theirs')
    const [wins, loses] = peerId === 'higher' ? [theirs, ours] : [ours, theirs]
    const [one, two] = first === 'ours' ? [ours, theirs] : [theirs, ours]
    one.send(hello[0]!)
    world.seconds(0.1)
    two.send(hello[0]!)
    world.seconds(0.1)
    wins.send(keepalive)
    const name = `peer ${peerId}, OPEN on ${first} first, ${waits} s of a delay of ${delay}`
    t.ok(world.until(isUp, 5), name)
    world.seconds(1)
    t.equal(loses.notification, '6/7', name)
    t.equal(wins.notification, undefined, name)
    t.equal(session.statistics.flaps, 0)
  }
})

t.test('the connection that would win is never heard of', async t => {
  const { world, ours, theirs, hello, isUp } = crossed('higher')
  ours.send(...hello)
  t.ok(world.until(isUp, 5))
  world.seconds(1)
  t.equal(theirs.notification, '6/7', 'closed when the other is established')
})

t.test('the loser closes (T-FSM-4), is closed, or goes on talking: the winner does not care', async t => {
  const endings: ((loser: RawConnection) => void)[] = [
    loser => loser.tcp.end(),
    loser => loser.tcp.destroy(),
    loser => loser.send(message(MessageType.notification, '0607')),
    loser => loser.send(keepalive, open(), 'ff00')
  ]
  for (const end of endings) {
    const { world, ours, theirs, hello, isUp, session } = crossed('lower')
    theirs.send(hello[0]!)
    end(theirs)
    world.seconds(0.1)
    ours.send(...hello)
    t.ok(world.until(isUp, 5))
    world.seconds(60)
    t.ok(isUp())
    t.equal(session.statistics.flaps, 0)
  }
})

t.test('a caller that says nothing and goes: we dial again', async t => {
  const { world, ours, theirs, session } = crossed('lower')
  ours.tcp.end()
  world.seconds(30)
  t.equal(session.state, 'openSent', 'no dial while the caller is there')
  t.equal(session.statistics.dials, 1)
  theirs.tcp.end()
  world.seconds(3)
  t.equal(session.statistics.dials, 2)
})

t.test('whose OPEN was delayed until a collision was settled says it once', async t => {
  for (let seed = 1; seed <= 40; seed++) {
    const world = new World(seed)
    const sessions = ['10.0.0.1', '10.0.0.2'].map((address, i) =>
      world.node(address).session(i === 0 ? '10.0.0.2' : '10.0.0.1', { openDelaySeconds: i === 0 ? 15 : 0 })
    )
    for (const { session } of sessions) session.start()
    world.seconds(60)
    for (const { session } of sessions) {
      t.equal(session.state, 'established', `seed ${seed}`)
      t.equal(session.statistics.flaps, 0)
    }
  }
})
