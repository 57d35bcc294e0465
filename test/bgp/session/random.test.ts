import t from 'tap'
import type { SeededRandom } from '../../../src/runtime/seeded-random.js'
import { type Up, World } from './nodes.js'

/** Anything that operators, networks and peers do, in any order; then peace, in which all must come right again. */
const happenings: readonly ((world: World, up: Up, random: SeededRandom) => void)[] = [
  (_, { session }) => session.start(),
  (_, { session }) => session.stop({ subcode: 2, text: 'x' }),
  (_, { session }) => session.stop('silent'),
  (_, { session }, random) => session.clear({ subcode: random.chance(0.5) ? 4 : 1 }, random.below(20)),
  (_, { session }, random) => session.update({ ...session.settings, adminDown: random.chance(0.5) }),
  (_, { session }, random) => session.update({ ...session.settings, passive: random.chance(0.5) }),
  (_, { session }, random) => session.update({ ...session.settings, holdTimeSeconds: 9 + random.below(3) }),
  (_, { session }, random) => session.update({ ...session.settings, openDelaySeconds: random.below(2) * 15 }),
  (_, { handler }, random) => {
    handler.isReady = random.chance(0.5)
  },
  ({ network }, _, random) => {
    const address = random.chance(0.5) ? '10.0.0.1' : '10.0.0.2'
    if (random.chance(0.5)) network.pauseReading(address)
    else network.resumeReading(address)
  },
  world => world.network.linkDown('10.0.0.1', '10.0.0.2'),
  world => world.network.linkUp('10.0.0.1', '10.0.0.2'),
  (_, { session }) => {
    session.sendRouteRefresh({ afi: 1, safi: 1, kind: 0 })
  },
  (_, { handler, session }, random) => {
    const closesItself = random.chance(0.3)
    handler.onEstablished = () => {
      if (closesItself) session.clear({ subcode: 4 })
    }
  }
]

function run(seed: number): string {
  const world = new World(seed, {
    delay: [0.1, seed % 3 === 0 ? 300 : 3],
    segmentBytes: seed % 2 === 0 ? 5 : 32768
  })
  const { random } = world.scheduler
  const gracefulRestart = { keepsRoutes: random.chance(0.5), restartTimeSeconds: 60 }
  const offered = random.chance(0.5) ? { gracefulRestart } : {}
  const one = world.node('10.0.0.1').session('10.0.0.2', { holdTimeSeconds: 9 }, offered)
  const two = world.node('10.0.0.2').session('10.0.0.1', { holdTimeSeconds: 9 }, offered)
  const both = [one, two]
  for (let i = 0; i < 60; i++) {
    const up = both[random.below(2)]!
    happenings[random.below(happenings.length)]!(world, up, random)
    world.scheduler.run(random.size(20_000))
    for (const { session, handler } of both) {
      const { establishments } = session.statistics
      const isUp = session.state === 'established' ? 1 : 0
      if (handler.negotiated.length !== establishments) return 'established was not told once'
      if (handler.reasons.length !== establishments - isUp) return 'closed was not told once'
      if ((session.negotiated !== undefined) !== (isUp === 1)) return 'negotiated while not established'
    }
    if (world.network.connectionCount > 16) return `${world.network.connectionCount} ends of connections`
  }
  world.network.linkUp('10.0.0.1', '10.0.0.2')
  for (const address of ['10.0.0.1', '10.0.0.2']) world.network.resumeReading(address)
  const passiveSide = [one.session, two.session, undefined][random.below(3)]
  for (const { session, handler } of both) {
    handler.isReady = true
    handler.onEstablished = () => {}
    const passive = session === passiveSide
    session.update({ ...session.settings, adminDown: false, passive, maximumIdleHoldSeconds: 5 })
    session.start()
  }
  const isUp = ({ session }: Up): boolean => session.state === 'established'
  world.seconds(300)
  if (!both.every(isUp)) return `${one.session.state} and ${two.session.state} after 300 s of peace`
  const flaps = one.session.statistics.flaps
  world.seconds(120)
  if (one.session.statistics.flaps !== flaps) return 'flaps in peace'
  if (world.network.connectionCount !== 2)
    return `${world.network.connectionCount} ends of connections in peace`
  for (const { session } of both) session.stop({ subcode: 2 })
  world.seconds(200)
  const left = world.scheduler.waiting + (world.network.connectionCount as number)
  return left === 0 ? '' : `${left} timers or connections left`
}

t.test('random lives (T-FSM-12)', async t => {
  const failures: string[] = []
  for (let seed = 1; seed <= 300; seed++) {
    const failure = run(seed)
    if (failure !== '') failures.push(`seed ${seed}: ${failure}`)
  }
  t.same(failures, [])
})
