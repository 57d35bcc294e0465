import fc from 'fast-check'
import t from 'tap'
import type { Audience, Audiences } from '../../../src/bgp/export/audience.js'
import { delayBoundsMs } from '../../../src/bgp/export/delay-counts.js'
import type { Exporter, PackGroup, ReceiverLookup } from '../../../src/bgp/export/exporter.js'
import type { Receiver, Segment } from '../../../src/bgp/export/receiver.js'
import type { RibOut } from '../../../src/bgp/export/rib-out.js'
import { RibOuts } from '../../../src/bgp/export/rib-outs.js'
import { patienceMs } from '../../../src/bgp/export/step.js'
import { type AttributeSet, Trait } from '../../../src/bgp/rib/attribute-set.js'
import type { Path } from '../../../src/bgp/rib/path.js'
import type { Source } from '../../../src/bgp/rib/source.js'
import type { RibContext, Table } from '../../../src/bgp/rib/table.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { announce, bgpSource, inetTable, ribContext, withdraw } from '../rib/rib-helpers.js'
import { groupOf } from './pack-groups.js'

/** Says in text what it is given: '+prefix med' and '-prefix', a line each; splits horizon by the best path. */
class TextExporter implements Exporter<AttributeSet> {
  readonly key: string
  #lines: string[] = []
  #announced = 0
  #withdrawn = 0
  constructor(
    private readonly context: RibContext,
    private readonly highestMed = Number.POSITIVE_INFINITY,
    readonly routesPerSlice = 8
  ) {
    this.key = `text ${highestMed}`
  }
  evaluate(_table: Table, _index: number, best: Path): AttributeSet | undefined {
    if (best.attributes.facts.med > this.highestMed) return undefined
    return (best.attributes.traits & Trait.noAdvertise) !== 0
      ? undefined
      : this.context.attributes.hold(best.attributes)
  }
  audience(
    _table: Table,
    _index: number,
    best: Path,
    audiences: Audiences,
    receivers: ReceiverLookup
  ): Audience {
    const sender = receivers.receiverOf(best)
    return sender === undefined ? audiences.everyone : audiences.allButOne(sender)
  }
  same(a: AttributeSet, b: AttributeSet): boolean {
    return a === b
  }
  release(state: AttributeSet): void {
    this.context.attributes.release(state)
  }
  groupOf(state: AttributeSet): PackGroup {
    return groupOf(state)
  }
  explain(): { advertised: boolean; reason: string } {
    return { advertised: true, reason: '' }
  }
  beginAnnounce(): void {}
  announce(table: Table, index: number, state: AttributeSet): void {
    this.#lines.push(`+${printAt(table, index)} ${state.facts.med}`)
    this.#announced++
  }
  beginWithdraw(): void {}
  withdraw(table: Table, index: number): void {
    this.#lines.push(`-${printAt(table, index)}`)
    this.#withdrawn++
  }
  end(): void {}
  take(): Segment | undefined {
    if (this.#lines.length === 0) return undefined
    const chunk = Buffer.from(this.#lines.join('\n'))
    const segment = {
      chunks: [chunk],
      bytes: chunk.length,
      messages: 1,
      announced: this.#announced,
      withdrawn: this.#withdrawn
    }
    this.#lines = []
    this.#announced = this.#withdrawn = 0
    return segment
  }
}

function printAt(table: Table, index: number): string {
  return table.family.print(table.keys, table.keyStart(index), table.keyEnd(index))
}

/** Keeps what it was told, as a routing table would. */
class Listener implements Receiver {
  readonly told = new Map<string, number>()
  readonly log: string[] = []
  synchronisations = 0
  full = false
  constructor(
    readonly name: string,
    readonly source: Source | undefined,
    /** Like a session that several tables share, it says by itself when it is full. */
    private readonly saysWhenFull = false
  ) {}
  get isBlocked(): boolean {
    return this.saysWhenFull && this.full
  }
  deliver(segments: readonly Segment[]): boolean {
    for (const segment of segments) {
      for (const line of Buffer.concat(segment.chunks).toString().split('\n')) {
        this.log.push(line)
        const [prefix, med] = line.slice(1).split(' ')
        if (line[0] === '+') this.told.set(prefix!, Number(med))
        else this.told.delete(prefix!)
      }
    }
    return !this.full
  }
  synchronised(): void {
    this.synchronisations++
  }
}

function world(seed = 1, turnOverChance = 0) {
  const scheduler = new VirtualScheduler(seed, { turnOverChance })
  const context = ribContext()
  const table = inetTable(context)
  const ribOuts = new RibOuts(scheduler)
  const join = (listener: Listener): RibOut<AttributeSet> =>
    ribOuts.join(table, listener, new TextExporter(context))
  return { scheduler, context, table, ribOuts, join }
}

t.test('a change is told once, and one that is taken back before it is told is not told', async t => {
  const { scheduler, context, table, join } = world()
  const source = bgpSource('10.0.0.9')
  const listener = new Listener('a', undefined)
  join(listener)
  scheduler.run(1)
  t.equal(listener.synchronisations, 1, 'an empty table is told at once')
  announce(context, table, '10.1.0.0/16', source, { med: 1 })
  announce(context, table, '10.1.0.0/16', source, { med: 2 })
  scheduler.run(1)
  t.strictSame(listener.log, ['+10.1.0.0/16 2'])
  announce(context, table, '10.1.0.0/16', source, { med: 3 })
  announce(context, table, '10.1.0.0/16', source, { med: 2 })
  scheduler.run(1)
  t.equal(listener.log.length, 1, 'back to what was told')
  announce(context, table, '10.2.0.0/16', source)
  withdraw(table, '10.2.0.0/16', source)
  scheduler.run(1)
  t.equal(listener.log.length, 1, 'come and gone')
  withdraw(table, '10.1.0.0/16', source)
  scheduler.run(1)
  t.strictSame(listener.log.slice(1), ['-10.1.0.0/16'])
})

t.test('who joins is told the table first and then synchronised, and the others nothing', async t => {
  const { scheduler, context, table, join } = world()
  const source = bgpSource('10.0.0.9')
  const first = new Listener('a', undefined)
  join(first)
  for (let i = 0; i < 50; i++) announce(context, table, `10.${i}.0.0/16`, source, { med: i })
  scheduler.run(1)
  const told = first.log.length
  const second = new Listener('b', undefined)
  join(second)
  scheduler.run(1)
  t.equal(first.log.length, told)
  t.equal(second.told.size, 50)
  t.equal(second.log.length, 50, 'each route once')
  t.equal(second.synchronisations, 1)
})

t.test(
  'a route is not told to the session it came from, and withdrawn from it when it comes to be best',
  async t => {
    const { scheduler, context, table, join } = world()
    const [one, two] = [bgpSource('10.0.0.1'), bgpSource('10.0.0.2')]
    const [a, b] = [new Listener('a', one), new Listener('b', two)]
    join(a)
    join(b)
    announce(context, table, '10.1.0.0/16', one, { localPref: 100, med: 1 })
    scheduler.run(1)
    t.strictSame([...b.told], [['10.1.0.0/16', 1]])
    t.equal(a.told.size, 0)
    announce(context, table, '10.1.0.0/16', two, { localPref: 200, med: 2 })
    scheduler.run(1)
    t.strictSame([...a.told], [['10.1.0.0/16', 2]])
    t.equal(b.told.size, 0)
  }
)

t.test('a receiver that never reads holds no one up, and catches up in few words', async t => {
  const { scheduler, context, table, join } = world()
  const source = bgpSource('10.0.0.9')
  const [fast, slow] = [new Listener('fast', undefined), new Listener('slow', undefined)]
  const ribOut = join(fast)
  join(slow)
  scheduler.run(1)
  slow.full = true
  for (let round = 1; round <= 200; round++) {
    for (let i = 0; i < 20; i++) announce(context, table, `10.${i}.0.0/16`, source, { med: round * 100 + i })
    scheduler.run(10)
  }
  scheduler.run(1000)
  t.equal(fast.told.get('10.3.0.0/16'), 20003)
  t.ok(slow.log.length <= 40, `told ${slow.log.length} changes before it was left behind`)
  t.equal(ribOut.laggardCount, 1)
  const before = slow.log.length
  slow.full = false
  ribOut.resume(slow)
  scheduler.run(10)
  t.strictSame(new Map([...slow.told].sort()), new Map([...fast.told].sort()))
  t.equal(slow.log.length - before, 20, 'the last state of each route, once')
  t.equal(ribOut.laggardCount, 0)
})

t.test('each time that a receiver is full it is waited for as long', async t => {
  const { scheduler, context, table, join } = world()
  const source = bgpSource('10.0.0.9')
  const [a, b] = [new Listener('a', undefined), new Listener('b', undefined)]
  const ribOut = join(a)
  join(b)
  scheduler.run(1)
  /** The first change fills it, and the second waits for it. */
  const fill = (receiver: Listener, med: number): void => {
    receiver.full = true
    for (const prefix of ['10.1.0.0/16', '10.2.0.0/16']) {
      announce(context, table, prefix, source, { med })
      scheduler.run(1)
    }
  }
  fill(a, 1)
  scheduler.run(patienceMs - 10)
  a.full = false
  ribOut.resume(a)
  scheduler.run(1)
  fill(b, 2)
  scheduler.run(patienceMs - 10)
  t.equal(ribOut.laggardCount, 0, 'and not for what the other has left of its time')
  scheduler.run(20)
  t.equal(ribOut.laggardCount, 1)
})

t.test('how long changes wait: of those in step, of one left behind, and of all that were told', async t => {
  const { scheduler, context, table, ribOuts, join } = world()
  const source = bgpSource('10.0.0.9')
  const [fast, slow] = [new Listener('fast', undefined), new Listener('slow', undefined)]
  const ribOut = join(fast)
  join(slow)
  scheduler.run(1)
  t.equal(ribOut.waitsSince(fast), undefined)
  const delays = ribOuts.delays.get(table.family)!
  const first = scheduler.now()
  for (let i = 0; i < 20; i++) announce(context, table, `10.${i}.0.0/16`, source)
  t.equal(ribOut.waitsSince(fast), first)
  slow.full = true
  scheduler.run(10)
  t.equal(delays.count, 0, 'all but one have been told the first slice of it')
  t.equal(ribOut.waitsSince(fast), first, 'the group waits for the one that is full')
  scheduler.run(patienceMs)
  t.equal(ribOut.waitsSince(fast), undefined)
  t.equal(delays.count, 1, 'once for all that changed together')
  t.ok(delays.sumMs >= patienceMs - 10 && delays.sumMs <= patienceMs + 10)
  t.equal(delays.buckets[delayBoundsMs.indexOf(100)]! + delays.buckets[delayBoundsMs.indexOf(200)]!, 1)
  const behind = ribOut.waitsSince(slow)!
  t.ok(behind > first && behind <= first + patienceMs + 10)
  t.equal(ribOut.laggardsWaitSince, behind)
  scheduler.run(1000)
  announce(context, table, '10.99.0.0/16', source)
  scheduler.run(1)
  t.equal(ribOut.waitsSince(slow), behind, 'the oldest counts')
  slow.full = false
  ribOut.resume(slow)
  scheduler.run(10)
  t.equal(ribOut.waitsSince(slow), undefined)
  t.equal(delays.count, 2)
})

t.test('leaving and ending leaves nothing behind', async t => {
  const { scheduler, context, table, ribOuts, join } = world()
  const source = bgpSource('10.0.0.9')
  const listener = new Listener('a', undefined)
  const ribOut = join(listener)
  for (let i = 0; i < 100; i++) announce(context, table, `10.${i}.0.0/16`, source, { med: i })
  scheduler.run(1)
  ribOuts.leave(table, ribOut, listener)
  for (let i = 0; i < 100; i++) withdraw(table, `10.${i}.0.0/16`, source)
  scheduler.run(1)
  t.equal(table.listenerCount, 0)
  t.equal(context.attributes.size, 0)
  t.equal(table.indexEnd, 0)
  t.strictSame([...ribOuts.all()], [])
})

t.test('who moves to another policy keeps what both tell, and loses the rest', async t => {
  const { scheduler, context, table, ribOuts, join } = world()
  const source = bgpSource('10.0.0.9')
  const [stays, moves] = [new Listener('a', undefined), new Listener('b', undefined)]
  const all = join(stays)
  join(moves)
  for (let i = 0; i < 50; i++) announce(context, table, `10.${i}.0.0/16`, source, { med: i })
  scheduler.run(1)
  const few = ribOuts.move(table, all, moves, new TextExporter(context, 9))
  withdraw(table, '10.3.0.0/16', source)
  withdraw(table, '10.40.0.0/16', source)
  scheduler.run(1)
  t.equal(moves.told.size, 9)
  t.equal(moves.told.get('10.9.0.0/16'), 9)
  t.equal(stays.told.size, 48)
  t.equal(moves.synchronisations, 2)
  ribOuts.leave(table, few, moves)
  ribOuts.leave(table, all, stays)
  for (let i = 0; i < 50; i++) withdraw(table, `10.${i}.0.0/16`, source)
  scheduler.run(1)
  t.equal(context.attributes.size, 0)
  t.equal(table.indexEnd, 0)
})

t.test('who asks for everything again while it lags loses no withdrawal', async t => {
  const { scheduler, context, table, join } = world()
  const source = bgpSource('10.0.0.9')
  const slow = new Listener('slow', undefined, true)
  const ribOut = join(slow)
  for (let i = 0; i < 20; i++) announce(context, table, `10.${i}.0.0/16`, source)
  scheduler.run(1)
  slow.full = true
  announce(context, table, '10.30.0.0/16', source)
  scheduler.run(200)
  t.equal(ribOut.laggardCount, 1)
  withdraw(table, '10.3.0.0/16', source)
  scheduler.run(1)
  ribOut.repeat(slow)
  slow.full = false
  ribOut.resume(slow)
  scheduler.run(10)
  t.equal(slow.told.size, 20)
  t.notOk(slow.told.has('10.3.0.0/16'))
})

t.test('who moves on before it has lost what the first policy told it loses it all the same', async t => {
  const { scheduler, context, table, ribOuts, join } = world()
  const source = bgpSource('10.0.0.9')
  for (let i = 0; i < 30; i++) announce(context, table, `10.${i}.0.0/16`, source, { med: i })
  const [moves, stays] = [new Listener('a', undefined), new Listener('b', undefined)]
  const all = join(moves)
  join(stays)
  scheduler.run(1)
  const few = ribOuts.move(table, all, moves, new TextExporter(context, 9))
  const fewest = ribOuts.move(table, few, moves, new TextExporter(context, 4))
  scheduler.run(1)
  t.equal(moves.told.size, 5)
  t.ok(fewest.isInSync(moves))
  t.equal(stays.log.length, 30)
})

/** Turns of the event loop that are over at once: three receivers in step, and one has been told of a withdrawal. */
function halfDelivered() {
  const made = world(1, 1)
  const { scheduler, context, table, join } = made
  const source = bgpSource('10.0.0.9')
  const listeners = ['a', 'b', 'c'].map(name => new Listener(name, undefined))
  const ribOuts = listeners.map(join)
  for (let i = 0; i < 20; i++) announce(context, table, `10.${i}.0.0/16`, source, { med: i })
  scheduler.run(1)
  withdraw(table, '10.3.0.0/16', source)
  const [first, second, third] = listeners as [Listener, Listener, Listener]
  scheduler.runUntil(() => first.told.size === 19, 0)
  return { ...made, ribOut: ribOuts[0]!, source, first, second, third }
}

t.test('a delivery goes to as many in a turn as there is time for, and is over before the next', async t => {
  const { scheduler, context, table, ribOut, source, first, second, third } = halfDelivered()
  t.strictSame([first.told.size, second.told.size, third.told.size], [19, 20, 20])
  t.notOk(ribOut.isInSync(third))
  announce(context, table, '10.3.0.0/16', source, { med: 77 })
  scheduler.runUntil(() => second.told.size === 19, 0)
  t.strictSame([first.told.size, third.told.size], [19, 20])
  scheduler.run(1)
  for (const listener of [first, second, third]) t.equal(listener.told.get('10.3.0.0/16'), 77)
  t.ok(ribOut.isInSync(third))
})

t.test('who falls out of step before a delivery has reached it is told of it all the same', async t => {
  const { scheduler, ribOut, second, third } = halfDelivered()
  ribOut.repeat(second)
  third.full = true
  Object.defineProperty(third, 'isBlocked', { get: () => third.full })
  scheduler.run(200)
  t.equal(second.told.size, 19)
  t.strictSame([third.told.size, ribOut.laggardCount], [20, 1], 'nothing is given to a full session')
  third.full = false
  ribOut.resume(third)
  scheduler.run(1)
  t.equal(third.told.size, 19)
  t.ok(ribOut.isInSync(second) && ribOut.isInSync(third))
})

t.test('who moves away before a delivery has reached it loses what it withdraws', async t => {
  const { scheduler, context, table, ribOuts, ribOut, second, third } = halfDelivered()
  const few = ribOuts.move(table, ribOut, third, new TextExporter(context, 9))
  ribOuts.leave(table, ribOut, second)
  scheduler.run(1)
  t.equal(third.told.size, 9)
  t.equal(second.told.size, 20, 'and who leaves is told nothing')
  t.ok(few.isInSync(third))
})

t.test('nobody counts as told everything while a delivery is on its way to it', async t => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  for (let seed = 0; seed < 20; seed++) {
    const { scheduler, context, table, join } = world(seed, 0.6)
    const source = bgpSource('10.0.0.9')
    for (let i = 0; i < 5; i++) announce(context, table, `10.${i}.0.0/16`, source)
    const heard: string[] = []
    const listener = (name: string): Listener => {
      const made = new Listener(name, undefined)
      made.synchronised = () => heard.push(`${name} has ${made.told.size}`)
      return made
    }
    const [first, ...others] = names.map(listener)
    join(first!)
    for (const other of others) join(other)
    scheduler.runUntil(() => first!.told.size === 5, 0)
    join(listener('late'))
    scheduler.run(1)
    t.strictSame(
      heard.sort(),
      [...names, 'late'].map(name => `${name} has 5`)
    )
  }
})

t.test('who moves twice before it was told anything loses what the first had told it', async t => {
  const { scheduler, context, table, ribOuts, join } = world()
  const source = bgpSource('10.0.0.9')
  const moves = new Listener('a', undefined)
  const all = join(moves)
  for (let i = 0; i < 50; i++) announce(context, table, `10.${i}.0.0/16`, source, { med: i })
  scheduler.run(1)
  const few = ribOuts.move(table, all, moves, new TextExporter(context, 9))
  const fewer = ribOuts.move(table, few, moves, new TextExporter(context, 4))
  scheduler.run(1)
  t.same([...moves.told.values()], [0, 1, 2, 3, 4])
  ribOuts.leave(table, fewer, moves)
  for (let i = 0; i < 50; i++) withdraw(table, `10.${i}.0.0/16`, source)
  scheduler.run(1)
  t.equal(context.attributes.size + table.indexEnd, 0)
})

t.test('whatever happens, all receivers end with what the table holds', async t => {
  const everyPrefix = Array.from({ length: 60 }, (_, n) => `10.${n}.0.0/16`)
  const prefix = fc.constantFrom(...everyPrefix.slice(0, 12))
  const step = fc.oneof(
    fc.record({ do: fc.constant('announce' as const), prefix, who: fc.nat(2), med: fc.nat(3) }),
    fc.record({ do: fc.constant('announce' as const), prefix, who: fc.nat(2), med: fc.nat(3) }),
    fc.record({ do: fc.constant('withdraw' as const), prefix, who: fc.nat(2) }),
    fc.record({ do: fc.constant('all' as const), who: fc.nat(2), med: fc.nat(3) }),
    fc.record({
      do: fc.constantFrom(
        'block' as const,
        'unblock' as const,
        'join' as const,
        'leave' as const,
        'repeat' as const
      ),
      who: fc.nat(2)
    }),
    fc.record({ do: fc.constant('move' as const), who: fc.nat(2), highestMed: fc.constantFrom(1, 2, 9) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 150) }),
    fc.record({ do: fc.constant('slices' as const), count: fc.nat(4) }),
    fc.record({ do: fc.constant('slices' as const), count: fc.nat(4) })
  )
  /** How often a turn of the event loop is over before a slice has done what it could. */
  const hurry = fc.constantFrom(0, 0.1, 0.6)
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), fc.nat(), hurry, (steps, seed, chance) => {
      const { scheduler, context, table, ribOuts } = world(seed, chance)
      const highest = [9, 9, 9]
      const sources = [0, 1, 2].map(n => bgpSource(`10.0.0.${n}`, { routerId: n + 1 }))
      const listeners: (Listener | undefined)[] = [undefined, undefined, undefined]
      const joined: (RibOut<AttributeSet> | undefined)[] = [undefined, undefined, undefined]
      const present = new Set<string>()
      for (const action of steps) {
        if (action.do === 'wait') {
          scheduler.run(action.ms)
          continue
        }
        if (action.do === 'slices') {
          let left = action.count
          scheduler.runUntil(() => left-- === 0, 0)
          continue
        }
        const { who } = action
        const listener = listeners[who]
        if (action.do === 'announce' || action.do === 'all') {
          for (const each of action.do === 'all' ? everyPrefix : [action.prefix]) {
            announce(context, table, each, sources[who]!, { med: action.med, localPref: 100 + action.med })
            present.add(`${each} ${who}`)
          }
        } else if (action.do === 'withdraw') {
          withdraw(table, action.prefix, sources[who]!)
          present.delete(`${action.prefix} ${who}`)
        } else if (action.do === 'join' && listener === undefined) {
          const joining: Listener = (listeners[who] = new Listener(`r${who}`, sources[who], who === 1))
          highest[who] = 9
          joined[who] = ribOuts.join(table, joining, new TextExporter(context, 9, 40))
        } else if (action.do === 'leave' && listener !== undefined) {
          ribOuts.leave(table, joined[who]!, listener)
          listeners[who] = undefined
        } else if (listener !== undefined) {
          if (action.do === 'repeat') joined[who]!.repeat(listener)
          if (action.do === 'move' && action.highestMed !== highest[who]) {
            highest[who] = action.highestMed
            const exporter = new TextExporter(context, action.highestMed, 40)
            joined[who] = ribOuts.move(table, joined[who]!, listener, exporter)
          }
          if (action.do === 'block') listener.full = true
          if (action.do === 'unblock') {
            listener.full = false
            joined[who]!.resume(listener)
          }
        }
      }
      listeners.forEach((listener, who) => {
        if (listener === undefined) return
        listener.full = false
        joined[who]!.resume(listener)
      })
      scheduler.run(1000)
      for (const [who, listener] of listeners.entries()) {
        if (listener === undefined) continue
        const expected: string[] = []
        for (let i = 0; i < table.indexEnd; i++) {
          const route = table.at(i)
          const best = route?.usable
          if (best === undefined || best.attributes.facts.med > highest[who]!) continue
          if (best.source !== listener.source) {
            expected.push(`${table.print(route!)} ${best.attributes.facts.med}`)
          }
        }
        const told = [...listener.told].map(([prefix, med]) => `${prefix} ${med}`)
        if (told.sort().join() !== expected.sort().join()) return false
        const ribOut = joined[listeners.indexOf(listener)]!
        if (!ribOut.isInSync(listener) || ribOut.sent.countFor(listener) !== told.length) return false
        if (listener.synchronisations === 0) return false
      }
      listeners.forEach((listener, who) => {
        if (listener !== undefined) ribOuts.leave(table, joined[who]!, listener)
      })
      for (const entry of present) {
        const [prefix, who] = entry.split(' ')
        withdraw(table, prefix!, sources[Number(who)]!)
      }
      scheduler.run(1000)
      return context.attributes.size === 0 && table.indexEnd === 0 && table.listenerCount === 0
    }),
    {
      numRuns: 300,
      // Who asked for a repetition while it joined kept a route that it gave itself meanwhile.
      examples: [
        [
          [
            { do: 'join', who: 1 },
            { do: 'all', who: 1, med: 0 },
            { do: 'slices', count: 2 },
            { do: 'join', who: 0 },
            { do: 'slices', count: 2 },
            { do: 'block', who: 1 },
            { do: 'repeat', who: 0 },
            { do: 'announce', prefix: '10.0.0.0/16', who: 0, med: 0 },
            { do: 'slices', count: 3 }
          ],
          0,
          0
        ],
        // Who joined while a delivery was gathered, and was in step before it went out, was told its own route.
        [
          [
            { do: 'join', who: 1 },
            { do: 'join', who: 0 },
            { do: 'move', who: 0, highestMed: 1 },
            { do: 'all', who: 0, med: 3 },
            { do: 'wait', ms: 0 },
            { do: 'announce', prefix: '10.0.0.0/16', who: 0, med: 0 },
            { do: 'wait', ms: 0 },
            { do: 'announce', prefix: '10.0.0.0/16', who: 1, med: 0 },
            { do: 'slices', count: 2 },
            { do: 'move', who: 1, highestMed: 2 },
            { do: 'slices', count: 2 },
            { do: 'move', who: 0, highestMed: 2 }
          ],
          7,
          0.6
        ],
        // Who left and came back kept the routes that it gave itself meanwhile.
        [
          [
            { do: 'join', who: 2 },
            { do: 'all', who: 1, med: 2 },
            { do: 'join', who: 0 },
            { do: 'wait', ms: 0 },
            { do: 'move', who: 0, highestMed: 1 },
            { do: 'all', who: 0, med: 2 },
            { do: 'slices', count: 1 },
            { do: 'move', who: 0, highestMed: 9 }
          ],
          0,
          0
        ]
      ]
    }
  )
  t.pass()
})

t.test('who joins while the first walk goes on misses nothing', async t => {
  const { scheduler, context, table, join } = world()
  const source = bgpSource('10.0.0.9')
  for (let i = 0; i < 5000; i++) announce(context, table, `10.${i >> 8}.${i & 255}.0/24`, source)
  const [early, late] = [new Listener('early', undefined), new Listener('late', undefined)]
  const deliver = early.deliver.bind(early)
  early.deliver = segments => {
    if (early.told.size === 8) join(late)
    return deliver(segments)
  }
  join(early)
  scheduler.run(100)
  t.equal(early.told.size, 5000)
  t.equal(late.told.size, 5000)
  t.equal(late.synchronisations, 1)
})

t.test(
  'a route that was not told to its sender is told when another has it, though nothing else differs',
  async t => {
    const { scheduler, context, table, join } = world()
    const [one, two] = [bgpSource('10.0.0.1'), bgpSource('10.0.0.2')]
    const other = new Listener('other', undefined)
    const ribOut = join(other)
    announce(context, table, '10.1.0.0/16', one)
    scheduler.run(10)
    const sender = new Listener('one', one)
    join(sender)
    scheduler.run(10)
    t.equal(sender.told.size, 0)
    t.equal(ribOut.sent.countFor(sender), 0, 'and not counted as told')
    announce(context, table, '10.1.0.0/16', two)
    withdraw(table, '10.1.0.0/16', one)
    scheduler.run(10)
    t.equal(sender.told.size, 1)
    t.equal(ribOut.sent.countFor(sender), 1)
    t.same(other.log, ['+10.1.0.0/16 0'])
  }
)
