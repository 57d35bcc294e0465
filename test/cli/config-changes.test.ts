import t from 'tap'
import { type ApiObject, clusterObjects, instanceOf, textOf } from '../support/cluster-objects.js'
import { weft } from './running-cli.js'

/** A folder with a node file and objects. */
const node = (file: string, objects: readonly ApiObject[]) => ({
  'weft.yaml': `hostname: cn-a\n${file}`,
  objects: { 'all.json': textOf(objects) }
})

const edgeWith = (parameters: object): readonly ApiObject[] =>
  clusterObjects.map(object =>
    object.type === 'bgp_router' && object.fq_name.at(-1) === 'edge'
      ? { ...object, bgp_router_parameters: { ...(object.bgp_router_parameters as object), ...parameters } }
      : object
  )

t.test('what would become of a running node', async t => {
  const options = 'bgp:\n  neighbours:\n    - { address: 10.0.0.12, allow_as_in: 2 }\n'
  const range =
    'bgp:\n  dynamic_neighbours:\n    - { range: 10.9.0.0/16, peer_as: external, hold_time: HOLD }\n'
  const folder = t.testdir({
    running: node('', clusterObjects),
    same: node('log: { level: info }\n', clusterObjects),
    edge: node(options, edgeWith({ hold_time: 30 })),
    less: node(
      'xmpp: { port: 5270 }\n',
      clusterObjects.filter(({ fq_name }) => fq_name.join(':') !== instanceOf('lonely'))
    ),
    agents: node(
      '',
      clusterObjects.map(object =>
        object.type === 'global_system_config' ? { ...object, rd_cluster_seed: 7 } : object
      )
    ),
    ranges: node(range.replace('HOLD', '30'), clusterObjects),
    here: node(
      'bgp: { port: 1179, listen: [{ address: 10.0.0.1 }, { address: "2001:DB8::1" }] }\n',
      clusterObjects
    ),
    there: node(
      'bgp: { port: 1179, listen: [{ address: "2001:db8::1" }, { address: 10.0.0.7 }] }\n',
      clusterObjects
    ),
    slower: node(range.replace('HOLD', '60'), clusterObjects),
    wrong: { 'weft.yaml': 'hostnam: x\n' }
  })
  const against = (next: string, running = 'running', ...more: string[]) =>
    weft([
      'config',
      'check',
      `${folder}/${next}/weft.yaml`,
      '--against',
      `${folder}/${running}/weft.yaml`,
      ...more
    ])
  t.match(await against('same'), { code: 0, out: 'Nothing happens to any neighbor.' })
  const edge = await against('edge')
  t.equal(edge.code, 0)
  t.match(edge.out, /^edge +10\.0\.0\.11 +is reset \(Cease 6\) +holdTimeSeconds$/m)
  t.match(
    edge.out,
    /^gateway +10\.0\.0\.12 +is asked for its routes again; without .* loopCount, familyLoopCounts$/m
  )
  t.notMatch(edge.out, /cn-b/)
  t.match((await against('running', 'edge')).out, /is reset/, 'and back')
  const less = (await against('less')).out
  t.match(less, `Routing instances: ${instanceOf('lonely')} goes.`)
  t.match(less, /After a restart of the node only: .*xmpp/)
  t.match((await against('agents')).out, 'The sessions of all agents end, and come back.')
  t.match((await against('ranges')).out, /10\.9\.0\.0\/16 +is new/)
  t.match((await against('slower', 'ranges')).out, /10\.9\.0\.0\/16 +is reset \(Cease 6\) +holdTimeSeconds/)
  t.match((await against('running', 'ranges')).out, /10\.9\.0\.0\/16 +is removed/)
  const there = (await against('there', 'here')).out
  t.match(there, 'Listened on from now on: 10.0.0.7, port 1179.')
  t.match(there, 'Not listened on any more: 10.0.0.1, port 1179.')
  t.match(there, 'Nothing happens to any neighbor.')
  t.notMatch(there, /restart/)
  const json = JSON.parse((await against('edge', 'running', '--json')).out) as { neighbors: object[] }
  t.match(json.neighbors, [
    { address: '10.0.0.11', effect: 'reset', why: ['holdTimeSeconds'] },
    { address: '10.0.0.12', effect: 'refresh-or-reset' }
  ])
  t.match(await against('wrong'), { code: 1, error: /wrong\/weft.yaml: the configuration has errors/ })
  t.match(await against('same', 'wrong'), {
    code: 1,
    error: /wrong\/weft.yaml: the configuration has errors/
  })
})
