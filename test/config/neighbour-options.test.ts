import t from 'tap'
import { printOptions } from '../../src/config/neighbour-options.js'
import { parseNodeConfig } from '../../src/config/node-config.js'

t.test('options as operators see them: what differs from what holds without, and no keys', async t => {
  const neighbours = `
bgp:
  neighbours:
    - address: 10.0.0.1
      description: upstream, rack 4
      connect_retry: 30
      idle_hold: 7
      passive: false
      strict_role: false
      enforce_first_as: false
      add_path: none
      import: all
      export: none
      md5_key: [hunter2, hunter3]
      send_communities: []
      prefix_limit: { inet: 10000, e-vpn: { maximum: 5000, warning: 80, action: block, idle_time: 60 } }
      prefix_limit_out: 70
    - address: 10.0.0.2
      md5_key: hunter2
      send_communities: [large, standard]
`
  const { config, problems } = parseNodeConfig('/etc/weft.yaml', neighbours)
  t.strictSame(problems, [])
  const printed = (address: string): string[] =>
    printOptions(config!.bgp.neighbours.get(address)!).map(({ option, value }) => `${option}: ${value}`)
  t.strictSame(printed('10.0.0.1'), [
    'description: upstream, rack 4',
    'passive: false',
    'idle_hold: 7',
    'md5_key: 2 keys',
    'import: all', // which says something where a policy is required
    'enforce_first_as: false',
    'prefix_limit: inet 10000, e-vpn 5000 (block, warning 80%, idle time 60 s)',
    'export: none',
    'prefix_limit_out: 70',
    'send_communities: none'
  ])
  t.strictSame(printed('10.0.0.2'), ['md5_key: one key', 'send_communities: standard large'])
})
