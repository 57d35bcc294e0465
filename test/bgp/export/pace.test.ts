/** The minimum route advertisement interval (RFC 4271 §9.2.1.1). */
import fc from 'fast-check'
import t from 'tap'
import { Pace } from '../../../src/bgp/export/pace.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { OptionLab } from '../peer/options/option-lab.js'

t.test(
  'no change is taken within an interval of the one before it, and none waits longer than it must',
  async () => {
    const arrivals = fc.array(fc.record({ afterMs: fc.nat(3000), count: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 12
    })
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 4 }), (arrivals, perSlice) => {
        const scheduler = new VirtualScheduler()
        const intervalMs = 1000
        let waiting = 0
        const bursts: { at: number; left: number }[] = []
        const slice = (): void => {
          const admitted = Math.min(perSlice, pace.admits(waiting))
          if (admitted === 0) return
          const last = bursts.at(-1)
          if (last === undefined || last.left === 0) {
            if (last !== undefined && scheduler.now() - last.at < intervalMs) throw new Error('too early')
            bursts.push({ at: scheduler.now(), left: waiting })
          }
          bursts.at(-1)!.left -= admitted
          bursts.at(-1)!.at = scheduler.now()
          waiting -= admitted
          pace.took(admitted)
          scheduler.after(1, slice)
        }
        const pace = new Pace(scheduler, intervalMs, slice)
        for (const { afterMs, count } of arrivals) {
          scheduler.run(afterMs)
          waiting += count
          slice()
        }
        scheduler.run(20_000)
        pace.end()
        return waiting === 0
      })
    )
  }
)

const prefix = '10.9.0.0/16'

t.test('advertisement_interval: bursts to that neighbour, none to the others', async t => {
  const it = new OptionLab({ options: { advertisementInterval: 10 } }).settle()
  t.ok(it.routers.edge.sessions.get('10.0.0.1')!.endOfRibs.has('inet'), 'End-of-RIB is not held up')
  it.run(20)
  const start = it.updates('edge')
  const change = (med: number): void => {
    it.routers.leaf.announce('inet', prefix, { med })
    it.run(1)
  }
  change(1)
  t.equal(it.updates('edge') - start, 1, 'the first goes at once')
  for (let med = 2; med <= 6; med++) change(med)
  it.routers.leaf.withdraw('inet', prefix)
  it.run(1)
  t.ok(it.told('edge', prefix), 'then it waits')
  t.notOk(it.told('other', prefix), 'others do not')
  t.equal(it.updates('edge') - start, 1)
  it.run(10)
  t.equal(it.updates('edge') - start, 2, 'only what holds by then')
  t.notOk(it.told('edge', prefix))
  change(7)
  it.change({})
  it.run(2)
  t.ok(it.told('edge', prefix), 'off: nothing waits any more')
  const before = it.updates('edge')
  for (let med = 8; med <= 12; med++) change(med)
  t.equal(it.updates('edge') - before, 5)
  t.equal(it.flaps('edge'), 0)
})

t.test('who joins later is told all at once, whatever waits', async t => {
  const neighbours = new Map(
    ['10.0.0.13', '10.0.0.14'].map(address => [address, { advertisementInterval: 60 }] as const)
  )
  const it = new OptionLab({ config: { neighbours } }).settle()
  it.run(120)
  it.routers.edge.announce('inet', prefix)
  it.run(2)
  it.routers.edge.announce('inet', '10.8.0.0/16')
  it.run(2)
  t.ok(it.told('spoke', prefix))
  t.notOk(it.told('spoke', '10.8.0.0/16'))
  it.routers.leaf.stop()
  it.run(2)
  it.routers.leaf.start()
  it.world.until('it is back', () => it.isUp('leaf'))
  it.run(2)
  t.ok(it.told('leaf', prefix))
  t.ok(it.routers.leaf.sessions.get('10.0.0.1')!.endOfRibs.has('inet'))
  it.run(60)
  t.ok(it.told('spoke', '10.8.0.0/16'))
  t.ok(it.told('leaf', '10.8.0.0/16'))
})
