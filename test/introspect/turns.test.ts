/** A scrape, and the snapshot of a watch, of many neighbors and of a large table take no long turn of the event loop. */
import { connect } from 'node:net'
import { setImmediate as soon } from 'node:timers'
import { setTimeout as pause } from 'node:timers/promises'
import { Registry } from 'prom-client'
import t from 'tap'
import type { Table } from '../../src/bgp/rib/table.js'
import type { BgpNeighbor, NodeView } from '../../src/introspect/view.js'
import { announce, bgpSource, ribContext } from '../bgp/rib/rib-helpers.js'
import { Cluster } from '../support/cluster.js'
import { agent, blue, fixtureView, neighbor, route } from './fixture-view.js'
import { running } from './running.js'

/** Counts what is done, and the most of it in one turn. */
class Turns {
  total = 0
  most = 0
  #now = 0
  #watching = true

  constructor() {
    const next = (): void => {
      this.#now = 0
      if (this.#watching) soon(next)
    }
    next()
  }

  count(): void {
    this.total++
    this.most = Math.max(this.most, ++this.#now)
  }

  stop(): void {
    this.#watching = false
  }
}

/** The view with each session counted as it is drawn. */
function counted(view: NodeView, turns: Turns): NodeView {
  const each = function* <T>(items: Iterable<T>): Generator<T> {
    for (const item of items) {
      turns.count()
      yield item
    }
  }
  return {
    ...view,
    bgp: { ...view.bgp, neighbors: start => each(view.bgp.neighbors(start)) },
    xmpp: { ...view.xmpp, agents: start => each(view.xmpp.agents(start)) }
  }
}

t.test('many sessions', async t => {
  const number = (i: number): string => String(i).padStart(4, '0')
  const neighbors = Array.from({ length: 1000 }, (_, i): BgpNeighbor => neighbor({ name: `n-${number(i)}` }))
  const agents = Array.from({ length: 1000 }, (_, i) => agent({ name: `vr-${number(i)}` }))
  const turns = new Turns()
  const server = await running(t, counted(fixtureView({ neighbors, agents }), turns))
  const text = await (await server.get('/metrics')).text()
  t.equal(text.match(/^weft_neighbor_flaps_total/gm)?.length, 1000, 'each once')
  t.match(text, 'weft_agents{state="Established"} 1000\n')
  t.ok(turns.most <= 160, `at most ${turns.most} of ${turns.total} sessions in a turn`)

  turns.most = 0
  const response = await server.get('/api/v1/watch?what=peers,agents&snapshot=true')
  let events = ''
  for await (const chunk of response.body!) {
    events += Buffer.from(chunk).toString()
    if (events.includes('event: synced')) break
  }
  const names = (kind: string): string[] =>
    Array.from(
      events.matchAll(new RegExp(`event: ${kind}\ndata: {"name":"([^"]+)"`, 'g')),
      ([, name]) => name!
    )
  t.equal(new Set(names('peer')).size, 1000)
  t.equal(new Set(names('agent')).size, 1000)
  t.notMatch(events, 'event: lost')
  t.ok(turns.most <= 66, `at most ${turns.most} sessions in a turn`)
  turns.stop()
})

t.test('what a scrape prints of many neighbors', async t => {
  const neighbors = Array.from(
    { length: 1000 },
    (_, i): BgpNeighbor => neighbor({ name: `n-${String(i).padStart(4, '0')}` })
  )
  const turns = new Turns()
  const real = Registry.prototype.getSingleMetricAsString
  t.teardown(() => {
    Registry.prototype.getSingleMetricAsString = real
  })
  Registry.prototype.getSingleMetricAsString = async function (name) {
    const text = await real.call(this, name)
    for (const _ of text.split('\n')) turns.count()
    return text
  }
  const server = await running(t, fixtureView({ neighbors }))
  const [text, again] = await Promise.all(
    [1, 2].map(async () => (await server.get('/metrics')).text() as Promise<string>)
  )
  turns.stop()
  t.equal(again, text, 'two who ask at once have the same')
  t.ok(turns.total > 30_000)
  t.ok(turns.most < 1500, `at most ${turns.most} of ${turns.total} lines in a turn`)
  const lines = text!.split('\n').filter(line => line !== '')
  t.equal(lines.filter(line => line.startsWith('weft_neighbor_messages_total{')).length, 10_000)
  t.equal(new Set(lines).size, lines.length, 'no line twice')
  // As the format asks for: all lines of a metric in one group behind one HELP and one TYPE.
  const names = lines
    .filter(line => !line.startsWith('# HELP'))
    .map(line => /^(?:# TYPE )?(weft_neighbor_\w+)/.exec(line)?.[1])
  const groups = names.filter((name, i) => name !== undefined && name !== names[i - 1])
  t.equal(new Set(groups).size, groups.length)
  t.equal(lines.filter(line => line.startsWith('# TYPE weft_neighbor_')).length, groups.length)
})

t.test('a table of 200,000 routes', async t => {
  const cluster = new Cluster()
  cluster.start()
  const { node } = cluster.nodes.get('cn-a')!
  const table = node.instances.table('inet.0')!
  const source = bgpSource('10.0.0.99')
  const context = { ...ribContext(), attributes: node.attributes }
  for (let i = 0; i < 200_000; i++)
    announce(context, table, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`, source, { asPath: [] })
  cluster.world.run(20_000)

  const turns = new Turns()
  const touched = ['at', 'pathsAt', 'usableAt', 'isUsed', 'keyStart', 'print'] as const
  const counting = table as unknown as Record<string, (...words: unknown[]) => unknown>
  for (const name of touched) {
    const real = (table[name] as (...words: never[]) => unknown).bind(table) as (
      ...words: unknown[]
    ) => unknown
    counting[name] = (...words) => {
      turns.count()
      return real(...words)
    }
  }
  const server = await running(t, cluster.view('cn-a'))
  const text = await (await server.get('/metrics')).text()
  t.match(text, `weft_table_prefixes{family="inet",scope="master"} ${(table as Table).size}\n`)
  t.equal(turns.total, 0, 'a scrape looks at no route')
  t.equal((await server.get('/api/v1/neighbors/edge')).status, 200)
  t.equal((await server.get('/api/v1/rib-outs')).status, 200)
  t.equal(turns.total, 0, 'nor do neighbors and rib-outs')

  const response = await server.get('/api/v1/watch?what=routes&table=inet.0&prefix=10.0.0.0/18&snapshot=true')
  let told = 0
  for await (const chunk of response.body!) {
    const text = Buffer.from(chunk).toString()
    told += text.match(/^event: route$/gm)?.length ?? 0
    if (text.includes('event: synced')) break
  }
  t.ok(told > 0 && turns.total >= told, `${told} routes`)
  t.ok(turns.most <= 40_000, `at most ${turns.most} of ${turns.total} looks at routes in a turn`)
  turns.stop()
})

/** A thousand routes of sixty paths each, counted as they are drawn. */
function wideRoutes(turns: Turns): NodeView {
  const one = route('10.0.0.0/32')
  const paths = Array.from({ length: 60 }, (_, i) => ({ ...one.paths[0]!, source: `n-${i}` }))
  const wide = Array.from({ length: 1000 }, (_, i) => ({
    prefix: `10.0.${i >> 8}.${i & 255}/32`,
    paths,
    get lastModified() {
      turns.count()
      return one.lastModified
    }
  }))
  return fixtureView({ routes: { [`${blue}.inet.0`]: wide } })
}

t.test('an answer of 60,000 paths', async t => {
  const turns = new Turns()
  const server = await running(t, wideRoutes(turns))
  const path = `/api/v1/routes?limit=999&table=${blue}.inet.0`
  const response = await server.get(path)
  t.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
  const page = (await response.json()) as {
    tables: { name: string; routes: { prefix: string; paths: { source: string }[] }[] }[]
    next: string
  }
  t.equal(turns.total, 999)
  t.ok(turns.most <= 8, `at most ${turns.most} routes of 60 paths in a turn`)
  const [table, ...others] = page.tables
  t.same(others, [])
  t.equal(table!.name, `${blue}.inet.0`)
  t.equal(new Set(table!.routes.map(({ prefix }) => prefix)).size, 999)
  t.equal(table!.routes[998]!.paths[59]!.source, 'n-59')
  t.match(decodeURIComponent(page.next), / 10\.0\.3\.231\/32$/)

  t.test('is not made for a client that does not read it', async t => {
    turns.total = 0
    const socket = connect(server.port, '127.0.0.1')
    socket.pause()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: node\r\n\r\n`)
    let before = -1
    while (turns.total === 0 || turns.total !== before) {
      before = turns.total
      await pause(300)
    }
    t.ok(turns.total < 999, `${turns.total} of 999 routes`)
    socket.destroy()
    t.equal((await server.get('/api/v1/status')).status, 200)
    t.same(server.errors, [])
  })
  turns.stop()
})
