import fc from 'fast-check'
import t from 'tap'
import { Retention, type RetentionOwner } from '../../../src/bgp/peer/retention.js'
import { AdjIn } from '../../../src/bgp/rib/adj-in.js'
import { WellKnown } from '../../../src/bgp/rib/attribute-set.js'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import type { Table } from '../../../src/bgp/rib/table.js'
import type { CloseReason } from '../../../src/bgp/session/handler.js'
import { inet } from '../../../src/bgp/wire/family/inet.js'
import type { Negotiated } from '../../../src/bgp/wire/negotiate.js'
import { Nlri } from '../../../src/bgp/wire/nlri.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { bgpSource, inetTable, intern, key, pathsOf, ribContext } from '../rib/rib-helpers.js'

const restartSeconds = 100
const longLivedSeconds = 1000
/** Time runs this much faster where walks take time: then events fall into them. */
const hurry = 1000
const prefixes = ['10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16']
/** This one must not outlive the restart time. */
const noLongLived = '10.3.0.0/16'

const lost: CloseReason = { cause: 'connection-lost', notification: undefined, what: '' }
const shutDown: CloseReason = {
  cause: 'notification-sent',
  notification: { code: 6, subcode: 2, text: '', data: new Uint8Array(0), at: 0 },
  what: ''
}

function negotiated(fit: boolean, longLived: boolean, divisor: number): Negotiated {
  const code = { afi: 1, safi: 1, forwardingPreserved: true }
  return {
    families: [{ family: inet }],
    gracefulNotification: fit,
    ...(fit && {
      peerGracefulRestart: {
        notification: true,
        restartTimeSeconds: restartSeconds / divisor,
        families: [code]
      }
    }),
    ...(fit && longLived && { peerLongLived: [{ ...code, staleTimeSeconds: longLivedSeconds / divisor }] })
  } as unknown as Negotiated
}

/** One peer with one family, without its session. */
class Subject implements RetentionOwner {
  readonly scheduler: VirtualScheduler
  readonly context = ribContext()
  readonly table = inetTable(this.context)
  readonly source = bgpSource('peer')
  readonly adjIns = new Map<Table, AdjIn>()
  readonly retention = new Retention(this)
  up: Negotiated | undefined
  /** The machine has asked for the session to be closed. */
  unfit = false

  constructor(
    seed: number,
    readonly restartHelp: { readonly enabled: boolean; readonly controlNode: boolean },
    readonly longLived: boolean,
    readonly divisor = 1
  ) {
    this.scheduler = new VirtualScheduler(seed)
  }

  unfitToReturn(): void {
    this.unfit = true
  }

  mostKept(): number {
    return Number.POSITIVE_INFINITY
  }

  endOfRibGivenUp(): void {
    this.retention.endOfRib(inet)
  }

  settled(): void {}

  establish(fit: boolean): void {
    this.up = negotiated(fit, this.longLived, this.divisor)
    this.retention.returned(this.up)
  }

  close(reason: CloseReason): void {
    const { up } = this
    this.up = undefined
    this.unfit = false
    if (up !== undefined) this.retention.closed(reason, up)
  }

  announce(prefix: string): void {
    const attributes = intern(
      this.context.attributes,
      prefix === noLongLived ? { communities: [WellKnown.noLlgr] } : {}
    )
    let adjIn = this.adjIns.get(this.table)
    if (adjIn === undefined) this.adjIns.set(this.table, (adjIn = new AdjIn(this.table, this.source)))
    adjIn.update(nlri(prefix), attributes, 0)
    this.context.attributes.release(attributes)
  }

  withdraw(prefix: string): void {
    this.adjIns.get(this.table)?.withdraw(nlri(prefix))
  }

  /** `10.0.0.0/8`, `10.0.0.0/8 stale`, `… llgr`. */
  routes(): string[] {
    return prefixes.flatMap(prefix => {
      const [path] = pathsOf(this.table.find(key(prefix)))
      if (path === undefined) return []
      const { flags } = path
      return `${prefix}${(flags & PathFlag.llgrStale) !== 0 ? ' llgr' : (flags & PathFlag.stale) !== 0 ? ' stale' : ''}`
    })
  }
}

const message = new Nlri()
function nlri(prefix: string): Nlri {
  const bytes = key(prefix)
  message.setKey(bytes, 0, bytes.length)
  message.label = 0
  message.l3Label = -1
  message.pathId = 0
  return message
}

type Route = 'fresh' | 'stale' | 'llgr'

/** The same in one page, with walks that take no time. */
class Model {
  readonly routes = new Map<string, Route>()
  now = 0
  up = false
  /** When the peer was first lost, in an episode that is not over. */
  since: number | undefined

  constructor(
    readonly controlNode: boolean,
    readonly longLived: boolean
  ) {}

  #isLongLived(): boolean {
    return this.longLived && this.since !== undefined && this.now >= this.since + restartSeconds
  }

  #drop(which: (route: Route) => boolean): void {
    for (const [prefix, route] of this.routes) if (which(route)) this.routes.delete(prefix)
  }

  #over(which: (route: Route) => boolean): void {
    this.#drop(which)
    this.since = undefined
  }

  /** False: the session is to be closed. */
  establish(fit: boolean): boolean {
    this.up = true
    if (this.since === undefined) return true
    if (!fit && this.controlNode) {
      this.#over(() => true)
      return false
    }
    if (!fit) this.endOfRib()
    return true
  }

  endOfRib(): void {
    if (this.up) this.#over(route => route !== 'fresh')
  }

  close(graceful: boolean): void {
    if (!this.up) return
    this.up = false
    if (!graceful) {
      this.#over(() => true)
      return
    }
    if (this.routes.size === 0 && this.since === undefined) return
    for (const [prefix, route] of this.routes) if (route === 'fresh') this.routes.set(prefix, 'stale')
    this.since ??= this.now
    this.#tick()
  }

  pass(seconds: number): void {
    for (; seconds > 0; seconds--) {
      this.now++
      this.#tick()
    }
  }

  #tick(): void {
    if (this.since === undefined) return
    const away = this.now - this.since
    const limit = restartSeconds + (this.longLived ? longLivedSeconds : 0)
    if (!this.up && away >= restartSeconds && this.longLived) {
      for (const [prefix, route] of this.routes) if (route === 'stale') this.routes.set(prefix, 'llgr')
      this.routes.delete(noLongLived)
    }
    if (!this.up && away >= limit) this.#over(() => true)
    if (this.up && this.clockRuns && away >= limit) this.endOfRib()
    if (this.up && this.controlNode && away >= restartSeconds && !this.wasLongLived) this.endOfRib()
  }

  /** Set by the one who drives it: the peer came back when its routes were long-lived stale already. */
  wasLongLived = false
  get clockRuns(): boolean {
    return this.controlNode || this.wasLongLived
  }

  returnsLongLived(): void {
    this.wasLongLived = this.#isLongLived()
  }

  print(): string[] {
    return prefixes.flatMap(prefix => {
      const route = this.routes.get(prefix)
      return route === undefined ? [] : `${prefix}${route === 'fresh' ? '' : ` ${route}`}`
    })
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('announce' as const), prefix: fc.constantFrom(...prefixes) })
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('withdraw' as const), prefix: fc.constantFrom(...prefixes) })
  },
  { weight: 3, arbitrary: fc.constant({ do: 'lose' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'shutDown' as const }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('return' as const), fit: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ do: 'endOfRib' as const }) },
  { weight: 4, arbitrary: fc.constant({ do: 'slice' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 50, 99, 120, 1000) })
  }
)
const world = fc.record({
  steps: fc.array(step, { maxLength: 30, size: 'max' }),
  seed: fc.nat(),
  controlNode: fc.boolean(),
  longLived: fc.boolean()
})

t.test('losses, returns, End-of-RIBs and time end with the routes that the model says', async () => {
  fc.assert(
    fc.property(world, ({ steps, seed, controlNode, longLived }) => {
      const subject = new Subject(seed, { enabled: true, controlNode }, longLived)
      const model = new Model(controlNode, longLived)
      for (const one of steps) {
        const isUp = subject.up !== undefined
        if (one.do === 'announce' && isUp) {
          subject.announce(one.prefix)
          model.routes.set(one.prefix, 'fresh')
        } else if (one.do === 'withdraw' && isUp) {
          subject.withdraw(one.prefix)
          model.routes.delete(one.prefix)
        } else if ((one.do === 'lose' || one.do === 'shutDown') && isUp) {
          // Only a session that agreed on it is lost gracefully.
          const graceful = one.do === 'lose' && subject.up?.peerGracefulRestart !== undefined
          subject.close(one.do === 'lose' ? lost : shutDown)
          model.close(graceful)
        } else if (one.do === 'return' && !isUp) {
          if (!subject.retention.ready) throw new Error('not ready although nothing happens any more')
          model.returnsLongLived()
          subject.establish(one.fit)
          const stays = model.establish(one.fit)
          if (subject.unfit === stays) throw new Error(`unfit ${subject.unfit}, stays ${stays}`)
          if (subject.unfit) {
            subject.close(shutDown)
            model.close(false)
          }
        } else if (one.do === 'endOfRib' && isUp) {
          subject.retention.endOfRib(inet)
          model.endOfRib()
        } else if (one.do === 'pass') {
          subject.scheduler.run(one.seconds * 1000)
          model.pass(one.seconds)
        }
        subject.scheduler.run(0)
        const [found, wanted] = [subject.routes().join(', '), model.print().join(', ')]
        if (found !== wanted) throw new Error(`after ${one.do}: found ${found}, wanted ${wanted}`)
        const freshPaths = subject.adjIns.get(subject.table)?.freshPaths ?? 0
        const fresh = [...model.routes.values()].filter(route => route === 'fresh').length
        if (freshPaths !== fresh) throw new Error(`after ${one.do}: counted ${freshPaths} fresh of ${fresh}`)
      }
    }),
    { numRuns: 2000, seed: 12 }
  )
})

t.test(
  'nothing stale is left and withdrawing leaves no trace, however walks and events interleave',
  async () => {
    fc.assert(
      fc.property(world, ({ steps, seed, controlNode, longLived }) => {
        const subject = new Subject(seed, { enabled: true, controlNode }, longLived, hurry)
        /** What the session that is up has announced, and whether it has said that this is all. */
        const said = new Set<string>()
        let ended = false
        const close = (reason: CloseReason): void => {
          subject.close(reason)
          said.clear()
          ended = false
        }
        const check = (): void => {
          const routes = subject.routes()
          const fresh = [...said].filter(prefix => !routes.includes(prefix))
          if (fresh.length > 0) throw new Error(`not fresh: ${fresh.join()} in ${routes.join()}`)
          if (ended && routes.length > said.size)
            throw new Error(`stale after all was said: ${routes.join()}`)
        }
        for (const one of steps) {
          const isUp = subject.up !== undefined
          if (one.do === 'announce' && isUp) {
            subject.announce(one.prefix)
            said.add(one.prefix)
          } else if (one.do === 'withdraw' && isUp) {
            subject.withdraw(one.prefix)
            said.delete(one.prefix)
          } else if (one.do === 'lose' || one.do === 'shutDown') {
            close(one.do === 'lose' ? lost : shutDown)
          } else if (one.do === 'return' && !isUp && subject.retention.ready) {
            subject.establish(one.fit)
          } else if (one.do === 'endOfRib' && isUp) {
            subject.retention.endOfRib(inet)
            ended = true
          } else if (one.do === 'slice') {
            let left = 1
            subject.scheduler.runUntil(() => left-- === 0, (restartSeconds * 1000) / hurry)
          } else if (one.do === 'pass') {
            subject.scheduler.run((one.seconds * 1000) / hurry)
          }
          if (subject.unfit) close(shutDown)
          if (one.do === 'pass') check()
        }
        subject.scheduler.run(10_000)
        check()
        close(lost)
        subject.scheduler.run(10_000)
        if (subject.table.size + subject.adjIns.size + subject.context.attributes.size !== 0)
          throw new Error(`traces: ${subject.routes().join()}`)
        if (!subject.retention.idle || subject.scheduler.waiting !== 0) throw new Error('timers')
      }),
      { numRuns: 3000, seed: 12 }
    )
  }
)
