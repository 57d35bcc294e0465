import { hostname } from 'node:os'
import t from 'tap'
import { parseNodeConfig } from '../../src/config/node-config.js'

t.test('everything', async t => {
  const text = `
hostname: cn-a
store: { type: files, path: ./objects }
bgp:   { address: 127.0.0.1, port: 1179 }
xmpp:  { address: "::1", port: 5270 }
introspect: { address: 127.0.0.1, port: 0 }
log:   { level: debug, format: pretty }
`
  t.same(parseNodeConfig('/etc/weft/weft.yaml', text), {
    config: {
      hostname: 'cn-a',
      store: { type: 'files', path: '/etc/weft/objects' },
      bgp: { address: '127.0.0.1', port: 1179 },
      xmpp: { address: '::1', port: 5270 },
      introspect: { address: '127.0.0.1', port: 0 },
      log: { level: 'debug', format: 'pretty' }
    },
    problems: []
  })
})

for (const text of ['', '# nothing', 'store:\nbgp: null\n']) {
  t.test(`defaults: ${JSON.stringify(text)}`, async t => {
    t.same(parseNodeConfig('/etc/weft/weft.yaml', text).config, {
      hostname: hostname(),
      store: { type: 'files', path: '/etc/weft/objects' },
      bgp: { address: undefined, port: undefined },
      xmpp: { address: undefined, port: 5269 },
      introspect: { address: '127.0.0.1', port: 8083 },
      log: { level: 'info', format: 'json' }
    })
  })
}

const wrong = [
  { text: 'hostnam: x', line: 1, path: 'hostnam', reason: "unknown key 'hostnam', did you mean 'hostname'?" },
  {
    text: 'bgp:\n  prot: 1',
    line: 2,
    column: 3,
    path: 'bgp.prot',
    reason: "unknown key 'prot', did you mean 'port'?"
  },
  { text: 'bgp: { port: 65536 }', path: 'bgp.port', reason: 'expected a port, 0 to 65535, found 65536' },
  { text: 'bgp: { port: "179" }', path: 'bgp.port', reason: 'expected a port, 0 to 65535, found "179"' },
  { text: 'xmpp: { address: 127.0.0 }', path: 'xmpp.address', reason: "'127.0.0' is no IP address" },
  {
    text: 'store: { type: file }',
    path: 'store.type',
    reason: "'file' is none of files, did you mean 'files'?"
  },
  { text: 'hostname: 7', path: 'hostname', reason: 'expected a text, found 7' },
  { text: 'hostname: [a]', path: 'hostname', reason: 'expected a single value' },
  { text: 'log: info', line: 1, column: 6, path: 'log', reason: 'expected keys and values' },
  { text: '- a', path: '', reason: 'expected keys and values' },
  { text: 'bgp: {', line: 1, path: '' }
]
for (const { text, ...problem } of wrong) {
  t.test(`wrong: ${JSON.stringify(text)}`, async t => {
    const { config, problems } = parseNodeConfig('weft.yaml', text)
    t.equal(config, undefined)
    t.match(problems[0], { file: 'weft.yaml', severity: 'error', ...problem })
  })
}

t.test('all problems at once', async t => {
  t.equal(parseNodeConfig('weft.yaml', 'a: 1\nb: 2\nbgp: { port: x, c: 3 }').problems.length, 4)
})
