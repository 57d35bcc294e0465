import { connect } from 'node:net'
import t from 'tap'
import { IntrospectServer } from '../../src/introspect/introspect-server.js'
import { blue, fixtureView, route } from './fixture-view.js'
import { running } from './running.js'

t.test('index, module pages and stylesheet', async t => {
  const server = await running(t)
  const index = await (await server.get('/')).text()
  t.match(index, '<title>contrail-control</title>')
  t.match(index, '<a href="bgp_peer.xml">bgp_peer.xml</a><br/>')
  t.match(index, 'href="ui"')
  t.equal(await (await server.get('/index.html')).text(), index)
  const module = await server.get('/xmpp_server.xml')
  t.match(module.headers.get('content-type'), /^text\/xml/)
  t.equal(
    await module.text(),
    '<?xml-stylesheet type="text/xsl" href="/universal_parse.xsl"?>\n<xmpp_server type="rlist">\n' +
      '<ShowXmppServerReq type="sandesh">\n</ShowXmppServerReq>\n' +
      '<ShowXmppConnectionReq type="sandesh">\n</ShowXmppConnectionReq>\n</xmpp_server>'
  )
  t.equal((await server.get('/universal_parse.xsl')).headers.get('content-type'), 'text/xsl')
})

t.test('what is not there is 404 with a small page', async t => {
  const server = await running(t)
  for (const path of [
    '/Snh_NoSuchReq',
    '/Snh_BgpNeighborListResp',
    '/Snh_bgpneighborreq',
    '/nope.xml',
    '/nope',
    '/%zz'
  ]) {
    const response = await server.get(path)
    t.equal(response.status, 404, path)
    t.equal(await response.text(), '<html>\n<title>404 Not Found</title>\n</html>\n')
  }
  t.equal(server.errors.length, 0)
})

t.test('requests: any method, any body', async t => {
  const server = await running(t)
  const page = await (await server.get('/Snh_ShowXmppServerReq')).text()
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const response = await server.get('/Snh_ShowXmppServerReq', { method, body: '{"not json' })
    t.equal(await response.text(), page, method)
  }
  const huge = await server.get('/Snh_ShowXmppServerReq', { method: 'POST', body: 'x'.repeat(100_000) })
  t.equal(huge.status, 413)
})

t.test('one message has a length, several are chunked', async t => {
  const server = await running(t)
  const one = await server.get('/Snh_ShowRouteSummaryReq')
  t.ok(one.headers.get('content-length'))
  const several = await server.get('/Snh_SandeshUVECacheReq?x=NodeStatus')
  t.equal(several.headers.get('transfer-encoding'), 'chunked')
  t.match(
    await several.text(),
    /<__NodeStatusUVE_list type="slist"><NodeStatusUVE type="sandesh">.*<\/__NodeStatusUVE_list>$/
  )
})

t.test('eight clients and one connection do not mix answers', async t => {
  const routes = Object.fromEntries(
    ['1', '2', '3'].map(n => [
      `${blue}.inet.0`,
      Array.from({ length: 700 }, (_, at) => route(`10.${n}.${at & 255}.${at >> 8}/32`))
    ])
  )
  const server = await running(t, fixtureView({ routes }))
  const paths = [
    '/Snh_ShowRouteReq',
    '/Snh_BgpNeighborReq',
    '/Snh_ShowRoutingInstanceReq',
    '/Snh_SandeshUVECacheReq?x=BgpRouterState'
  ]
  const expected = await Promise.all(paths.map(async path => (await server.get(path)).text()))
  const asked = Array.from({ length: 24 }, (_, at) => at % paths.length)
  const answers = await Promise.all(asked.map(async at => (await server.get(paths[at]!)).text()))
  t.strictSame(
    answers,
    asked.map(at => expected[at])
  )
})

t.test('garbage on the connection does no harm', async t => {
  const server = await running(t)
  for (const garbage of [
    '\u0000\u0001\u0002\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n\r\n`
  ]) {
    await new Promise<void>(resolve => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(garbage))
      socket
        .on('close', () => resolve())
        .on('error', () => {})
        .resume()
    })
  }
  t.equal((await server.get('/Snh_ShowXmppServerReq')).status, 200)
})

t.test('a page that fails is one 500, logged', async t => {
  const view = fixtureView()
  const server = await running(t, {
    ...view,
    xmpp: {
      ...view.xmpp,
      currentConnections: () => {
        throw new Error('broken')
      }
    }
  })
  t.equal((await server.get('/Snh_ShowXmppServerReq')).status, 500)
  t.equal(server.errors.length, 1)
  t.equal((await server.get('/Snh_BgpNeighborReq')).status, 200)
})

t.test('a port in use is an error of start', async t => {
  const server = await running(t)
  const second = new IntrospectServer({
    view: fixtureView(),
    address: '127.0.0.1',
    port: server.port,
    log: { error: () => {} }
  })
  await t.rejects(second.start(), { code: 'EADDRINUSE' })
  await second.stop()
})

t.test('metrics', async t => {
  const server = await running(t)
  const response = await server.get('/metrics')
  t.match(response.headers.get('content-type'), /^text\/plain/)
  const text = await response.text()
  for (const line of [
    'weft_functional 1',
    'weft_limited_next_hops 3',
    'weft_neighbor_state{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1",state="Active"} 1',
    'weft_neighbor_messages_total{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1",direction="in",type="update"} 30',
    'weft_neighbor_messages_total{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1",direction="out",type="route-refresh"} 1',
    'weft_neighbor_bytes_total{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1",direction="in"} 12345',
    'weft_neighbor_blocked_seconds_total{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1"} 0.25',
    'weft_neighbor_connections_total{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1",kind="connect-errors"} 2',
    'weft_neighbor_session_errors_total{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1",kind="hold-expired"} 1',
    'weft_neighbor_looped_updates_total{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1",kind="as-path"} 4',
    'weft_neighbor_pending_bytes{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1"} 17',
    'weft_neighbor_tcp_rtt_seconds{neighbor="default-domain:default-project:ip-fabric:__default__:edge-1"} 0.012345',
    'weft_update_delay_seconds_bucket{family="inet-vpn",le="0.01"} 2',
    'weft_update_delay_seconds_bucket{family="inet-vpn",le="+Inf"} 3',
    'weft_update_delay_seconds_sum{family="inet-vpn"} 0.021',
    'weft_update_delay_seconds_count{family="inet-vpn"} 3',
    'weft_agent_connections_total{kind="refused-by-gate"} 2',
    'weft_bgp_calls_total{kind="dropped"} 3',
    'weft_bgp_calls_total{kind="unauthenticated"} 1',
    'weft_bgp_calls_total{kind="distant"} 4',
    'weft_bgp_listener_up{address="198.51.100.12:179"} 0',
    'weft_bgp_listen_errors_total 3',
    'weft_agent_connections_total{kind="refused-by-limit"} 1',
    'weft_export_up{kind="bmp",target="198.51.100.99:11019"} 0',
    'weft_export_dropped_total{kind="mrt-updates",target="/mrt/updates.%s"} 4',
    'weft_agents{state="Established"} 2',
    'weft_table_prefixes{family="inet",scope="vrf"} 2',
    'weft_table_paths{family="l3vpn",scope="master",kind="secondary"} 1',
    'weft_config_problems 1'
  ]) {
    t.ok(text.includes(`${line}\n`), line)
  }
  t.match(text, 'weft_event_loop_delay_seconds_bucket')
  t.match(text, 'weft_process_resident_memory_bytes')
  const again = await (await server.get('/metrics')).text()
  t.ok(again.includes('weft_agents{state="Established"} 2\n'), 'read anew, not added up')
  const both = await Promise.all([1, 2].map(async () => (await server.get('/metrics')).text()))
  for (const one of both)
    t.ok(one.includes('weft_agents{state="Established"} 2\n'), 'two at once do not add up')
})

t.test('the page for people', async t => {
  const server = await running(t)
  const response = await server.get('/ui')
  t.match(response.headers.get('content-type'), /^text\/html/)
  t.match(response.headers.get('content-security-policy'), "default-src 'none'")
  const page = await response.text()
  t.notMatch(page, /https?:\/\//, 'no outside assets')
  const script = /<script>([\s\S]*)<\/script>/.exec(page)![1]!
  t.doesNotThrow(() => new Function(`return async () => {${script}}`), 'the script is well-formed')
})

t.test('clients that say nothing, or not all, are cut off', async t => {
  const server = new IntrospectServer({
    view: fixtureView(),
    address: '127.0.0.1',
    port: 0,
    log: { error() {} },
    headersTimeoutMs: 100
  })
  const { port } = await server.start()
  t.teardown(() => server.stop())
  for (const said of ['', 'GET /api/v1/status HTTP/1.1\r\nhost: x\r\n']) {
    const socket = connect(port, '127.0.0.1')
    socket.write(said)
    socket.resume()
    await new Promise(resolve => socket.on('close', resolve))
    t.pass(`after '${said.slice(0, 3)}'`)
  }
})

t.test('128 connections at a time; more are closed', async t => {
  const { port, get } = await running(t)
  const sockets = Array.from({ length: 128 }, () => connect(port, '127.0.0.1'))
  await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('connect', resolve))))
  const status = 'GET /api/v1/status HTTP/1.1\r\nhost: x\r\n\r\n'
  const answered = sockets.map(socket => new Promise(resolve => socket.once('data', resolve)))
  for (const socket of sockets) socket.write(status)
  for (const answer of await Promise.all(answered)) t.match(String(answer), /^HTTP\/1\.1 200 /)
  const late = connect(port, '127.0.0.1')
  let said = ''
  late.on('data', data => {
    said += data
  })
  late.on('error', () => {})
  late.write(status)
  await new Promise(resolve => late.once('close', resolve))
  t.equal(said, '')
  for (const socket of sockets) socket.destroy()
  await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('close', resolve))))
  // The server hears of it in its own time.
  for (let isServed = false; !isServed; )
    isServed = await get('/api/v1/status').then(
      ({ status }) => status === 200,
      () => false
    )
  t.pass('who went has made room')
})
