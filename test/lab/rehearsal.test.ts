import t from 'tap'
import { rehearse } from '../../src/lab/rehearsal.js'

t.test('a rehearsal goes through all that a table does, and leaves nothing behind', async t => {
  // It waits until no attributes of a neighbour are left, and fails when they stay.
  const { updates } = await rehearse()
  // An announcement of each set, some changes, and the withdrawals.
  t.ok(updates > 2500 + 2500 / 3, `${updates} UPDATEs`)
})
