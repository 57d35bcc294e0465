import t from 'tap'
import type { NodeView } from '../../../src/introspect/view.js'
import { blue, fixtureView, path, route } from '../fixture-view.js'
import { ask } from './ask.js'

const prefixes = (page: string): string[] =>
  Array.from(page.matchAll(/<ShowRoute><prefix [^>]*>([^<]*)</g), ([, prefix]) => prefix!)
const token = (page: string): string => /<next_batch [^>]*>([^<]*)</.exec(page)?.[1] ?? ''
const tables = (page: string): string[] =>
  Array.from(page.matchAll(/<routing_table_name [^>]*>([^<]*)</g), ([, name]) => name!)

/** Follows next_batch to the end. */
async function all(view: NodeView, query: string): Promise<string[]> {
  const found: string[] = []
  let page = await ask('ShowRouteReq', query, view)
  for (let pages = 0; pages < 20; pages++) {
    found.push(...prefixes(page))
    if (token(page) === '') return found
    page = await ask('ShowRouteReqIterate', `x=${token(page)}`, view)
  }
  throw new Error('no end of pages')
}

t.test('all tables that hold something, in order', async t => {
  t.strictSame(tables(await ask('ShowRouteReq')), [`${blue}.inet.0`, 'bgp.l3vpn.0'])
})

t.test('a path is shown whole', async t => {
  const page = await ask('ShowRouteReq', `x=${blue}.inet.0`)
  t.match(page, '<protocol type="string" identifier="1">XMPP (interface)</protocol>')
  t.match(
    page,
    '<flags type="list" identifier="17"><list type="string" size="1"><element>None</element></list></flags>'
  )
  t.match(page, '<sequence_no type="string" identifier="19">3</sequence_no>')
  t.match(page, '<ShowPmsiTunnel><type type="string" identifier="1">IngressReplication</type>')
  t.match(
    page,
    '<primary_table type="string" identifier="14" link="ShowRouteReq">bgp.l3vpn.0</primary_table>'
  )
})

t.test('filters', async t => {
  const ask4 = async (query: string): Promise<string[]> => prefixes(await ask('ShowRouteReq', query))
  t.strictSame(await ask4('prefix=30%5C.4'), [
    '10.20.30.4/32',
    '198.51.100.27:4:10.20.30.4/32',
    '198.51.100.28:4:10.20.30.4/32'
  ])
  t.strictSame(await ask4('prefix=10.20.31.9%2F32&shorter_match=1'), ['10.20.31.0/24'])
  t.strictSame(
    await ask4('prefix=10.20.0.0/16&longer_match=1&routing_instance=default-domain:acme:blue:blue'),
    ['10.20.30.4/32', '10.20.31.0/24']
  )
  t.strictSame(await ask4('prefix=198.51.100.27:4:10.0.0.0/8&longer_match=1'), [
    '198.51.100.27:4:10.20.30.4/32'
  ])
  t.strictSame(await ask4('family=l3vpn'), ['198.51.100.27:4:10.20.30.4/32', '198.51.100.28:4:10.20.30.4/32'])
  t.strictSame(await ask4('family=l3vpn&source=198.51.100.12'), ['198.51.100.28:4:10.20.30.4/32'])
  t.strictSame(await ask4('protocol=BGP&family=inet'), ['10.20.30.4/32'])
  t.strictSame(await ask4('protocol=Static'), [])
  t.strictSame(await ask4('x=no-such-table'), [])
})

t.test('aliases of protocol words', async t => {
  const routes = {
    [`${blue}.inet.0`]: [route('10.0.0.0/8', path({ protocol: 'StaticRoute', subProtocol: '' }))]
  }
  for (const word of ['StaticRoute', 'static', 'Static']) {
    t.strictSame(prefixes(await ask('ShowRouteReq', `protocol=${word}`, fixtureView({ routes }))), [
      '10.0.0.0/8'
    ])
  }
})

t.test('a big table is complete through its pages, without duplicates', async t => {
  const many = Array.from({ length: 2500 }, (_, at) => route(`10.${at >> 8}.${at & 255}.0/24`))
  const view = fixtureView({
    routes: { [`${blue}.inet.0`]: many, 'bgp.l3vpn.0': [route('1.1.1.1:1:10.0.0.0/8')] }
  })
  const expected = [...many.map(r => r.prefix), '1.1.1.1:1:10.0.0.0/8']
  t.strictSame(await all(view, ''), expected)
  t.strictSame(await all(view, 'count=1200'), expected.slice(0, 1200), 'count is the most over all pages')
  t.strictSame(await all(view, 'count=7'), expected.slice(0, 7))
  t.strictSame(
    await all(view, `x=${blue}.inet.0&prefix=%5C.7%5C.`),
    expected.filter(p => p.includes('.7.'))
  )
})

t.test('the token has twelve parts, and garbage is empty', async t => {
  const many = Array.from({ length: 1001 }, (_, at) => route(`10.${at >> 8}.${at & 255}.0/24`))
  const view = fixtureView({ routes: { [`${blue}.inet.0`]: many } })
  const page = await ask('ShowRouteReq', 'family=inet&source=vrouter-07.lab.example', view)
  t.equal(
    token(page),
    [
      '',
      '',
      '',
      blue,
      `${blue}.inet.0`,
      '10.3.232.0/24',
      0,
      'vrouter-07.lab.example',
      '',
      'inet',
      false,
      false
    ].join('||')
  )
  const empty = await ask('ShowRouteReqIterate', 'x=garbage')
  t.strictSame(tables(empty), [])
  t.match(
    empty,
    '<next_batch type="string" identifier="2" link="ShowRouteReqIterate" link_title="next_batch"></next_batch>'
  )
})

t.test('a client that has gone ends the search', async t => {
  const { Query } = await import('../../../src/introspect/sandesh/query.js')
  const { allRequests } = await import('../../../src/introspect/requests.js')
  const many = Array.from({ length: 900 }, (_, at) => route(`10.${at >> 8}.${at & 255}.0/24`))
  let looked = 0
  const view = fixtureView({ routes: { [`${blue}.inet.0`]: many } })
  const counting: NodeView = {
    ...view,
    rib: {
      ...view.rib,
      routes: (table, selection) => {
        const cursor = view.rib.routes(table, selection)!
        return {
          next: budget => {
            const step = cursor.next(budget)
            looked += step?.length ?? 0
            return step
          }
        }
      }
    }
  }
  const request = allRequests().get('ShowRouteReq')!
  await request.answer(counting, new Query(request.fields, '', () => looked > 300))
  t.equal(looked, 512, 'the slice under way is the last')
})

t.test('one route of a VRF, with ages', async t => {
  const page = await ask('ShowRouteVrfReq', `vrf=${blue}&prefix=10.20.30.4%2F32`)
  t.match(
    page,
    '<prefix type="string" identifier="1">10.20.30.4/32</prefix><last_modified type="string" identifier="2">00:00:30'
  )
  t.strictSame(prefixes(await ask('ShowRouteVrfReq', 'vrf=nope&prefix=x')), [''])
})
