import t from 'tap'
import { blue, fixtureView, neighbor, path, route } from '../introspect/fixture-view.js'
import { running } from '../introspect/running.js'
import { weft } from './running-cli.js'

t.test('answers of a running node', async t => {
  const { port } = await running(t)
  const ctr = (words: string, columns?: number) =>
    weft(['ctr', '--port', String(port), ...words.split(' ')], columns === undefined ? {} : { columns })

  const status = await ctr('status')
  t.equal(status.code, 0)
  t.match(status.out, /^State +Functional$/m)
  t.match(status.out, /^Running for +2:00:00$/m)

  t.equal(
    (await ctr('nei')).out,
    [
      'Neighbor               AS  Address        State            For  Paths  Flaps  Sending',
      'ctrl-b.lab.example  65010  198.51.100.12  Established  0:01:00      2      0  in sync',
      'edge-1              65020  198.51.100.41  Active       0:01:00      2      0  not advertising'
    ].join('\n')
  )
  t.equal(
    (await ctr('exports')).out,
    [
      'Kind         To                   State  Sent  Dropped  Last error',
      'bmp          198.51.100.99:11019  Down    120        1  connection refused',
      'mrt-updates  /mrt/updates.%s      Up       77        4'
    ].join('\n')
  )
  t.match((await ctr('nei edge-1')).out, /^Last NOTIFICATION in +Hold Timer Expired, 0:01:40 ago$/m)
  t.match((await ctr('nei edge-1')).out, /^Options +multihop: 5; md5_key: 2 keys$/m)
  t.match(
    (await ctr('nei edge-1')).out,
    /^TCP +round trip 12.3 ms, varying by 0.7 ms; 2 segments sent again; window 10, 1 not acknowledged$/m
  )
  const errors = (await ctr('nei edge-1')).out
  t.match(errors, /^COMMUNITIES +treat-as-withdraw +17$/m)
  t.match(errors, /^ {2}0:01:00 ago: COMMUNITIES of 3 bytes$/m)
  t.match(errors, /^ {4}byte 43 of 419, treat-as-withdraw$/m)
  t.match(errors, /^ {4}f{32}001702(00){13}$/m, 'the message itself')
  t.match(errors, /^ {4}… 163 bytes more$/m)
  t.match(errors, /^Other capabilities +200 \(0102030405\)$/m)
  t.match((await ctr('nei 198.51.100.12')).out, /^Neighbor +ctrl-b.lab.example$/m)
  t.match((await ctr('agents')).out, /^vrouter-07.lab.example +198.51.100.27 +Established/m)
  t.match((await ctr('xmpp vrouter-07.lab.example')).out, /^Flaps +2, the last 1:00:00 ago$/m)
  t.match((await ctr('ri')).out, /^default-domain:acme:blue:blue +4 +0 +target:65010:8000004/m)
  t.match((await ctr(`ri ${blue}`)).out, /^Policies +default-domain:acme:pol1$/m)
  t.match((await ctr('route summary -f l3vpn')).out, /^bgp.l3vpn.0 +2 +2 +1 +1 +0$/m)
  t.match((await ctr('route tables blue')).out, `${blue}.evpn.0\n${blue}.inet.0\n${blue}.inet6.0`)

  const show = await ctr('route show 10.20.30.4')
  t.match(show.out, `${blue}.inet.0: 2 prefixes, 3 paths (2 primary, 1 secondary, 0 infeasible)`)
  t.match(show.out, /^10.20.30.4\/32 +XMPP vrouter-07.lab.example +198.51.100.27 +25 +200 +0:00:30$/m)
  t.notMatch(show.out, '10.20.31.0', 'a bare address asks for what covers it')
  t.match((await ctr('route show 10.20.0.0/16 --longer -d')).out, /^ {4}behind by +source$/m)
  t.match((await ctr('route show -s 198.51.100.12 -t bgp.l3vpn.0')).out, '198.51.100.28:4:10.20.30.4/32')
  t.equal((await ctr('route show 192.0.2.1')).out, 'No route matches.')

  const limited = await ctr('route show --limit 1')
  t.match(limited.error, 'There are more routes')
  t.same(JSON.parse((await ctr('route show --json 10.20.30.4')).out)[0].routes.length, 1)
  t.same(JSON.parse((await ctr('status --json')).out).hostname, 'ctrl-a.lab.example')

  t.match((await ctr('nei edge-1')).out, /Instance +\S+\nRouter type +router\n/)

  for (const words of ['status', 'nei', 'nei edge-1', 'agents', 'ri', 'route summary', 'route show']) {
    const { out } = await ctr(words, 80)
    const tables = out
      .split('\n')
      .filter(line => !/^\S+: \d+ prefixes/.test(line) && !/^\w[\w ]+ {2}/.test(line))
    for (const line of tables) t.ok(line.length <= 80, `${words}: ${line}`)
  }
})

t.test('a list longer than a page', async t => {
  const neighbors = Array.from({ length: 1500 }, (_, at) =>
    neighbor({ name: `n-${String(at).padStart(4, '0')}` })
  )
  const many = Array.from({ length: 2200 }, (_, at) => route(`10.${at >> 8}.${at & 255}.0/24`))
  const { port } = await running(t, fixtureView({ neighbors, routes: { [`${blue}.inet.0`]: many } }))
  t.equal((await weft(['ctr', '--port', String(port), 'nei'])).out.split('\n').length, 1501)
  const { out } = await weft(['ctr', '--port', String(port), 'route', 'show', '-n', '2100'])
  t.equal(out.split('\n').length, 2102)
  t.equal(out.match(/prefixes,/g)?.length, 1, 'one heading for one table')
})

t.test('no such thing', async t => {
  const { port } = await running(t)
  const result = await weft(['ctr', '--port', String(port), 'nei', 'nobody'])
  t.equal(result.code, 1)
  t.equal(result.error, 'weft: no such neighbor: nobody')
})

t.test('a node that is away', async t => {
  const result = await weft(['ctr', '--port', '1', 'status'])
  t.equal(result.code, 3)
  t.match(result.error, 'weft: cannot ask the node at 127.0.0.1:1: connection refused')
})

t.test('something else on the port', async t => {
  const { createServer } = await import('node:http')
  const other = createServer((_, response) => response.end('<html>'))
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  t.teardown(() => other.close())
  const { port } = other.address() as { port: number }
  const result = await weft(['ctr', '--port', String(port), 'status'])
  t.equal(result.code, 3)
  t.match(result.error, 'is it a Weft node?')
})

t.test('a wrong command line is answered with a hint', async t => {
  const cases: [string, RegExp][] = [
    ['ctr nie', /Did you mean nei\?/],
    ['ctr route shwo', /Did you mean show\?/],
    ['ctr route show --tabel x', /Did you mean --table\?/],
    ['ctr --port 0 status', /A port is a number/],
    ['ctr status extra', /too many arguments/],
    ['ctr route show --limit many', /A limit is a number/],
    ['ctr route show --longer', /need a prefix/],
    ['bogus', /unknown command/]
  ]
  for (const [words, hint] of cases) {
    const result = await weft(words.split(' '))
    t.equal(result.code, 2, words)
    t.match(result.error, hint)
  }
  t.equal((await weft(['--help'])).code, 0)
  t.equal((await weft(['--version'])).out, '0.0.0')
})

t.test('names from the network cannot write to the terminal', async t => {
  const evil = path({ source: 'vr\u001b[2J\n07' })
  const { port } = await running(
    t,
    fixtureView({ routes: { [`${blue}.inet.0`]: [route('10.0.0.0/8', evil)] } })
  )
  for (const more of [[], ['-d']]) {
    const { out } = await weft(['ctr', '--port', String(port), 'route', 'show', ...more])
    t.notMatch(out, '\u001b')
  }
})
