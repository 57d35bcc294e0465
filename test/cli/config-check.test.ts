import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkConfig } from '../../src/cli/config-check.js'
import { ConfigModel } from '../../src/config/config-model.js'
import { masterInstance } from '../../src/config/settings.js'
import { printProblem } from '../../src/config-store/config-store.js'
import { readObjectFile } from '../../src/config-store/object-file.js'
import { Graph } from '../../src/ifmap/graph.js'
import { start, Turns } from '../config/support.js'

const turns = new Turns()
const examples = join(import.meta.dirname, '../../examples')
const captures = join(import.meta.dirname, '../../../shared/captures')

t.test('a node without problems', async t => {
  const folder = t.testdir({
    'weft.yaml': 'hostname: cn\n',
    objects: {
      'a.yaml': `{ type: bgp_router, fq_name: [${masterInstance.split(':').join(', ')}, cn] }`
    }
  })
  const check = await checkConfig(join(folder, 'weft.yaml'), turns)
  t.match(check, { isGood: true, problems: [], config: { hostname: 'cn' } })
  t.equal(check.objects.length, 5)
})

t.test('a node that the store does not know', async t => {
  const folder = t.testdir({ 'weft.yaml': 'hostname: cn\n', objects: { 'a.yaml': '- 7' } })
  const check = await checkConfig(join(folder, 'weft.yaml'), turns)
  t.equal(check.isGood, false)
  t.match(check.problems, [
    { severity: 'warning', file: /weft\.yaml$/, reason: /no bgp_router/ },
    { severity: 'error', file: /a\.yaml$/, line: 1 }
  ])
})

t.test('options by an address that no router of the store has', async t => {
  const router = (name: string, address: string): string =>
    `- { type: bgp_router, fq_name: [${[...masterInstance.split(':'), name].join(', ')}], ` +
    `bgp_router_parameters: { address: "${address}", autonomous_system: 1, identifier: 10.0.0.1 } }\n`
  const folder = t.testdir({
    'weft.yaml':
      'hostname: cn\nbgp: { neighbours: [{ address: 10.0.0.2 }, { address: "2001:db8:0::2" }, { address: 10.0.0.3 }] }\n',
    objects: { 'a.yaml': router('cn', '10.0.0.1') + router('a', '10.0.0.2') + router('b', '2001:db8::2') }
  })
  const { isGood, problems } = await checkConfig(join(folder, 'weft.yaml'), turns)
  t.equal(isGood, true)
  t.match(problems, [
    { severity: 'warning', path: 'bgp.neighbours', reason: /the address 10\.0\.0\.3: its options/ }
  ])
  t.equal(problems.length, 1)
})

t.test('a file of its own that is wrong, or not there', async t => {
  const folder = t.testdir({ 'weft.yaml': 'hostnam: cn\n' })
  t.match(await checkConfig(join(folder, 'weft.yaml'), turns), { isGood: false, config: undefined })
  t.match(await checkConfig(join(folder, 'none.yaml'), turns), {
    isGood: false,
    problems: [{ reason: /^cannot be read: ENOENT/, line: 0 }]
  })
})

for (const name of readdirSync(examples)) {
  const file = join(examples, name, 'weft.yaml')
  if (!existsSync(file)) continue
  t.test(`example ${name}`, async t => {
    const check = await checkConfig(file, turns)
    t.same(check.problems.map(printProblem), [])
  })
}

t.test('what the quick start makes', async t => {
  const graph = new Graph()
  for (const file of ['fabric', 'pods', 'routers', 'tenants']) {
    const path = join(examples, 'quick-start/objects', `${file}.yaml`)
    for (const { object } of readObjectFile(path, readFileSync(path, 'utf8')).objects.values()) {
      graph.update('store', object)
    }
  }
  const clock = new Turns()
  const model = new ConfigModel({ graph, scheduler: clock, hostname: 'cn-a', changed: () => {} })
  clock.runAll()
  t.match(
    [...model.peers.values()],
    [{ peerAs: 65311, localAs: 64512, address: '127.0.0.2', families: [{ family: 'inet' }], internal: false }]
  )
  const imports = (name: string) => model.instances.get(name)?.importTargets.map(({ text }) => text)
  t.same(imports('default-domain:demo:red:red'), ['target:64512:8000021', 'target:64512:8000022'])
  t.same(imports('default-domain:demo:blue:blue'), ['target:64512:8000021', 'target:64512:8000022'])
  t.same(imports('default-domain:demo:lonely:lonely'), ['target:64512:8000023'])
  t.same(imports('default-domain:k8s:pods:pods'), ['target:64512:8000000', 'target:64512:8000005'])
})

const recorded = existsSync(captures)
  ? readdirSync(captures).flatMap(folder =>
      existsSync(join(captures, folder, 'objects.json')) ? [join(captures, folder)] : []
    )
  : []
t.test(
  'recorded configurations',
  { skip: recorded.length === 0 && `no recordings at ${captures}` },
  async t => {
    for (const folder of recorded) {
      for (const name of readdirSync(folder).filter(file => /^objects.*\.json$/.test(file))) {
        const path = join(folder, name)
        const { objects, problems, isGood } = readObjectFile(path, readFileSync(path, 'utf8'))
        t.ok(isGood, problems.map(printProblem).join('\n') || path)
        const { model } = start([...objects.values()].map(({ object }) => object))
        t.equal(model.instances.size >= 1, true)
      }
    }
  }
)
