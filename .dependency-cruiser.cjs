/** The rooms of docs/architecture.md: imports go downwards only. */
const under = (...rooms) => `^src/(${rooms.join('|')})(/|\\.ts$)`
const rule = (from, mayUse, comment) => ({
  name: `${from.replaceAll('/', '-')}-imports-downwards`,
  severity: 'error',
  comment,
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: under(from, ...mayUse) }
})

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '(main|\\.d)\\.ts$' },
      to: {}
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] }
    },
    rule('net', [], 'values know nothing'),
    rule('runtime', ['net'], 'clock, scheduler and transport know only addresses'),
    rule('bgp/wire', ['net'], 'bytes in, values out'),
    rule('bgp/rib', ['net', 'runtime', 'bgp/wire'], 'tables know no session, no XMPP, no instance'),
    rule('bgp/export', ['net', 'runtime', 'bgp/wire', 'bgp/rib'], 'rib-outs know receivers, not sessions'),
    rule(
      'bgp/session',
      ['net', 'runtime', 'bgp/wire', 'bgp/fsm'],
      'the BGP session knows messages, not tables'
    ),
    rule('bgp/peer', ['net', 'runtime', 'bgp', 'config'], 'a peer joins a session to tables'),
    rule(
      'xmpp',
      ['net', 'runtime', 'bgp/wire', 'bgp/rib', 'bgp/export'],
      'XMPP knows the rib, not BGP sessions'
    ),
    rule(
      'routing-instance',
      ['net', 'runtime', 'bgp/wire', 'bgp/rib'],
      'instances listen to tables and know no socket'
    ),
    rule(
      'path-resolver',
      ['net', 'runtime', 'bgp/wire', 'bgp/rib'],
      'a resolver listens to tables and knows no instance'
    ),
    rule(
      'bmp',
      ['net', 'runtime', 'bgp', 'config', 'routing-instance', 'control-node'],
      'a station looks on a node and changes nothing'
    ),
    {
      name: 'nothing-imports-bmp',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(bmp|cli)/' },
      to: { path: '^src/bmp/' }
    },
    rule(
      'mrt',
      ['net', 'runtime', 'bgp', 'config', 'control-node'],
      'files look on a node and change nothing'
    ),
    rule(
      'dry-run',
      ['net', 'runtime', 'bgp', 'config', 'config-store', 'ifmap', 'control-node'],
      'a dry run looks at a node and changes nothing'
    ),
    rule('ifmap', ['net', 'runtime'], 'the graph knows no protocol'),
    rule('yaml', [], 'text in, documents out'),
    rule('config-store', ['net', 'runtime', 'ifmap', 'yaml'], 'a store feeds the graph'),
    rule('config', ['net', 'runtime', 'ifmap', 'yaml'], 'settings are derived from the graph'),
    {
      name: 'nothing-imports-introspect',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(introspect/|cli/|lab/|main\\.ts)' },
      to: { path: '^src/introspect/' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'], conditionNames: ['import', 'node'] }
  }
}
