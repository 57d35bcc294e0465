/** Every page, every path of the API and the metrics over a real node, one that has just started included. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'ltx'
import t from 'tap'
import { allRequests } from '../../../src/introspect/requests.js'
import type { NodeView } from '../../../src/introspect/view.js'
import { Cluster } from '../../support/cluster.js'
import { instanceOf } from '../../support/cluster-objects.js'
import { ask } from '../pages/ask.js'
import { running } from '../running.js'

const young = new Cluster(1)
const cluster = new Cluster(2)
cluster.start()
for (const deed of cluster.deeds) deed()
cluster.world.run(30_000)
const views: readonly (readonly [string, NodeView])[] = [
  ['a node that has read nothing', young.view('cn-a')],
  ['a node at work', cluster.view('cn-a')]
]

for (const [what, view] of views) {
  t.test(`pages of ${what}`, async t => {
    for (const name of allRequests().keys()) {
      for (const query of ['', 'x=virtual-network', `x=${instanceOf('red')}.inet.0`, 'x=NodeStatus']) {
        const page = await ask(name, query, view)
        const root = parse(page.slice(page.indexOf('?>') + 2))
        t.match(root.attrs.type, /^(sandesh|slist)$/, `${name}?${query}`)
      }
    }
  })

  t.test(`API and metrics of ${what}`, async t => {
    const server = await running(t, view)
    const description = (await (await server.get('/api/v1/openapi.json')).json()) as {
      paths: Record<
        string,
        { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }
      >
      components: { schemas: object }
    }
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'api', components: description.components })
    const names: Record<string, string> = { neighbors: 'edge', agents: 'vr-01', instances: instanceOf('red') }
    for (const [path, { get }] of Object.entries(description.paths)) {
      const content = get.responses['200']!.content['application/json']
      // Streams, files and this description have tests of their own.
      if (content?.schema === undefined) continue
      const asked = path.replace('{name}', encodeURIComponent(names[path.split('/')[1]!] ?? ''))
      const response = await server.get(`/api/v1${asked}`)
      // Before anything is configured there is no red and no edge.
      if (response.status === 404 && asked !== path) continue
      const text = JSON.stringify(content.schema)
      const validate = ajv.compile(JSON.parse(text.replaceAll('"#/', '"api#/')) as object)
      const body = await response.json()
      if (response.status === 400) continue // a required parameter is missing
      t.equal(response.status, 200, asked)
      t.ok(validate(body), asked, { errors: validate.errors })
    }
    const metrics = await (await server.get('/metrics')).text()
    t.match(metrics, /weft_routing_instances [16]\n/)
    t.same(server.errors, [])
  })
}

t.test('the figures of a node at work', async t => {
  const server = await running(t, cluster.view('cn-a'))
  const metrics = await (await server.get('/metrics')).text()
  const edge = 'default-domain:default-project:ip-fabric:__default__:edge'
  for (const line of [
    'weft_info{hostname="cn-a",version="1.2.3"} 1',
    'weft_functional 1',
    `weft_neighbor_state{neighbor="${edge}",state="Established"} 1`,
    `weft_neighbor_prefixes{neighbor="${edge}",family="inet",kind="received"} 1`,
    `weft_neighbor_prefixes{neighbor="${edge}",family="inet",kind="advertised"} 2`,
    'weft_agents{state="Established"} 1',
    'weft_routing_instances 6',
    'weft_table_paths{family="inet",scope="vrf",kind="primary"} 4'
  ])
    t.ok(metrics.includes(`${line}\n`), line)
})
