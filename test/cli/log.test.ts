import { pino } from 'pino'
import t from 'tap'
import { logSerializers } from '../../src/cli/make-node.js'

t.test('exceptions are logged with what they say and where', async t => {
  const lines: string[] = []
  const log = pino({ serializers: logSerializers }, { write: line => lines.push(line) })
  log.warn({ error: new Error('torn') }, 'exception while handling')
  log.warn({ error: 'cannot listen' }, 'a text stays one')
  t.match(JSON.parse(lines[0]!), { error: { message: 'torn', stack: /log\.test/ } })
  t.match(JSON.parse(lines[1]!), { error: 'cannot listen' })
})
