/**
 * Whatever routes, policies, sessions and slow readers do: once all is quiet, each neighbour has what a session that
 * begins now would be told. Neighbours of all kinds around one node, each a source of routes as well.
 */
import fc from 'fast-check'
import t from 'tap'
import { withOptionalCapabilities } from '../../../src/bgp/peer/peer-options.js'
import type { PeerPolicy } from '../../../src/bgp/peer/peer-policy.js'
import { offer } from '../../../src/bgp/session/offer.js'
import { Role } from '../../../src/bgp/wire/capabilities.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { RefreshKind } from '../../../src/bgp/wire/route-refresh.js'
import { type Announcement, LabRouter } from '../../../src/lab/router.js'
import { Lab, type LabNode, type PeerOptions } from '../peer/lab.js'

const own = { address: '10.0.0.100', as: 65001 }
const inet = familyNamed('inet')!

interface Kind {
  readonly what: string
  readonly as: number
  readonly policy?: Partial<PeerPolicy>
  readonly controlNode?: true
  readonly addPath?: true
  readonly role?: Role
  /** It keeps its routes over a restart, and long-lived. */
  readonly restarts?: true
}

const kinds: readonly Kind[] = [
  { what: 'internal', as: 65001 },
  { what: 'internal, ADD-PATH', as: 65001, addPath: true },
  { what: 'client that restarts', as: 65001, restarts: true, policy: { reflectorClient: true } },
  { what: 'non-client', as: 65001, policy: { reflectorClient: false } },
  { what: 'control node', as: 65001, controlNode: true },
  { what: 'external that restarts', as: 65101, restarts: true },
  { what: 'external customer', as: 65102, role: Role.customer },
  { what: 'external, its AS overridden, ADD-PATH', as: 65103, addPath: true, policy: { asOverride: true } }
]
const counterpart = { [Role.customer]: Role.provider } as Record<Role, Role>
const addressOf = (who: number): string => `10.0.0.${who + 1}`

class Scene {
  readonly lab: Lab
  readonly node: LabNode
  readonly routers: readonly LabRouter[]
  readonly #policies: Partial<PeerPolicy>[] = kinds.map(({ policy = {} }) => policy)

  constructor(seed: number) {
    this.lab = new Lab(seed, { windowBytes: 400, highWaterBytes: 600 })
    this.node = this.lab.node(own.address, own.as)
    this.routers = kinds.map((kind, who) => {
      this.node.peer({ address: addressOf(who), as: kind.as }, this.#options(who))
      const router = this.#router(kind, who)
      router.start()
      return router
    })
    this.lab.seconds(5)
  }

  #options(who: number): PeerOptions {
    const { as, role, addPath, restarts, controlNode } = kinds[who]!
    const gracefulRestart = { keepsRoutes: true, restartTimeSeconds: 20 }
    const offered = {
      gracefulRestart,
      ...(restarts && { longLivedStaleSeconds: 100_000 }),
      ...(role !== undefined && { role: counterpart[role] })
    }
    const to = { address: addressOf(who), as }
    const [session] = this.node.settings(to, { offer: offered })
    const capabilities = withOptionalCapabilities(session.capabilities, addPath ? { addPath: 'both' } : {})
    return {
      session: { passive: true, capabilities },
      policy: this.#policies[who]!,
      ...(controlNode && { receive: { controlNode } })
    }
  }

  #router({ what, as, addPath, role, restarts }: Kind, who: number): LabRouter {
    const families = [{ family: inet, ...(addPath && { addPathReceive: true, addPathSend: true }) }]
    return new LabRouter({
      scheduler: this.lab.scheduler,
      transport: this.lab.network.host(addressOf(who)),
      name: what,
      as,
      address: addressOf(who),
      families: ['inet'],
      neighbors: [own],
      session: {
        idleHoldSeconds: 1,
        maximumIdleHoldSeconds: 1,
        capabilities: offer({
          localAs: as,
          families,
          ...(role !== undefined && { role }),
          ...(restarts && {
            gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 5 },
            longLivedStaleSeconds: 100_000
          })
        })
      }
    })
  }

  changePolicy(who: number, policy: Partial<PeerPolicy>): void {
    this.#policies[who] = { ...this.#policies[who], ...policy }
    const to = { address: addressOf(who), as: kinds[who]!.as }
    this.peer(who).update(...this.node.settings(to, this.#options(who)))
  }

  peer(who: number) {
    return this.node.peers.get(addressOf(who))!
  }

  session(who: number) {
    return this.routers[who]!.sessions.get(own.address)!.session
  }

  /** What the neighbour has been told, in order; path ids may differ from session to session. */
  view(who: number): string[] {
    return [...this.routers[who]!.routes('inet').values()]
      .map(({ pathId: _, ...route }) => JSON.stringify(route))
      .sort()
  }

  rest(): void {
    for (const who of kinds.keys()) this.lab.network.resumeReading(addressOf(who))
    this.lab.seconds(120)
  }
}

const who = fc.nat(kinds.length - 1)
const prefix = fc.nat(5).map(n => `10.${n}.0.0/16`)
const announcement = fc.record({
  med: fc.nat(2),
  pathId: fc.integer({ min: 1, max: 2 }),
  hops: fc.constantFrom('', '65300', '64999 65300', '65101', '65103 65300'),
  community: fc.constantFrom(undefined, undefined, undefined, 'no-export', 'no-advertise', 'no-llgr')
})
const policy = fc.constantFrom<Partial<PeerPolicy>>(
  { privateAsAction: 'remove-all' },
  { privateAsAction: undefined },
  { asOverride: true },
  { asOverride: false },
  { reflectorClient: true },
  { reflectorClient: false },
  { reflectorClient: undefined },
  { tunnelEncapsulations: new Map([['inet', [8]]]) },
  { tunnelEncapsulations: new Map() }
)
const announces = fc.record({ do: fc.constant('announce' as const), who, prefix, announcement })
const deed = fc.oneof(
  announces,
  announces,
  fc.record({ do: fc.constant('withdraw' as const), who, prefix, pathId: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ do: fc.constant('policy' as const), who, policy }),
  fc.record({
    do: fc.constantFrom(
      ...(['pause', 'resume', 'refresh', 'sendAgain', 'askAgain', 'crash', 'shut', 'start'] as const)
    ),
    who
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 20, 200, 8000) })
)
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never

function perform(scene: Scene, deed: Deed): void {
  if (deed.do === 'wait') {
    scene.lab.scheduler.run(deed.ms)
    return
  }
  const { who } = deed
  const router = scene.routers[who]!
  const session = scene.session(who)
  const { as, addPath } = kinds[who]!
  const pathIdOf = (pathId: number): number => (addPath ? pathId : 0)
  switch (deed.do) {
    case 'announce': {
      const { med, pathId, hops, community } = deed.announcement
      const route: Announcement = {
        med,
        pathId: pathIdOf(pathId),
        asPath: [...(as === own.as ? [] : [as]), ...(hops === '' ? [] : [hops])].join(' '),
        ...(community !== undefined && { communities: [community] })
      }
      router.announce('inet', deed.prefix, route)
      break
    }
    case 'withdraw':
      router.withdraw('inet', deed.prefix, pathIdOf(deed.pathId))
      break
    case 'policy':
      scene.changePolicy(who, deed.policy)
      break
    case 'pause':
      scene.lab.network.pauseReading(addressOf(who))
      break
    case 'resume':
      scene.lab.network.resumeReading(addressOf(who))
      break
    case 'refresh':
      session.sendRouteRefresh({ afi: 1, safi: 1, kind: RefreshKind.request })
      break
    case 'sendAgain':
      scene.peer(who).clearSoftOut()
      break
    case 'askAgain':
      scene.peer(who).clearSoftIn()
      break
    case 'crash':
      session.stop('silent')
      break
    case 'shut':
      session.stop({ subcode: 2 })
      break
    case 'start':
      session.start()
      break
  }
}

const isUp = (scene: Scene, who: number): boolean => scene.session(who).state === 'established'

/** For numbers that make failures: `WEFT_RUNS=2000`. */
const numRuns = Number(process.env.WEFT_RUNS ?? 40)

t.test('each neighbour has what a session that begins now would be told', async () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.array(deed, { minLength: 10, maxLength: 60 }), (seed, deeds) => {
      const scene = new Scene(seed)
      for (const each of deeds) perform(scene, each)
      scene.rest()
      const all = [...kinds.keys()]
      const before = all.map(who => scene.view(who))
      for (const who of all) {
        if (!isUp(scene, who)) continue
        const family = [...scene.peer(who).families.values()][0]!
        const { sent } = family.ribOut!
        check(sent.countFor(family) === before[who]!.length, who, `${sent.countFor(family)} counted`)
        check(family.counts.endOfRibSent === 1, who, 'one End-of-RIB')
      }
      for (const who of all) {
        if (!isUp(scene, who)) continue
        scene.session(who).clear({ subcode: 4 })
        scene.lab.seconds(60)
        check(isUp(scene, who), who, 'back')
        check(
          scene.view(who).join('\n') === before[who]!.join('\n'),
          who,
          `${before[who]!.join('\n')}\nbut now\n${scene.view(who).join('\n')}`
        )
      }
      for (const who of all)
        check(scene.view(who).join() === before[who]!.join(), who, 'nobody else is told otherwise')
      for (const router of scene.routers)
        for (const { errors } of router.sessions.values())
          if (errors.length > 0) throw new Error(errors[0]!.what)
      // And all can be undone.
      for (const who of all) scene.session(who).start()
      scene.lab.seconds(60)
      for (const router of scene.routers)
        for (let n = 0; n <= 5; n++) for (const id of [0, 1, 2]) router.withdraw('inet', `10.${n}.0.0/16`, id)
      scene.lab.seconds(60)
      for (const router of scene.routers) router.stop()
      scene.lab.seconds(60)
      return scene.node.table().indexEnd === 0 && scene.node.context.attributes.size === 0
    }),
    { numRuns }
  )
})

function check(holds: boolean, who: number, what: string): void {
  if (!holds) throw new Error(`${kinds[who]!.what}: ${what}`)
}
