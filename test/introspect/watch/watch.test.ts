import t from 'tap'
import type { Change, Route } from '../../../src/introspect/view.js'
import { mostWatchers } from '../../../src/introspect/watch/watch-routes.js'
import { weft } from '../../cli/running-cli.js'
import { Cluster } from '../../support/cluster.js'
import { instanceOf } from '../../support/cluster-objects.js'
import { fixtureView } from '../fixture-view.js'
import { running } from '../running.js'

const red = `${instanceOf('red')}.inet.0`

t.test('a watcher is told what changes, and costs nothing afterwards', async t => {
  const cluster = new Cluster()
  cluster.start()
  const { node } = cluster.nodes.get('cn-a')!
  const view = cluster.view('cn-a')
  const agent = cluster.agent('cn-a')
  agent.subscribe(instanceOf('red'), 21)
  cluster.world.run(5_000)
  const table = node.instances.table(red)!
  const before = table.listenerCount

  t.equal(
    view.watch.routes(
      { table: 'none' },
      () => {},
      () => {}
    ),
    undefined
  )
  t.equal(
    view.watch.routes(
      { table: red, inside: 'x' },
      () => {},
      () => {}
    ),
    undefined
  )
  const changes: Change<Route>[] = []
  let lost = 0
  const stop = view.watch.routes(
    { table: red, inside: '10.1.0.0/16' },
    ({ name, now }) => changes.push({ name, now: now && { ...now, paths: now.paths } }),
    count => (lost += count)
  )!
  agent.publish(instanceOf('red'), { prefix: '10.1.0.3/32', label: 51 })
  agent.publish(instanceOf('red'), { prefix: '10.9.0.3/32', label: 52 })
  cluster.world.run(2_000)
  t.match(changes, [{ name: '10.1.0.3/32', now: { paths: [{ protocol: 'XMPP' }] } }])
  t.equal(changes.length, 1, 'only what lies inside the prefix')
  agent.withdraw(instanceOf('red'), '10.1.0.3/32')
  cluster.world.run(2_000)
  t.same(changes[1], { name: '10.1.0.3/32', now: undefined })
  t.equal(lost, 0)
  stop()
  stop()
  t.equal(table.listenerCount, before)

  const seen: string[] = []
  const stopPeers = view.watch.neighbors(({ name, now }) => seen.push(`${name} ${now?.state}`))
  const stopAgents = view.watch.agents(({ name, now }) => seen.push(`${name} ${now?.state}`))
  cluster.edge.stop()
  agent.stop()
  cluster.world.run(5_000)
  t.ok(
    seen.some(line => /edge (Idle|Active|Connect)/.test(line)),
    seen.join()
  )
  t.ok(seen.includes('vr-01 undefined'))
  stopPeers()
  stopAgents()
  t.equal(node.peerMonitors.list, undefined)
  t.equal(node.agentMonitors.list, undefined)
})

t.test('server-sent events', async t => {
  const told: ((change: Change<Route>) => void)[] = []
  let stopped = 0
  const view = {
    ...fixtureView(),
    watch: {
      neighbors: () => () => {},
      agents: () => () => {},
      routes: (_: object, changed: (change: Change<Route>) => void) => {
        told.push(changed)
        return () => stopped++
      }
    }
  }
  const { port, get } = await running(t, view)
  const watch = (words: string) => weft(['watch', ...words.split(' '), '--port', String(port)])

  const peers = await watch('peers --snapshot -n 3')
  t.equal(peers.code, 0)
  t.match(peers.out, /^peer .*:ctrl-b.lab.example: Established, 2 paths$/m)
  t.match(peers.out, 'That is what is there now')
  t.match(JSON.parse((await watch('agents --snapshot -n 1 --json')).out), { event: 'agent' })

  t.match(await watch('routes --table none'), { code: 2, error: /no such table: none/ })
  for (const query of ['', '?what=x', '?what=routes', '?what=peers&x=1'])
    t.equal((await get(`/api/v1/watch${query}`)).status, 400, query)

  const routes = watch('routes --table bgp.l3vpn.0 -n 3')
  while (told.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  const slow = told.at(-1)!
  const now = view.rib.route('bgp.l3vpn.0', '198.51.100.28:4:10.20.30.4/32')!
  slow({ name: 'gone/32', now: undefined })
  // Far more than a client is waited for, in one turn.
  for (let i = 0; i < 5_000; i++) slow({ name: '198.51.100.28:4:10.20.30.4/32', now })
  t.match((await routes).out, /^route gone\/32: gone\nroute 198.51.100.28:4:10.20.30.4\/32: BGP/)
  while (stopped < told.length) await new Promise(resolve => setTimeout(resolve, 5))

  const lagging = watch('routes --table bgp.l3vpn.0 --json -n 600')
  while (told.length < 4) await new Promise(resolve => setTimeout(resolve, 5))
  for (let i = 0; i < 5_000; i++) told.at(-1)!({ name: '198.51.100.28:4:10.20.30.4/32', now })
  const giveUp = setInterval(() => told.at(-1)!({ name: 'later/32', now: undefined }), 1)
  const lines = (await lagging).out
    .split('\n')
    .map(line => JSON.parse(line) as { event: string; count: number })
  clearInterval(giveUp)
  const gap = lines.find(({ event }) => event === 'lost')
  t.ok(gap !== undefined && gap.count > 0 && gap.count < 5_000, 'what was lost is counted')
  const before = lines.indexOf(gap!)
  t.ok(before + gap!.count >= 5_000, 'every change was either told or counted')
  t.ok(lines.length > before + 1, 'and it goes on')

  const clients = Array.from({ length: mostWatchers }, () => new AbortController())
  // Each answer is kept: fetch ends the stream of one that was collected, and its place would be free again.
  const answers: Response[] = []
  for (const { signal } of clients) answers.push(await get('/api/v1/watch?what=peers', { signal }))
  const refused = await get('/api/v1/watch?what=peers')
  t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
  t.equal(refused.status, 503)
  for (const client of clients) client.abort()
})
