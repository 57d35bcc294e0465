import t from 'tap'
import { FaultLog } from '../../../src/bgp/peer/fault-log.js'
import { type DecodeError, Reaction } from '../../../src/bgp/wire/decode-error.js'

const { discardAttribute, treatAsWithdraw } = Reaction
const fault = (attribute: number | undefined, reaction: Reaction, what = ''): DecodeError => ({
  code: 3,
  subcode: 5,
  reaction,
  offset: 40,
  what,
  ...(attribute !== undefined && { attribute })
})

t.test('errors are counted by attribute and reaction', async t => {
  const log = new FaultLog()
  for (const error of [
    fault(8, treatAsWithdraw),
    fault(6, discardAttribute),
    fault(8, treatAsWithdraw),
    fault(8, discardAttribute),
    fault(undefined, treatAsWithdraw)
  ])
    log.count(error)
  t.strictSame(log.counts, [
    { attribute: 8, reaction: treatAsWithdraw, count: 2 },
    { attribute: 6, reaction: discardAttribute, count: 1 },
    { attribute: 8, reaction: discardAttribute, count: 1 },
    { attribute: 0, reaction: treatAsWithdraw, count: 1 }
  ])
})

t.test('the last sixteen messages are kept whole, as copies', async t => {
  const log = new FaultLog()
  const buffer = Buffer.alloc(4096)
  for (let i = 0; i < 100; i++) {
    buffer.fill(i)
    log.keep(fault(8, treatAsWithdraw, `the ${i}th`), buffer.subarray(0, 4096), i)
  }
  t.equal(log.messages.length, 16)
  t.match(log.messages[0], { at: 84, what: 'the 84th', offset: 40 })
  t.match(log.messages.at(-1), { at: 99, what: 'the 99th' })
  for (const [i, { bytes }] of log.messages.entries()) {
    t.equal(bytes.length, 4096)
    t.ok(bytes.every(byte => byte === 84 + i))
  }
})

t.test('one line a minute for each attribute and reaction', async t => {
  const log = new FaultLog()
  t.equal(log.admit(fault(8, treatAsWithdraw), 0), 0)
  t.equal(log.admit(fault(8, treatAsWithdraw), 59_999), undefined)
  t.equal(log.admit(fault(8, discardAttribute), 59_999), 0, 'another kind')
  t.equal(log.admit(fault(9, treatAsWithdraw), 59_999), 0)
  t.equal(log.admit(fault(8, treatAsWithdraw), 60_000), 1)
  t.equal(log.admit(fault(8, treatAsWithdraw), 120_000), 0)
})
