import t from 'tap'
import { printAge, printPairs, printTable, shorten } from '../../src/cli/table.js'

const columns = [
  { title: 'Name', cell: (r: { name: string; n: number }) => r.name, shorten: 'start' as const },
  { title: 'Count', cell: (r: { name: string; n: number }) => String(r.n), align: 'right' as const },
  { title: 'Nothing', cell: () => '' }
]
const rows = [
  { name: 'default-domain:acme:blue:blue.inet.0', n: 7 },
  { name: 'inet.0', n: 12345 }
]

t.test('as wide as needed without a limit', async t => {
  t.equal(
    printTable(columns, rows, undefined),
    `Name                                  Count\n${rows[0]!.name}      7\ninet.0                                12345`
  )
})

t.test('the widest column gives way', async t => {
  t.equal(
    printTable(columns, rows, 24),
    'Name               Count\n…blue:blue.inet.0      7\ninet.0             12345'
  )
  for (let limit = 12; limit < 60; limit++) {
    for (const line of printTable(columns, rows, limit).split('\n')) t.ok(line.length <= limit)
  }
})

t.test('pieces', async t => {
  t.equal(shorten('abcdef', 4, 'end'), 'abc…')
  t.equal(shorten('abcdef', 4, 'start'), '…def')
  t.equal(shorten('abcd', 4, 'end'), 'abcd')
  const now = Date.UTC(2026, 0, 10)
  t.equal(printAge(undefined, now), '-')
  t.equal(printAge('2026-01-09T23:59:01Z', now), '0:00:59')
  t.equal(printAge('2026-01-01T12:00:00Z', now), '8d 12h')
  t.equal(printAge('2027-01-01T12:00:00Z', now), '0:00:00', 'a clock that is ahead')
  t.equal(
    printPairs([
      ['A', '1'],
      ['Long', 'x'],
      ['None', undefined]
    ]),
    'A     1\nLong  x'
  )
})

t.test('names from the network do not reach the terminal as they are', async t => {
  const rows = [{ name: 'a\u0085\u001b[31mb\u202ec', n: 1 }]
  t.match(printTable(columns, rows, undefined), /\na \[31mb\\u\{202e\}c +1$/)
})
