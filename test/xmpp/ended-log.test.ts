import t from 'tap'
import type { CloseCause } from '../../src/xmpp/close-cause.js'
import { EndedLog } from '../../src/xmpp/ended-log.js'

const cause: CloseCause = { kind: 'duplicate-agent', what: 'agent a is connected' }

function setUp() {
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = []
  let now = 0
  const log = new EndedLog({
    log: {
      info: (fields, message) => lines.push({ level: 'info', fields: { ...fields }, message }),
      warn: (fields, message) => lines.push({ level: 'warn', fields: { ...fields }, message })
    },
    scheduler: { now: () => now }
  })
  const end = (address: string, establishedAt: number, why = cause): void =>
    log.ended({ name: 'a', remote: { address, port: 1000 }, establishedAt }, why)
  const pass = (seconds: number): void => {
    now += seconds * 1000
  }
  return { lines, end, pass }
}

t.test('a session that ends has a line, with what was thrown', async t => {
  const { lines, end } = setUp()
  const remote = { address: '192.0.2.1', port: 1000 }
  end('192.0.2.1', -1)
  const error = new Error('a defect')
  end('192.0.2.1', 5, { kind: 'internal-error', what: 'a stanza', error })
  t.same(lines, [
    {
      level: 'info',
      fields: { agent: 'a', remote, cause: 'duplicate-agent' },
      message: 'agent session ended: agent a is connected'
    },
    {
      level: 'warn',
      fields: { agent: 'a', remote, cause: 'internal-error', error },
      message: 'agent session ended: a stanza'
    }
  ])
})

t.test('one caller that is refused again and again', async t => {
  const { lines, end, pass } = setUp()
  for (let second = 0; second < 60; second++) {
    for (let i = 0; i < 300; i++) end('192.0.2.1', -1)
    pass(1)
  }
  t.equal(lines.length, 20)
  end('192.0.2.1', 5)
  t.equal(lines.length, 21, 'sessions that were up have lines of their own')
  end('192.0.2.1', -1)
  t.equal(lines.length, 22)
  t.equal(lines[21]!.fields.unlogged, 60 * 300 - 20)
})

t.test('callers of very many addresses', async t => {
  const { lines, end, pass } = setUp()
  for (let i = 0; i < 5000; i++) end(`10.0.${i >> 8}.${i & 255}`, -1)
  t.equal(lines.length, 100)
  pass(10)
  for (let i = 0; i < 5000; i++) end(`10.1.${i >> 8}.${i & 255}`, -1)
  t.equal(lines.length, 110)
})

t.test('sessions that were up: a thousand at once, and who comes and goes for ever', async t => {
  const { lines, end } = setUp()
  for (let i = 0; i < 1000; i++) end(`10.0.${i >> 8}.${i & 255}`, 5)
  t.equal(lines.length, 1000)
  const { lines: others, end: again, pass } = setUp()
  for (let second = 0; second < 10; second++) {
    for (let i = 0; i < 300; i++) again('192.0.2.1', 5)
    pass(1)
  }
  t.equal(others.length, 109)
})
