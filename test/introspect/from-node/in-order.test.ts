import fc from 'fast-check'
import t from 'tap'
import { inOrder } from '../../../src/introspect/from-node/in-order.js'

t.test('elements come in order of their names, behind a name, whatever their number', async t => {
  const names = fc.uniqueArray(fc.nat(100_000), { maxLength: 3000, size: 'max' }).map(all => all.map(String))
  fc.assert(
    fc.property(names, fc.option(fc.nat(100_000).map(String), { nil: undefined }), (all, after) => {
      const expected = [...all].filter(name => after === undefined || name > after).sort()
      const found = [
        ...inOrder(
          () => all,
          name => name,
          after
        )
      ]
      return found.join() === expected.join()
    }),
    { numRuns: 50 }
  )
  t.pass()
})
