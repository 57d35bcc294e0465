import fc from 'fast-check'
import t from 'tap'
import { Audiences } from '../../../src/bgp/export/audience.js'
import type { Receiver } from '../../../src/bgp/export/receiver.js'
import { SentState } from '../../../src/bgp/export/sent-state.js'
import { inetTable, ribContext } from '../rib/rib-helpers.js'

const receivers = ['a', 'b', 'c', 'd'].map(
  (name): Receiver => ({ name, source: undefined, deliver: () => true, synchronised: () => {} })
)
const some = fc.subarray(receivers).map(chosen => new Set(chosen))

t.test('routes that a receiver is told are counted as they would be one by one', async () => {
  const deed = fc.record({ index: fc.nat(15), allBut: fc.boolean(), some, goes: fc.boolean() })
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), deeds => {
      const audiences = new Audiences()
      const sent = new SentState<string>(inetTable(ribContext()), audiences.everyone)
      for (const { index, allBut, some, goes } of deeds) {
        if (!goes) {
          const audience = allBut ? audiences.allBut(some) : audiences.only(some)
          sent.set(index, 'told', audience, 0, -1)
        } else if (sent.state(index) !== undefined) sent.clear(index)
      }
      return receivers.every(receiver => {
        let count = 0
        for (let index = 0; index < sent.end; index++)
          if (sent.state(index) !== undefined && sent.audience(index).includes(receiver)) count++
        return sent.countFor(receiver) === count
      })
    })
  )
})
