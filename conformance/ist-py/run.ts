/**
 * Runs `ist.py` against a node of fixture data, on which every page has something to show, or against the one at
 * HOST:PORT: `node --import tsx conformance/ist-py/run.ts [HOST:PORT]`. The suite `ist-py` asks a real node.
 */
import { IntrospectServer } from '../../src/introspect/introspect-server.js'
import { blue, fixtureView } from '../../test/introspect/fixture-view.js'
import { ist, missingIst } from './ist.js'

const table = `${blue}.inet.0`

/** Sub-commands of `ist.py ctr`, and what their answer must show when the node is the fixture. */
const commands: readonly (readonly [string, RegExp])[] = [
  ['status', /state: Functional[\s\S]*RabbitMQ connection established/],
  ['status -r', /ProcessStatus/],
  ['cpu', /num_cpu: \d+/],
  ['trace', /XmppMessageTrace/],
  ['trace XmppMessageTrace', /XmppRxStream/],
  ['uve', /NodeStatus/],
  ['uve BgpRouterState', /num_bgp_peer: 2/],
  ['uve BgpPeerInfoData', /edge-1/],
  ['uve XmppPeerInfoData', /Hold timer expired/],
  ['nei', /ctrl-b\.lab\.example[\s\S]*vrouter-08\.lab\.example/],
  ['nei edge', /\| edge-1 +\| 198\.51\.100\.41 \| 65020 .*not advertising/],
  ['nei -t BGP', /ctrl-b\.lab\.example/],
  ['nei -f text', /rx_proto_stats/],
  ['ri', /policy_name: default-/],
  ['ri -f text', /ribout_registered: true/],
  ['route summary', /blue\.inet\.0 \| 2 +\| 3 +\| 2 +\| 1 +\| 0/],
  ['route summary --family all', /bgp\.l3vpn\.0/],
  ['route tables', /name: default-domain:acme:blue:blue\.inet\.0/],
  ['route show', /bgp\.l3vpn\.0: 2 destinations, 2 routes \(1 primary, 1 secondary, 0 infeasible\)/],
  [
    'route show 10.20.30.4',
    /\[XMPP \(interface\)\|vrouter-07\.lab\.example\] age: .*localpref: 200, nh: 198\.51\.100\.27/
  ],
  ['route show -d 10.20.30.4', /primary table: bgp\.l3vpn\.0/],
  ['route show -r 10.20.30.4', /protocol: XMPP/],
  ['route show 10.20.0.0/16 --longer_match', /10\.20\.31\.0\/24/],
  ['route show -f l3vpn', /198\.51\.100\.28:4:10\.20\.30\.4\/32/],
  [`route show -t ${table} -l 10s`, /destinations/],
  [`route show -v ${blue} -p XMPP`, /\[XMPP/],
  ['route show -s 198.51.100.12', /\[BGP\|198\.51\.100\.12\]/],
  ['route static', /192\.0\.2\.0\/24/],
  ['route aggregate', /10\.20\.0\.0\/16/],
  ['mcast table', /blue\.ermvpn\.0/],
  [`mcast tree -t ${blue}.ermvpn.0`, /255\.255\.255\.255/],
  ['bgp_stats', /rx_socket_stats/],
  ['xmpp trace', /XmppTxStream/],
  ['xmpp stats', /current_connections/],
  ['xmpp conn', /198\.51\.100\.27:43512/],
  ['ifmap client', /vrouter-07/],
  ['ifmap client -l', /interest_tracker_entries/],
  ['ifmap client --history', /creation_time_ago/],
  ['ifmap client 0', /virtual-network:default-/],
  ['ifmap client 0 -t link', /project-virtual-network/],
  ['ifmap table', /virtual-network/],
  ['ifmap table virtual-network', /0,2-4/],
  ['ifmap node', /node_name: project:default-domain:acme/],
  ['ifmap node --fqn virtual-network:default-domain:acme:blue', /origin: Cassandra/],
  ['ifmap link', /project-virtual-network/],
  ['ifmap cm stats', /duplicate_vmsub_messages: 1/],
  ['ifmap cm map', /198\.51\.100\.27/],
  ['ifmap pending_vm', /map_count/],
  ['sc', /active/],
  ['sc -r', /10\.2\.0\.0\/16/],
  ['sc -r -d', /aggregate_enable:false/],
  ['config ri', /target:65010:8000004/],
  ['config rp', /pol1/],
  ['config bgp', /198\.51\.100\.12/],
  ['config bgp -t fabric', /198\.51\.100\.12/],
  ['rt', /target:65010:8000004/],
  ['rt -d', /dep_route/]
]

async function main(): Promise<number> {
  const missing = missingIst()
  if (missing !== undefined) {
    // Loud, but no failure: what was not run is not wrong.
    console.error(`SKIPPED: ist.py was not run: ${missing}`)
    return 0
  }
  const given = process.argv[2]
  const server = new IntrospectServer({
    view: fixtureView(),
    address: '127.0.0.1',
    port: 0,
    log: { error: (details, message) => console.error(message, details) }
  })
  const address = given ?? `127.0.0.1:${(await server.start()).port}`
  const [host = '', port = '8083'] = address.split(':')
  let failures = 0
  for (const [words, expected] of commands) {
    const { good, text } = await ist(host, Number(port), words).then(
      text => ({ good: given !== undefined || expected.test(text), text }),
      (error: Error) => ({ good: false, text: error.message })
    )
    console.log(`${good ? 'ok    ' : 'not ok'} ist.py ctr ${words}`)
    if (good) continue
    failures++
    console.log(text.trimEnd().replace(/^/gm, '        '))
  }
  await server.stop()
  console.log(`${commands.length - failures} of ${commands.length} commands`)
  return failures === 0 ? 0 : 1
}

process.exitCode = await main()
