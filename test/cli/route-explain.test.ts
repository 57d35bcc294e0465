import t from 'tap'
import { blue } from '../introspect/fixture-view.js'
import { running } from '../introspect/running.js'
import { weft } from './running-cli.js'

t.test('a route is explained', async t => {
  const { port } = await running(t)
  const explain = (words: string) => weft(['route', 'explain', '--port', String(port), ...words.split(' ')])

  const { out, code } = await explain('10.20.30.4/32 --to edge-1')
  t.equal(code, 0)
  t.match(out, `${blue}.inet.0  10.20.30.4/32`)
  t.match(out, /^ {2}1 {2}XMPP vrouter-07.lab.example: best$/m)
  t.match(out, /^ {2}to edge-1: advertised: best path$/m)
  t.match(out, /^ {5}it has been sent$/m)
  t.same(JSON.parse((await explain('10.20.30.4/32 --json')).out).routes[0].paths[0].standing, 'best')

  const unknown = await explain('192.0.2.0/24')
  t.equal(unknown.code, 1)
  t.equal(unknown.error, 'weft: no table has a route for 192.0.2.0/24')
  t.equal((await explain('10.20.30.4/32 --to nobody')).error, 'weft: no such neighbor or agent: nobody')
})
