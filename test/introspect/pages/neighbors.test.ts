import { parse } from 'ltx'
import t from 'tap'
import { agent, fixtureView, neighbor, now } from '../fixture-view.js'
import { ask } from './ask.js'

const names = (page: string): string[] =>
  Array.from(page.matchAll(/<peer type[^>]*>([^<]*)</g), ([, name]) => name!)
const token = (page: string): string => /<next_batch [^>]*>([^<]*)</.exec(page)?.[1] ?? ''
const agents = (count: number) =>
  Array.from({ length: count }, (_, at) => agent({ name: `vr-${String(at).padStart(3, '0')}` }))

t.test('a BGP neighbor in full', async t => {
  const view = fixtureView({ neighbors: [neighbor({ flapCount: 1, flapTime: now })], agents: [] })
  const page = await ask('BgpNeighborReq', '', view)
  t.match(
    page,
    '<peer type="string" identifier="1" link="BgpNeighborReq">ctrl-b.lab.example</peer><deleted type="bool" identifier="36">false</deleted>'
  )
  t.match(
    page,
    '<local_address type="string" identifier="4">198.51.100.11</local_address>',
    'the router identifier'
  )
  t.match(page, '<last_error type="string" identifier="13">Unknown</last_error>')
  t.match(page, '<flap_time type="string" identifier="24">2026-Mar-05 09:15:42.118230</flap_time>')
  t.match(
    page,
    '<rx_proto_stats type="struct" identifier="30"><PeerProtoStats><total type="u64" identifier="1">23</total>'
  )
  t.match(page, '<map key="string" value="struct" size="1"><element>inet</element><PeerCloseRouteInfo>')
  t.notMatch(page, 'dscp_value')
})

t.test('errors in routes of IPv6, of routers and of agents, once there are some', async t => {
  t.notMatch(await ask('BgpNeighborReq', '', fixtureView()), 'rx_error_stats')
  const inet6Errors = { badToken: 0, badPrefix: 3, badNextHop: 2, badFamily: 1 }
  const stats =
    '<rx_error_stats type="struct" identifier="42"><PeerRxErrorStats><inet6_error_stats type="struct" identifier="1">' +
    '<PeerRxInet6ErrorStats><bad_inet6_xml_token_count type="u64" identifier="1">0</bad_inet6_xml_token_count>' +
    '<bad_inet6_prefix_count type="u64" identifier="2">3</bad_inet6_prefix_count>' +
    '<bad_inet6_nexthop_count type="u64" identifier="3">2</bad_inet6_nexthop_count>' +
    '<bad_inet6_afi_safi_count type="u64" identifier="4">1</bad_inet6_afi_safi_count>'
  for (const fixture of [
    { neighbors: [neighbor({ inet6Errors })], agents: [] },
    { neighbors: [], agents: [agent({ inet6Errors })] }
  ])
    t.match(await ask('BgpNeighborReq', '', fixtureView(fixture)), stats)
})

t.test('an agent shows itself in the same structure', async t => {
  const page = await ask('BgpNeighborReq', 'x=vrouter-07')
  t.strictSame(names(page), ['vrouter-07.lab.example'])
  t.match(
    page,
    '<peer_asn type="u32" identifier="3">0</peer_asn><encoding type="string" identifier="6">XMPP</encoding>'
  )
  t.match(page, '<dscp_value type="i16" identifier="63">0</dscp_value></BgpNeighborResp>')
  t.notMatch(page, 'graceful_restart_time')
})

t.test('search by name, address and state', async t => {
  t.strictSame(names(await ask('BgpNeighborReq', 'search_string=edge')), ['edge-1'])
  t.strictSame(names(await ask('BgpNeighborReq', 'search_string=100%5C.41')), ['edge-1'])
  t.strictSame(names(await ask('BgpNeighborReq', 'search_string=%5B')), [], 'an invalid expression')
  const view = fixtureView({ neighbors: [neighbor({ deleted: true })] })
  t.strictSame(names(await ask('BgpNeighborReq', 'x=deleted', view)), ['ctrl-b.lab.example'])
})

t.test('pages: all BGP neighbors first, then agents until there are 64', async t => {
  const view = fixtureView({ agents: agents(130) })
  const first = await ask('BgpNeighborReq', '', view)
  t.equal(names(first).length, 64)
  t.strictSame(names(first).slice(0, 3), ['ctrl-b.lab.example', 'edge-1', 'vr-000'])
  t.match(
    first,
    '<next_batch type="string" identifier="2" link="BgpNeighborReqIterate" link_title="next_batch">'
  )
  const second = await ask('BgpNeighborReqIterate', `x=${token(first)}`, view)
  t.equal(names(second).length, 64)
  const third = await ask('BgpNeighborReqIterate', `x=${token(second)}`, view)
  const all = [first, second, third].flatMap(names)
  t.equal(all.length, 132)
  t.equal(new Set(all).size, 132)
  t.equal(token(third), '')
  t.strictSame(names(await ask('BgpNeighborReqIterate', 'x=garbage', view)), [])
})

t.test('at least one agent to a page, however many BGP neighbors there are', async t => {
  const neighbors = Array.from({ length: 100 }, (_, at) => neighbor({ name: `n-${at}` }))
  const page = await ask('BgpNeighborReq', '', fixtureView({ neighbors, agents: agents(3) }))
  t.equal(names(page).length, 101)
  t.equal(token(page), 'vr-001||')
})

t.test('the summary leaves the details out', async t => {
  const page = await ask('ShowBgpNeighborSummaryReq')
  t.equal(parse(page.slice(page.indexOf('?>') + 2)).name, 'ShowBgpNeighborSummaryResp')
  t.match(page, 'auth_type')
  for (const absent of ['last_state', 'send_state', 'rx_proto_stats', 'peer_close_info'])
    t.notMatch(page, absent)
})
