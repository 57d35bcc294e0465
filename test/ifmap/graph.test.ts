import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import type { ConfigObject, Reference } from '../../src/ifmap/config-object.js'
import { edgeKey, Graph, middleName } from '../../src/ifmap/graph.js'
import { type Origin, origins } from '../../src/ifmap/node.js'
import { objectType } from '../../src/ifmap/schema.js'

const object = (type: string, name: string, references: Reference[] = [], properties = {}): ConfigObject => {
  const parentType = type === 'routing-instance' ? 'virtual-network' : undefined
  const parent =
    parentType === undefined ? undefined : { type: parentType, name: name.slice(0, name.lastIndexOf(':')) }
  return { type, name, parent, properties, references }
}
const to = (type: string, name: string, attribute?: Reference['attribute']): Reference => ({
  type,
  name,
  attribute
})

t.test('a link with an attribute goes through a middle node (spec config 1.4)', async t => {
  const graph = new Graph()
  graph.update(
    'store',
    object('routing-instance', 'n:i', [to('route-target', 'target:1:1', { import_export: 'import' })])
  )
  const middle = graph.node('instance-target', 'attr(n:i,target:1:1)')
  t.same(middle?.attribute, { import_export: 'import' })
  t.same(
    [...(middle?.neighbours('instance-target') ?? [])].map(node => node.name),
    ['n:i', 'target:1:1']
  )
  t.equal(graph.node('route-target', 'target:1:1')?.object, undefined, 'the far end is a placeholder')
  t.equal(graph.node('virtual-network', 'n')?.object, undefined, 'and so is the parent')
  graph.remove('store', 'routing-instance', 'n:i')
  t.equal(graph.nodeCount(), 0)
  t.same([...graph.links()], [])
})

t.test('a link that both ends claim stays until both let go', async t => {
  const graph = new Graph()
  graph.update(
    'store',
    object('routing-instance', 'n:a', [to('routing-instance', 'n:b', { destination_instance: 'a' })])
  )
  graph.update(
    'store',
    object('routing-instance', 'n:b', [to('routing-instance', 'n:a', { destination_instance: 'b' })])
  )
  const middle = graph.node('connection', 'attr(n:a,n:b)')
  t.same(middle?.attribute, { destination_instance: 'a' }, 'the attribute of the first owner by name counts')
  graph.update('store', object('routing-instance', 'n:a'))
  t.same(middle?.attribute, { destination_instance: 'b' })
  graph.update('store', object('routing-instance', 'n:b'))
  t.equal(graph.node('connection', 'attr(n:a,n:b)'), undefined)
})

t.test('origins are counted separately (spec config 1.2)', async t => {
  const graph = new Graph()
  graph.update('agent', object('virtual-router', 'r', [to('virtual-machine', 'vm')]))
  graph.update('store', object('virtual-router', 'r', [], { virtual_router_ip_address: '10.0.0.1' }))
  const node = graph.node('virtual-router', 'r')
  t.match(node?.object?.properties, { virtual_router_ip_address: '10.0.0.1' })
  graph.remove('store', 'virtual-router', 'r')
  t.same(node?.object?.properties, {})
  t.ok(graph.node('virtual-machine', 'vm'))
  graph.remove('agent', 'virtual-router', 'r')
  t.equal(graph.nodeCount(), 0)
})

t.test('an instance may be connected with itself', async t => {
  const graph = new Graph()
  graph.update('store', object('routing-instance', 'n:a', [to('routing-instance', 'n:a', {})]))
  t.equal([...graph.links()].length, 2, 'to the parent, and one to the middle node')
  graph.remove('store', 'routing-instance', 'n:a')
  t.equal(graph.nodeCount(), 0)
})

t.test('listeners hear of differences only', async t => {
  const graph = new Graph()
  const heard: string[] = []
  const stop = graph.listen({
    nodeChanged: node => heard.push(`${node.exists ? '+' : '-'}${node.type} ${node.name}`),
    linkChanged: (link, present) => heard.push(`${present ? '+' : '-'}${link.name}`)
  })
  const target = to('route-target', 'target:1:1', {})
  graph.update('store', object('routing-instance', 'n:i', [target]))
  t.same(heard.splice(0), [
    '+routing-instance n:i',
    '+virtual-network-routing-instance',
    '+virtual-network n',
    '+instance-target',
    '+instance-target',
    '+route-target target:1:1',
    '+instance-target attr(n:i,target:1:1)'
  ])
  graph.update('store', object('routing-instance', 'n:i', [{ ...target }]))
  t.same(heard.splice(0), [], 'an equal object')
  graph.update(
    'store',
    object('routing-instance', 'n:i', [{ ...target, attribute: { import_export: 'export' } }])
  )
  t.same(heard.splice(0), ['+routing-instance n:i', '+instance-target attr(n:i,target:1:1)'])
  graph.remove('store', 'routing-instance', 'x')
  t.same(heard.splice(0), [], 'nothing to remove')
  stop()
  graph.remove('store', 'routing-instance', 'n:i')
  t.same(heard, [])
})

// Few names and types that link in all ways: both sides, attributes, parents, three origins.
const names = ['n:a', 'n:b', 'm:a']
const attributes = fc.constantFrom({}, { destination_instance: 'n:a' }, { destination_instance: 'n:b' })
const instances = fc.record({
  name: fc.constantFrom(...names),
  connections: fc.uniqueArray(fc.tuple(fc.constantFrom(...names), attributes), {
    selector: ([name]) => name
  }),
  targets: fc.uniqueArray(fc.constantFrom('target:1:1', 'target:1:2')),
  shared: fc.boolean()
})
const objects = fc.oneof(
  instances.map(({ name, connections, targets, shared }) =>
    object(
      'routing-instance',
      name,
      [
        ...connections.map(([other, attribute]) => to('routing-instance', other, attribute)),
        ...targets.map(target => to('route-target', target, {}))
      ],
      { routing_instance_has_pnf: shared }
    )
  ),
  fc.constantFrom('n', 'm').map(name => object('virtual-network', name)),
  fc.constantFrom('n', 'm').map(name => object('virtual-network', name, [to('virtual-network', 'n')]))
)
const steps = fc.array(
  fc.record({ origin: fc.constantFrom<Origin>(...origins), object: objects, remove: fc.boolean() }),
  { maxLength: 30 }
)

t.test('the graph is a function of the objects that are there, whatever came before', async () => {
  fc.assert(
    fc.property(steps, sequence => {
      const graph = new Graph()
      const present = new Map<string, { origin: Origin; object: ConfigObject }>()
      for (const { origin, object, remove } of sequence) {
        const key = `${origin} ${object.type} ${object.name}`
        if (remove) {
          graph.remove(origin, object.type, object.name)
          present.delete(key)
        } else {
          graph.update(origin, object)
          present.set(key, { origin, object })
        }
      }
      const { nodes, links } = dump(graph)
      const expected = model([...present.values()])
      deepStrictEqual(nodes, expected.nodes)
      deepStrictEqual(links, expected.links)
      for (const { origin, object } of present.values()) graph.remove(origin, object.type, object.name)
      return graph.nodeCount() === 0 && [...graph.links()].length === 0
    }),
    { numRuns: 300 }
  )
})

type Facts = Record<string, unknown>

function dump(graph: Graph): { nodes: Facts; links: string[] } {
  const nodes: Facts = {}
  for (const type of graph.types()) {
    for (const node of graph.nodes(type))
      nodes[`${type} ${node.name}`] = node.object ?? node.attribute ?? null
  }
  const links = [...graph.links()].map(link => edgeKey(link.name, link.left, link.right)).sort()
  return { nodes, links }
}

/** Built in one go from the objects, with nothing to undo. */
function model(present: { origin: Origin; object: ConfigObject }[]): { nodes: Facts; links: string[] } {
  const nodes: Facts = {}
  const links = new Set<string>()
  const claim = ({ origin, object }: (typeof present)[number]) =>
    `${origins.indexOf(origin)} ${object.type} ${object.name}`
  const inOrder = [...present].sort((a, b) => (claim(a) < claim(b) ? -1 : 1))
  for (const { object } of inOrder) nodes[`${object.type} ${object.name}`] ??= object
  for (const { object } of inOrder) {
    const type = objectType(object.type)!
    const parent = object.parent === undefined ? [] : [{ ...object.parent, attribute: undefined }]
    for (const [index, other] of [...parent, ...object.references].entries()) {
      const isParent = index < parent.length
      const { name, hasAttribute } = (isParent ? type.parents : type.references).get(other.type)!
      nodes[`${other.type} ${other.name}`] ??= null
      if (!hasAttribute) {
        links.add(edgeKey(name, object, other))
        continue
      }
      const middle = { type: name, name: middleName(object.name, other.name) }
      nodes[`${middle.type} ${middle.name}`] ??= other.attribute
      links.add(edgeKey(name, object, middle))
      links.add(edgeKey(name, other, middle))
    }
  }
  return { nodes, links: [...links].sort() }
}
