/** What a session that takes nothing costs, and what sessions that have gone leave behind in the audiences. */
import t from 'tap'
import type { Audience, Audiences } from '../../../src/bgp/export/audience.js'
import { Audiences as AudiencesOf } from '../../../src/bgp/export/audience.js'
import type { Exporter, PackGroup, ReceiverLookup } from '../../../src/bgp/export/exporter.js'
import type { Receiver, Segment } from '../../../src/bgp/export/receiver.js'
import { RibOuts } from '../../../src/bgp/export/rib-outs.js'
import type { AttributeSet } from '../../../src/bgp/rib/attribute-set.js'
import type { Path } from '../../../src/bgp/rib/path.js'
import type { Source } from '../../../src/bgp/rib/source.js'
import type { RibContext, Table } from '../../../src/bgp/rib/table.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { announce, bgpSource, inetTable, ribContext, withdraw } from '../rib/rib-helpers.js'
import { groupOf } from './pack-groups.js'

/** One byte a route. */
class Counting implements Exporter<AttributeSet> {
  readonly key = 'counting'
  readonly routesPerSlice = 8
  #routes = 0
  constructor(private readonly context: RibContext) {}
  evaluate(_table: Table, _index: number, best: Path): AttributeSet {
    return this.context.attributes.hold(best.attributes)
  }
  audience(_t: Table, _i: number, best: Path, audiences: Audiences, receivers: ReceiverLookup): Audience {
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
  announce(): void {
    this.#routes++
  }
  beginWithdraw(): void {}
  withdraw(): void {
    this.#routes++
  }
  end(): void {}
  take(): Segment | undefined {
    if (this.#routes === 0) return undefined
    const [bytes, announced] = [this.#routes, this.#routes]
    this.#routes = 0
    return { chunks: [Buffer.alloc(bytes)], bytes, messages: 1, announced, withdrawn: 0 }
  }
}

/** A session that all tables share. */
class Session {
  isBlocked = false
  waiting = 0
  receiver(source?: Source): Receiver {
    const session = this
    return {
      name: 'session',
      source,
      get isBlocked() {
        return session.isBlocked
      },
      deliver: segments => {
        for (const { bytes } of segments) session.waiting += bytes
        return !session.isBlocked
      },
      synchronised() {}
    }
  }
}

const prefixes = Array.from({ length: 100 }, (_, i) => `10.${i}.0.0/16`)

function world(tables: number) {
  const scheduler = new VirtualScheduler(1)
  const context = ribContext()
  const ribOuts = new RibOuts(scheduler)
  const filled = Array.from({ length: tables }, (_, i) => inetTable(context, `t${i}`))
  const source = bgpSource('10.0.0.9')
  for (const table of filled) for (const prefix of prefixes) announce(context, table, prefix, source)
  return { scheduler, context, ribOuts, tables: filled, source }
}

t.test('tables that are joined while the session is blocked wait', async t => {
  const { scheduler, context, ribOuts, tables } = world(50)
  const other = new Session()
  for (const table of tables) ribOuts.join(table, other.receiver(), new Counting(context))
  scheduler.run(10)
  t.equal(other.waiting, 5000)
  const session = new Session()
  session.isBlocked = true
  const joined = tables.map(table => {
    const receiver = session.receiver()
    return { receiver, ribOut: ribOuts.join(table, receiver, new Counting(context)) }
  })
  scheduler.run(1000)
  t.equal(session.waiting, 0)
  session.isBlocked = false
  for (const { ribOut, receiver } of joined) ribOut.resume(receiver)
  scheduler.run(1000)
  t.equal(session.waiting, 5000, 'and then get everything')
})

t.test('joining and leaving again and again gives a blocked session no more', async t => {
  const { scheduler, context, ribOuts, tables } = world(1)
  const table = tables[0]!
  ribOuts.join(table, new Session().receiver(), new Counting(context))
  scheduler.run(10)
  const session = new Session()
  session.isBlocked = true
  for (let round = 0; round < 200; round++) {
    const receiver = session.receiver()
    const ribOut = ribOuts.join(table, receiver, new Counting(context))
    scheduler.run(10)
    ribOuts.leave(table, ribOut, receiver)
  }
  t.equal(session.waiting, 0)
})

t.test('a session that blocks in one table is given nothing by the others it is in step with', async t => {
  const { scheduler, context, ribOuts, tables, source } = world(50)
  const [fast, slow] = [new Session(), new Session()]
  const joined = tables.map(table => {
    ribOuts.join(table, fast.receiver(), new Counting(context))
    const receiver = slow.receiver()
    return { receiver, ribOut: ribOuts.join(table, receiver, new Counting(context)) }
  })
  scheduler.run(100)
  t.equal(slow.waiting, 5000)
  slow.isBlocked = true
  for (const table of tables)
    for (const prefix of prefixes) announce(context, table, prefix, source, { med: 5 })
  scheduler.run(1000)
  t.equal(slow.waiting, 5000)
  t.equal(fast.waiting, 10_000, 'who reads has not waited for it')
  slow.isBlocked = false
  for (const { ribOut, receiver } of joined) ribOut.resume(receiver)
  scheduler.run(1000)
  t.equal(slow.waiting, 10_000)
})

t.test('audiences do not name those that have left', async t => {
  const audiences = new AudiencesOf()
  const [old, young] = [new Session().receiver(), new Session().receiver()]
  const before = audiences.allButOne(old)
  audiences.forget(old)
  t.equal(audiences.minus(audiences.allButOne(young), before), audiences.nobody)
  t.equal(audiences.both(before, audiences.allButOne(young)), audiences.allButOne(young))
  t.equal(audiences.only(new Set([old])), audiences.nobody)
  audiences.welcome(old)
  t.ok(audiences.only(new Set([old])).includes(old), 'until it joins again')
})

t.test('a neighbour that restarts leaves no trace, and nothing is encoded for no one', async t => {
  const { scheduler, context, ribOuts, tables } = world(0)
  const table = tables[0] ?? inetTable(context)
  const source = bgpSource('10.0.0.1')
  const other = new Session()
  const ribOut = ribOuts.join(table, other.receiver(), new Counting(context))
  announce(context, table, '10.1.0.0/16', source)
  for (let flap = 0; flap < 20; flap++) {
    const session = new Session()
    const receiver = session.receiver(source)
    ribOuts.join(table, receiver, new Counting(context))
    scheduler.run(10)
    // Kept over the restart, and announced again: flags change, what is told does not.
    announce(context, table, '10.1.0.0/16', source, {}, flap % 2 === 0 ? 4 : 0)
    scheduler.run(10)
    ribOuts.leave(table, ribOut, receiver)
    scheduler.run(10)
  }
  t.equal(ribOut.counts.reach + ribOut.counts.unreach - other.waiting, 0, 'all that was encoded was heard')
  withdraw(table, '10.1.0.0/16', source)
  scheduler.run(10)
  t.equal(table.indexEnd, 0)
})
