import { hostname } from 'node:os'
import t from 'tap'
import { noNeighbourOptions } from '../../src/config/neighbour-options.js'
import { parseNodeConfig } from '../../src/config/node-config.js'
import { defaultSelectionDeferral } from '../../src/config/selection-deferral.js'

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
      file: '/etc/weft/weft.yaml',
      hostname: 'cn-a',
      store: { type: 'files', path: '/etc/weft/objects' },
      bgp: {
        listen: [{ address: '127.0.0.1', port: 1179 }],
        ebgpRequiresPolicy: false,
        trustsTenants: false,
        gracefulShutdown: false,
        dynamicNeighbours: [],
        neighbours: new Map(),
        selectionDeferral: defaultSelectionDeferral,
        shutdown: 'graceful'
      },
      xmpp: { address: '::1', port: 5270 },
      introspect: { address: '127.0.0.1', port: 0, operations: 'this-machine', testMode: false },
      bmp: [],
      mrt: { updates: undefined, tables: undefined },
      log: { level: 'debug', format: 'pretty' }
    },
    problems: []
  })
})

for (const text of ['', '# nothing', 'store:\nbgp: null\n']) {
  t.test(`defaults: ${JSON.stringify(text)}`, async t => {
    t.same(parseNodeConfig('/etc/weft/weft.yaml', text).config, {
      file: '/etc/weft/weft.yaml',
      hostname: hostname(),
      store: { type: 'files', path: '/etc/weft/objects' },
      bgp: {
        listen: [{ address: undefined, port: undefined }],
        ebgpRequiresPolicy: false,
        trustsTenants: false,
        gracefulShutdown: false,
        dynamicNeighbours: [],
        neighbours: new Map(),
        selectionDeferral: defaultSelectionDeferral,
        shutdown: 'graceful'
      },
      xmpp: { address: undefined, port: 5269 },
      introspect: { address: '127.0.0.1', port: 8083, operations: 'this-machine', testMode: false },
      bmp: [],
      mrt: { updates: undefined, tables: undefined },
      log: { level: 'info', format: 'json' }
    })
  })
}

t.test('several addresses to listen on', async t => {
  const text = `
bgp:
  port: 179
  listen:
    - { address: 0.0.0.0 }
    - { address: "2001:db8::1", port: 1179 }
    - { address: "2001:db8::2", port: 1179 }
    - { port: 0 }
    - { port: 0 }
`
  const { config, problems } = parseNodeConfig('weft.yaml', text)
  t.same(problems, [])
  t.same(config?.bgp.listen, [
    { address: '0.0.0.0', port: 179 },
    { address: '2001:db8::1', port: 1179 },
    { address: '2001:db8::2', port: 1179 },
    { address: undefined, port: 0 },
    { address: undefined, port: 0 }
  ])
})

t.test('dynamic neighbours', async t => {
  const text = `
bgp:
  dynamic_neighbours:
    - { range: 10.0.0.0/16, peer_as: 64512 }
    - range: "2001:db8::/32"
      peer_as: [64512, 64513]
      families: [inet6, e-vpn]
      limit: 500
      hold_time: 30
      prefix_limit: 1000
      role: provider
      idle_removal: 10
    - { range: 10.1.0.0/16, peer_as: external, families: inet-vpn }
`
  const result = parseNodeConfig('weft.yaml', text)
  t.same(result.problems, [])
  const plain = {
    families: ['inet'],
    limit: 100,
    options: noNeighbourOptions,
    idleRemovalSeconds: 60
  }
  t.same(result.config?.bgp.dynamicNeighbours, [
    { ...plain, range: '10.0.0.0/16', peerAs: [64512] },
    {
      range: '2001:db8::/32',
      peerAs: [64512, 64513],
      families: ['inet6', 'evpn'],
      limit: 500,
      options: {
        role: 'provider',
        holdTime: 30,
        prefixLimit: {
          all: { maximum: 1000, warningPercent: 75, action: 'reset', idleSeconds: 0 },
          families: {}
        }
      },
      idleRemovalSeconds: 10
    },
    { ...plain, range: '10.1.0.0/16', peerAs: 'external', families: ['inet-vpn'] }
  ])
})

const neighbour = (rest: string): string =>
  `bgp: { dynamic_neighbours: [{ range: 10.0.0.0/8, peer_as: 1 }, { ${rest} }] }`
const entry = 'bgp.dynamic_neighbours[1]'

const wrong = [
  { text: 'bgp: { dynamic_neighbours: 7 }', path: 'bgp.dynamic_neighbours', reason: 'expected a list' },
  {
    text: 'bgp: { dynamic_neighbours: [7] }',
    path: 'bgp.dynamic_neighbours[0]',
    reason: 'expected keys and values'
  },
  { text: neighbour('peer_as: 1'), path: entry, reason: "'range' is missing" },
  { text: neighbour('range: 10.0.0.0/8'), path: entry, reason: "'peer_as' is missing" },
  {
    text: neighbour('range: 10.0.0.0, peer_as: 1'),
    path: `${entry}.range`,
    reason: "'10.0.0.0' is no prefix, as in 10.0.0.0/16"
  },
  {
    text: neighbour('range: "::ffff:10.0.0.0/104", peer_as: 1'),
    path: `${entry}.range`,
    reason: "'::ffff:10.0.0.0/104' is of IPv4-mapped addresses, which call as those of IPv4: write 10.0.0.0/8"
  },
  {
    text: 'bgp: { neighbours: [{ address: 10.0.0.1 }, { address: "::ffff:10.0.0.1" }] }',
    path: 'bgp.neighbours[1].address',
    reason: "'10.0.0.1' is named twice"
  },
  {
    text: neighbour('range: 10.0.0.0/8, peer_as: 0'),
    path: `${entry}.peer_as`,
    reason: 'expected a number, 1 to 4294967295, found 0'
  },
  {
    text: neighbour('range: 10.0.0.0/8, peer_as: externl'),
    path: `${entry}.peer_as`,
    reason: "'externl' is none of external, internal, did you mean 'external'?"
  },
  {
    text: neighbour('range: 10.0.0.0/8, peer_as: 1, families: [inet, evpn]'),
    path: `${entry}.families`,
    reason: /'evpn' is none of .*, did you mean 'e-vpn'\?/
  },
  {
    text: neighbour('range: 10.0.0.0/8, peer_as: 1, hold_time: 2'),
    path: `${entry}.hold_time`,
    reason: 'expected 0 or at least 3 seconds (RFC 4271 4.2), found 2'
  },
  {
    text: neighbour('range: 10.0.0.0/8, peer_as: 1, limt: 2'),
    path: `${entry}.limt`,
    reason: "unknown key 'limt', did you mean 'limit'?"
  },
  {
    text: 'hostname: "a\\nb\\e[31m"',
    path: 'hostname',
    reason: '"a\\nb\\u001b[31m" has control characters'
  },
  { text: 'bgp: { port: .nan }', path: 'bgp.port', reason: 'expected a port, 0 to 65535, found NaN' },
  {
    text: 'bgp: { dynamic_neighbours: [{ range: 10.1.2.0/24, peer_as: 1 }, { range: 10.1.2.7/24, peer_as: 2 }] }',
    path: 'bgp.dynamic_neighbours[1].range',
    reason: "'10.1.2.0/24' is named twice"
  },
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
  {
    text: 'bgp: { address: 10.0.0.1, listen: [{ address: 10.0.0.2 }] }',
    path: 'bgp.address',
    reason: "'address' cannot stand beside 'listen'"
  },
  {
    text: 'bgp: { listen: [{ address: "::1" }, { address: "0:0::1" }] }',
    path: 'bgp.listen[1].address',
    reason: '0:0::1 is taken by an entry before it: ::1'
  },
  {
    text: 'bgp: { port: 179, listen: [{ address: 10.0.0.1 }, { address: 0.0.0.0 }] }',
    path: 'bgp.listen[1].address',
    reason: '0.0.0.0, port 179 is taken by an entry before it: 10.0.0.1, port 179'
  },
  {
    text: 'bgp: { listen: [{}, { address: "::1" }] }',
    path: 'bgp.listen[1].address',
    reason: '::1 is taken by an entry before it: all addresses'
  },
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

t.test('BMP stations', async t => {
  const text = `
bmp:
  - { address: 192.0.2.1, port: 11019 }
  - { address: "2001:db8::1", port: 5000, what: [loc-rib, pre-policy] }
`
  t.same(parseNodeConfig('/weft.yaml', text).config?.bmp, [
    { address: '192.0.2.1', port: 11019, what: ['pre-policy'] },
    { address: '2001:db8::1', port: 5000, what: ['pre-policy', 'loc-rib'] }
  ])
  for (const [entry, path, reason] of [
    ['{ port: 1 }', 'bmp[0]', "'address' is missing"],
    ['{ address: 192.0.2.1 }', 'bmp[0]', "'port' is missing"],
    ['{ address: x, port: 1 }', 'bmp[0].address', "'x' is no IP address"],
    ['{ address: 192.0.2.1, port: 0 }', 'bmp[0].port', 'expected a number, 1 to 65535, found 0'],
    ['{ address: 192.0.2.1, port: 1, what: adj-in }', 'bmp[0].what', "'adj-in' is none of"]
  ] as const)
    t.match(parseNodeConfig('/weft.yaml', `bmp: [${entry}]`).problems, [{ path, reason }], entry)
})

t.test('options of neighbours', async t => {
  const parse = (text: string) => parseNodeConfig('weft.yaml', text)
  const { config } = parse(`
bgp:
  neighbours:
    - { address: 10.0.0.1, add_path: both, extended_messages: true }
    - { address: '2001:db8::1', role: customer, extended_next_hop: true }
    - { address: 10.0.0.3, route_reflector_client: false }
`)
  t.strictSame(
    [...(config?.bgp.neighbours ?? [])],
    [
      ['10.0.0.1', { ...noNeighbourOptions, addPath: 'both', extendedMessages: true }],
      ['2001:db8::1', { ...noNeighbourOptions, role: 'customer', extendedNextHop: true }],
      ['10.0.0.3', { ...noNeighbourOptions, routeReflectorClient: false }]
    ]
  )
  const faults = parse(`
bgp:
  neighbours:
    - { address: 10.0.0.1, add_path: al }
    - { address: 10.0.0.1, extended_messages: 1 }
    - { role: peer, adress: 10.0.0.2 }
`).problems
  t.strictSame(faults.map(({ line, path }) => `${line} ${path}`).sort(), [
    '4 bgp.neighbours[0].add_path',
    '5 bgp.neighbours[1].address',
    '5 bgp.neighbours[1].extended_messages',
    '6 bgp.neighbours[2]',
    '6 bgp.neighbours[2].adress'
  ])
})

t.test('MRT files', async t => {
  t.same(parseNodeConfig('/etc/weft.yaml', '').config?.mrt, { updates: undefined, tables: undefined })
  const text = `
mrt:
  updates: { file: mrt/updates.%Y%m%d.%H%M, microseconds: false }
  tables: { file: /var/rib.%s.mrt, interval_seconds: 600 }
`
  t.same(parseNodeConfig('/etc/weft.yaml', text).config?.mrt, {
    updates: { file: '/etc/mrt/updates.%Y%m%d.%H%M', intervalSeconds: 300, microseconds: false, own: false },
    tables: { file: '/var/rib.%s.mrt', intervalSeconds: 600 }
  })
  for (const [entry, path, reason] of [
    ['updates: {}', 'mrt.updates', "'file' is missing"],
    ['updates: yes', 'mrt.updates', 'expected keys and values'],
    ['update: {}', 'mrt.update', "unknown key 'update', did you mean 'updates'?"],
    ['tables: { file: "x.%Q" }', 'mrt.tables.file', "'%Q' is no conversion"],
    ['tables: { file: "x.%s%" }', 'mrt.tables.file', "'%' is no conversion"],
    ['tables: { file: "x/%s/" }', 'mrt.tables.file', 'names a folder'],
    ['tables: { file: x }', 'mrt.tables.file', 'gives two files in a row the same name, 7200 s apart'],
    [
      'updates: { file: "x.%H", interval_seconds: 1800 }',
      'mrt.updates.file',
      'gives two files in a row the same name, 1800 s apart'
    ],
    [
      'updates: { file: "x.%s", interval_seconds: 1 }',
      'mrt.updates.interval_seconds',
      'expected a number, 10 to 86400, found 1'
    ]
  ] as const)
    t.match(parseNodeConfig('/weft.yaml', `mrt: { ${entry} }`).problems, [{ path, reason }], entry)
})

t.test('selection deferral', async t => {
  const read = (text: string) => parseNodeConfig('weft.yaml', `bgp: { selection_deferral: ${text} }`)
  t.same(read('{ seconds: 0 }').config?.bgp.selectionDeferral, { ...defaultSelectionDeferral, seconds: 0 })
  t.same(
    read('{ seconds: 200, absent_seconds: 20, families: [inet, e-vpn] }').config?.bgp.selectionDeferral,
    {
      seconds: 200,
      absentSeconds: 20,
      families: ['inet', 'evpn']
    }
  )
  const reasons = read('{ seconds: -1, absent_second: 3, families: [route-target, inte] }').problems.map(
    ({ path, reason }) => `${path}: ${reason.split(',')[0]}`
  )
  t.same(reasons.sort(), [
    "bgp.selection_deferral.absent_second: unknown key 'absent_second'",
    "bgp.selection_deferral.families: 'inte' is none of inet",
    "bgp.selection_deferral.families: 'route-target' is none of inet",
    'bgp.selection_deferral.seconds: expected a number'
  ])
})
