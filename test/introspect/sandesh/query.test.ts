import t from 'tap'
import { percentDecode, Query, Search } from '../../../src/introspect/sandesh/query.js'

const fields = [
  { name: 'routing_table', type: 'string' },
  { name: 'prefix', type: 'string' },
  { name: 'count', type: 'u32' },
  { name: 'longer_match', type: 'bool' }
] as const

const ask = (text: string): Query => new Query(fields, text)

t.test('names', async t => {
  t.equal(ask('x=blue.inet.0').text('routing_table'), 'blue.inet.0', 'an unknown name sets the first field')
  t.equal(ask('prefixes=10').text('prefix'), '10', 'a field matches when its name begins the given name')
  t.equal(ask('x=a&y=b').text('routing_table'), 'b', 'the last one stays')
  t.equal(new Query([], 'x=a').text('x'), '', 'no field, nothing to set')
})

t.test('values', async t => {
  t.equal(ask('prefix=').text('prefix'), '')
  t.equal(ask('prefix=vr.+').text('prefix'), 'vr.+', 'a plus is a plus')
  t.equal(ask('prefix=a%20b%7C%5B').text('prefix'), 'a b|[')
  t.equal(ask('prefix=a=b').text('prefix'), 'a=b')
  t.equal(ask('count=12x').number('count'), 12)
  t.equal(ask('count=-1').number('count'), 0)
  t.equal(ask('count=99999999999999').number('count'), 0xffffffff)
  t.equal(ask('longer_match=1').flag('longer_match'), true)
  t.equal(ask('longer_match=true').flag('longer_match'), false, 'the word is no number')
})

t.test('garbage is harmless', async t => {
  for (const text of ['', '&&&', '=', '%', '%zz=%', 'a=%ff%fe', '\u0000=\u0000']) t.ok(ask(text))
  t.equal(percentDecode('%ff'), 'ÿ')
})

t.test('searches', async t => {
  t.ok(new Search('').matches('anything'))
  t.ok(new Search('07').matches('vrouter-07.lab'), 'not anchored')
  t.notOk(new Search('(').matches('('), 'an invalid expression matches nothing')
  t.notOk(new Search('(?=a)a').matches('a'), 'nor does one that needs backtracking')
  t.notOk(new Search('a'.repeat(2000)).matches('a'.repeat(2000)), 'nor one that is too long')
  t.ok(new Search('deleted').selects('blue', 'deleted', true))
  t.notOk(new Search('deleted').selects('blue', 'deleted', false))
})

t.test('an expression from the network cannot hold the event loop', async t => {
  const begun = performance.now()
  t.notOk(new Search('(a+)+$').matches(`${'a'.repeat(5000)}b`))
  t.ok(performance.now() - begun < 1000)
})
