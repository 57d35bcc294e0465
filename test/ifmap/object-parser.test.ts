import t from 'tap'
import { parseObject } from '../../src/ifmap/object-parser.js'

const instance = { type: 'routing_instance', fq_name: ['d', 'p', 'n', 'i'] }
const errorsOf = (json: unknown): string[] =>
  parseObject(json).problems.map(({ path, reason }) => `${path.join('.')}: ${reason}`)

t.test('a whole object', async t => {
  const { object, problems } = parseObject({
    type: 'routing_instance',
    fq_name: ['d', 'p', 'n', 'i'],
    parent_type: 'virtual-network',
    routing_instance_is_default: true,
    uuid: 'x',
    href: 'y',
    note: 'z',
    virtual_machine_interface_back_refs: [{}],
    bgp_routers: [{}],
    route_target_refs: [{ to: ['target', 64512, '1'], uuid: 'u', attr: { import_export: null } }],
    routing_instance_refs: [{ to: 'd:p:m:m', attr: null }]
  })
  t.same(problems, [])
  t.same(object, {
    type: 'routing-instance',
    name: 'd:p:n:i',
    parent: { type: 'virtual-network', name: 'd:p:n' },
    properties: { routing_instance_is_default: true },
    references: [
      { type: 'route-target', name: 'target:64512:1', attribute: {} },
      { type: 'routing-instance', name: 'd:p:m:m', attribute: {} }
    ]
  })
})

t.test('wrapped in its type', async t => {
  const { object } = parseObject({ 'virtual-network': { fq_name: ['d', 'p', 'n'], is_shared: 'true' } })
  t.match(object, { type: 'virtual-network', name: 'd:p:n', properties: { is_shared: true } })
})

t.test('kinds of the schema (spec config 1.6)', async t => {
  const { object } = parseObject({
    type: 'bgp_router',
    fq_name: ['d', 'p', 'n', 'i', 'r'],
    display_name: 7,
    id_perms: {
      uuid: { uuid_mslong: '12916900405300187083', uuid_lslong: 11008620990477039659n },
      enable: 'no'
    },
    bgp_router_parameters: { autonomous_system: '4200000000 ', port: null, identifier: '10.0.0.1' },
    annotations: null
  })
  t.same(object?.properties, {
    display_name: '7',
    id_perms: {
      uuid: { uuid_mslong: '12916900405300187083', uuid_lslong: '11008620990477039659' },
      enable: false
    },
    bgp_router_parameters: { autonomous_system: 4200000000, identifier: '10.0.0.1' }
  })
})

t.test('a parent that the schema leaves no doubt about need not be named', async t => {
  t.same(parseObject(instance).object?.parent, { type: 'virtual-network', name: 'd:p:n' })
  const ambiguous = { type: 'virtual_machine_interface', fq_name: ['d', 'p', 'v'] }
  t.equal(parseObject(ambiguous).object?.parent, undefined)
  t.equal(
    parseObject({ type: 'domain', fq_name: ['d'], parent_type: 'config-root' }).object?.parent,
    undefined
  )
})

t.test('drafts are hidden, even with an empty state (spec config 2.5)', async t => {
  const draft = parseObject({ type: 'firewall_rule', fq_name: ['r'], draft_mode_state: '' })
  t.match(draft, { hidden: true, problems: [] })
})

const wrong: readonly (readonly [name: string, json: unknown, error: string])[] = [
  ['no object', 7, ': expected an object, found 7'],
  ['no type', { fq_name: ['a'], uuid: 'x' }, ": missing 'type'"],
  ['type of a wrong kind', { ...instance, type: 7 }, 'type: expected a text, found 7'],
  [
    'unknown type',
    { ...instance, type: 'bgp_ruter' },
    "type: unknown type 'bgp_ruter', did you mean 'bgp_router'?"
  ],
  ['no name', { type: 'project', uuid: 'x' }, ": missing 'fq_name'"],
  ['empty name', { ...instance, fq_name: [] }, 'fq_name: expected a list of texts, found an empty list'],
  [
    'name as text',
    { ...instance, fq_name: 'a:b' },
    "fq_name: expected a list of texts, found the text 'a:b'"
  ],
  ['null in a name', { ...instance, fq_name: ['a', null] }, 'fq_name.1: expected a text, found null'],
  [
    'unknown member',
    { ...instance, routing_instance_has_pmf: true },
    "routing_instance_has_pmf: unknown member 'routing_instance_has_pmf' of routing_instance, did you mean 'routing_instance_has_pnf'?"
  ],
  [
    'unknown member inside',
    { type: 'bgp_router', fq_name: ['a', 'b'], bgp_router_parameters: { hold_tim: 3 } },
    "bgp_router_parameters.hold_tim: unknown member 'hold_tim', did you mean 'hold_time'?"
  ],
  [
    'unknown references',
    { ...instance, project_refs: [] },
    "project_refs: routing_instance has no references 'project_refs'"
  ],
  [
    'references of a wrong kind',
    { ...instance, route_target_refs: {} },
    'route_target_refs: expected a list, found an object'
  ],
  [
    'reference of a wrong kind',
    { ...instance, route_target_refs: [3] },
    'route_target_refs.0: expected an object, found 3'
  ],
  [
    'reference without target',
    { ...instance, route_target_refs: [{}] },
    "route_target_refs.0: missing 'fq_name'"
  ],
  [
    'wrong parent',
    { ...instance, parent_type: 'project' },
    "parent_type: routing_instance cannot be a child of 'project' (allowed: virtual-network)"
  ],
  [
    'parent without a name',
    { ...instance, fq_name: ['i'], parent_type: 'virtual-network' },
    'parent_type: an object with a parent needs a name of two or more components'
  ],
  [
    'integer',
    { type: 'virtual_network', fq_name: ['a'], virtual_network_network_id: 1.5 },
    'virtual_network_network_id: expected an integer of 32 bits, found 1.5'
  ],
  [
    'boolean',
    { ...instance, routing_instance_is_default: [] },
    'routing_instance_is_default: expected true or false, found an empty list'
  ],
  [
    'complex',
    { ...instance, static_route_entries: [] },
    'static_route_entries: expected an object, found an empty list'
  ],
  [
    'list',
    { ...instance, static_route_entries: { route: {} } },
    'static_route_entries.route: expected a list, found an object'
  ]
]
for (const [name, json, error] of wrong) {
  t.test(`error: ${name}`, async t => {
    t.ok(errorsOf(json).includes(error), errorsOf(json).join('\n'))
    t.equal(parseObject(json).object, undefined)
  })
}

t.test('all errors are found at once', async t => {
  t.equal(errorsOf({ ...instance, foo: 1, bar: 2, parent_type: 'x' }).length, 3)
})

t.test('an attribute where there is none is a warning', async t => {
  const json = {
    type: 'route_aggregate',
    fq_name: ['a'],
    routing_instance_refs: [{ to: ['i'], attr: { x: 1 } }]
  }
  t.match(parseObject(json), { object: { name: 'a' }, problems: [{ severity: 'warning' }] })
})
