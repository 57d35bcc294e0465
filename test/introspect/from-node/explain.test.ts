import t from 'tap'
import { infeasibleFlags } from '../../../src/bgp/rib/path.js'
import { endpoints } from '../../../src/introspect/api/endpoints.js'
import { barrierTexts } from '../../../src/introspect/from-node/explain.js'
import type { RouteExplanation } from '../../../src/introspect/view.js'
import { Cluster } from '../../support/cluster.js'
import { instanceOf } from '../../support/cluster-objects.js'

t.test('every flag that bars a path has words', async t => {
  t.equal(
    barrierTexts.reduce((all, [bit]) => all | bit, 0),
    infeasibleFlags
  )
})

t.test('a cluster explains its routes', async t => {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(30_000)
  const view = cluster.view('cn-a')
  const red = `${instanceOf('red')}.inet.0`
  const blue = `${instanceOf('blue')}.inet.0`
  const explain = (table: string, prefix: string, to?: string): RouteExplanation => {
    const found = view.rib.explain(table, prefix, to)
    if (found === undefined) throw new Error(`${table} has no ${prefix}`)
    return found
  }

  const shared = explain(red, '10.1.0.100/32', 'vr-01')
  t.equal(shared.paths.length, 2)
  t.match(shared.paths[0], { standing: 'best', lostAt: '', protocol: 'XMPP', unusable: [] })
  t.match(shared.paths[0]!.secondaryTables, ['bgp.l3vpn.0'], 'went to the VPN table')
  t.match(shared.paths[1], { standing: 'shares load', lostAt: 'XMPP over BGP' })
  t.match(shared.paths[1]!.copyOf, { table: 'bgp.l3vpn.0', prefix: /:10\.1\.0\.100\/32$/ })
  t.match(shared.advertisement, { to: 'vr-01', advertised: true, sent: true, pending: false })

  t.match(explain(red, '10.1.0.3/32', 'cn-b').advertisement, {
    advertised: true,
    sent: true,
    as: { table: 'bgp.l3vpn.0', prefix: /:10\.1\.0\.3\/32$/ }
  })
  t.match(explain(red, '10.1.0.3/32', 'nobody').advertisement, {
    advertised: false,
    reason: 'it has no session with this node'
  })
  const copy = shared.paths[1]!.copyOf!
  t.match(explain(copy.table, copy.prefix, 'cn-b').advertisement, {
    advertised: false,
    sent: false,
    reason: 'learnt over iBGP and this node is no route reflector'
  })
  t.equal(view.rib.explain(blue, '192.0.2.0/24'), undefined)
  t.equal(view.rib.explain('no.such.table', '192.0.2.0/24'), undefined)

  const endpoint = endpoints.find(({ path }) => path === '/routes/explain')!
  const ask = async (parameters: Record<string, string>): Promise<unknown> =>
    endpoint.read(view, parameters, () => false)
  t.match(
    await ask({ prefix: '10.1.0.100' }),
    { routes: [{ table: blue }, { table: red }], isCut: false },
    'by address'
  )
  t.match(await ask({ prefix: copy.prefix }), { routes: [{ table: 'bgp.l3vpn.0' }] }, 'with its RD')
  t.match(await ask({ prefix: '10.1.0.100/32', table: 'inet.0' }), { routes: [] })
  t.match(await ask({ prefix: '10.1.0.100/32', table: 'x' }), { what: 'no such table: x' })
  t.match(await ask({ prefix: '10.1.0.100/32', to: 'x' }), { what: 'no such neighbor or agent: x' })
})
