/** A whole node as its objects say it should be, and a neighbour that says exactly what a test has it say. */
import t from 'tap'
import type { Log } from '../../../src/bgp/session/handler.js'
import type { ForcedTimers } from '../../../src/bgp/session/settings.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import { ObjectStore } from '../../../src/lab/object-store.js'
import { LabWorld } from '../../../src/lab/world.js'
import { fabric, masterInstance, textOf } from '../../support/cluster-objects.js'
import { keepalive, open, type RawConnection, RawPeer } from '../session/nodes.js'
import { opens } from '../wire/vectors/opens.js'
import { capabilities } from './called.js'

const everyFamily = [
  'inet-labeled',
  'erm-vpn',
  'inet',
  'inet6-vpn',
  'route-target',
  'inet6',
  'e-vpn',
  'inet-mvpn',
  'inet-vpn'
]

interface Scene {
  /** Of the neighbour's object. */
  readonly families?: readonly string[]
  readonly peer?: object
  readonly system?: object
  readonly instance?: string
  readonly forcedTimers?: ForcedTimers
}

const router = (name: string, address: string, families: readonly string[], more: object, refs: object) => ({
  type: 'bgp_router',
  fq_name: name.split(':'),
  parent_type: 'routing-instance',
  bgp_router_parameters: {
    router_type: 'router',
    autonomous_system: 64512,
    identifier: address,
    address,
    port: 179,
    address_families: { family: families },
    ...more
  },
  ...refs
})

function objectsOf({ families = ['inet'], peer = {}, system = {}, instance = masterInstance }: Scene) {
  const self = `${masterInstance}:cn-a`
  const other = `${instance}:other`
  const inMaster = instance === masterInstance
  const peering = { bgp_router_refs: [{ to: other.split(':'), attr: { session: [] } }] }
  return [
    {
      type: 'global_system_config',
      fq_name: ['default-global-system-config'],
      autonomous_system: 64512,
      enable_4byte_as: true,
      ...system
    },
    { type: 'routing_instance', fq_name: [...fabric, '__default__'], parent_type: 'virtual-network' },
    ...(inMaster
      ? []
      : [
          { type: 'routing_instance', fq_name: instance.split(':'), parent_type: 'virtual-network' },
          router(`${instance}:bgpaas-server`, '10.84.5.3', [], { router_type: 'bgpaas-server' }, peering)
        ]),
    router(self, '10.84.5.3', everyFamily, { router_type: 'control-node' }, inMaster ? peering : {}),
    router(other, '10.84.5.4', families, peer, {})
  ]
}

function scene(what: Scene = {}) {
  const world = new LabWorld()
  const lines: string[] = []
  const line = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { info: line, warn: line, debug() {} }
  const store = new ObjectStore(textOf(objectsOf(what)))
  const { forcedTimers = {} } = what
  const { node } = world.node({ hostname: 'cn-a', address: '10.84.5.3', objects: store, log, forcedTimers })
  const until = (condition: () => boolean, seconds = 60): boolean =>
    world.scheduler.runUntil(condition, seconds * 1000)
  world.run(1000)
  const raw = (address = '10.84.5.4'): RawPeer => new RawPeer({ until }, world.host(address))
  return {
    world,
    node,
    lines,
    peer: () => [...node.peers][0]!,
    configure: (next: Scene) => store.replace(textOf(objectsOf(next))),
    raw,
    call: (...messages: string[]): RawConnection => {
      const connection = raw().dial('10.84.5.3')
      connection.send(...messages)
      world.run(1000)
      return connection
    }
  }
}

const saysOf = (connection: RawConnection): string =>
  Buffer.from(connection.of(MessageType.open)[0] ?? '', 'hex').toString('hex')
const bodyOf = (message: string): string => message.slice(38)

const controlNode = { router_type: 'control-node' }
const hello = (families: readonly FamilyName[], as = 64512): string =>
  open({ as, id: '0a540504', parameters: capabilities(families, as) })

t.test(
  'T-CAP-1, T-AF-1 the OPEN to another control node, byte for byte, from objects in any order',
  async t => {
    const { world, peer, call } = scene({
      families: everyFamily,
      peer: controlNode,
      system: {
        graceful_restart_parameters: { enable: true, restart_time: 300, long_lived_restart_time: 86400 }
      }
    })
    world.run(60_000)
    // It waits for us to speak first (spec bgp 5.5).
    const connection = call(hello(['inet']))
    t.equal(saysOf(connection), bodyOf(opens.controlNode), 'V02')
    t.equal(peer().session.state, 'openConfirm')
  }
)

t.test('T-CAP-1, T-CAP-2 the OPEN of a node that has just started, without graceful restart', async t => {
  const { world, peer, call } = scene({ families: ['inet6', 'inet'], peer: controlNode })
  const connection = call(hello(['inet']))
  t.equal(saysOf(connection), bodyOf(opens.starting), 'V03, with the Restart State bit')
  connection.tcp.destroy()
  world.run(60_000)
  t.equal(
    saysOf(call(hello(['inet']))),
    bodyOf(opens.starting).replace(/40028000$/, '40020000'),
    'a fifth of the End-of-RIB timeout later it is gone'
  )
  t.equal(peer().session.statistics.openErrors, 0)
})

t.test('a control node that calls is given 15 seconds to speak first, others none', async t => {
  const other = scene({ peer: controlNode })
  const silent = other.call()
  t.strictSame(silent.messages, [])
  other.world.run(13_000)
  t.strictSame(silent.messages, [])
  other.world.run(2_000)
  t.equal(silent.of(MessageType.open).length, 1)
  t.equal(scene().call().of(MessageType.open).length, 1)
})

t.test('T-AF-2 no family in common: 2/7 with the families that it would take', async t => {
  const { call } = scene({ families: ['inet6', 'inet-vpn'] })
  const connection = call(hello(['evpn', 'inet']))
  t.equal(connection.notification, '2/7 010400020001010400010080')
})

t.test('T-AF-3 an OPEN without capabilities means inet', async t => {
  const bare = open({ as: 64512, id: '0a540504', parameters: '' })
  const inet = scene({ families: ['inet', 'inet-vpn'] })
  inet.call(bare, keepalive)
  t.equal(inet.peer().session.state, 'established')
  t.strictSame(
    [...inet.peer().families.keys()].map(({ name }) => name),
    ['inet']
  )
  const evpn = scene({ families: ['e-vpn'] })
  t.equal(evpn.call(bare).notification, '2/7 010400190046')
})

t.test(
  'T-AF-4 a neighbour of an ordinary instance has inet and inet6, or stays down and says why',
  async t => {
    const instance = 'default-domain:demo:red:red'
    const client = { router_type: 'bgpaas-client', autonomous_system: 64999 }
    const down = scene({ instance, peer: client, families: ['inet-vpn'] })
    t.equal(down.peer().session.state, 'idle')
    t.match(down.peer().session.refusal(), { code: 6, subcode: 2 })
    t.ok(down.lines.some(line => line.startsWith('kept down') && line.includes(instance)))
    const some = scene({ instance, peer: client, families: ['inet-vpn', 'inet6'] })
    t.strictSame(
      some.peer().session.settings.families.map(({ name }) => name),
      ['inet6']
    )
    const none = scene({ instance, peer: client, families: [] })
    t.strictSame(
      none.peer().session.settings.families.map(({ name }) => name),
      ['inet']
    )
  }
)

t.test('T-CAP-3 a capability that nobody knows is shown, and changes nothing', async t => {
  const { node, peer, call } = scene()
  const { neighborView } = await import('../../../src/introspect/from-node/neighbor.js')
  const parameters = capabilities(['inet'], 64512, 'c8050102030405')
  call(open({ as: 64512, id: '0a540504', parameters }), keepalive)
  t.equal(peer().session.state, 'established')
  const view = neighborView(peer(), node.peers.settingsOf(peer().name)!, {})
  t.strictSame(view.otherCapabilities, [{ code: 200, value: '0102030405' }])
})

t.test(
  'T-CAP-5 4-byte AS numbers turned off: two bytes both ways, and no AS_TRANS for a small AS',
  async t => {
    const { world, peer, call, node } = scene({
      peer: controlNode,
      system: { enable_4byte_as: false }
    })
    const connection = call(hello(['inet']), keepalive)
    const says = saysOf(connection)
    t.equal(says.slice(2, 6), 'fc00', 'AS 64512 in the fixed part')
    t.notMatch(says, '4104', 'no capability')
    t.equal(peer().session.negotiated?.fourByteAs, false)
    // ORIGIN, AS_PATH of two-byte numbers, NEXT_HOP, LOCAL_PREF.
    const body = '00000019' + '40010100' + '4002040201fde9' + '400304c0000201' + '40050400000064' + '18cb0071'
    connection.send(`${'f'.repeat(32)}${(19 + body.length / 2).toString(16).padStart(4, '0')}02${body}`)
    world.run(1000)
    t.equal(peer().session.state, 'established')
    t.strictSame(peer().faults.kept.counts, [])
    const table = node.instances.get(masterInstance)!.table('inet')!
    const path = table.find(table.family.parse('203.0.113.0/24')!)?.paths
    t.match(Buffer.from(path!.attributes.bytes).toString('hex'), '40020602010000fde9', 'wide in the table')
  }
)

t.test('timers that are forced go before the configured ones', async t => {
  const forcedTimers = { holdTimeSeconds: 30, idleHoldSeconds: 0.5 }
  const { world, peer, call } = scene({ peer: { hold_time: 60 }, forcedTimers })
  const connection = call(hello(['inet']), keepalive)
  t.equal(peer().session.negotiated?.holdTimeSeconds, 30)
  connection.tcp.destroy()
  world.run(100)
  t.equal(peer().session.state, 'idle')
  world.run(1000)
  t.not(peer().session.state, 'idle')
})

t.test('T-TR-1 unknown callers, before and after the end of the configuration', async t => {
  const { raw, world } = scene()
  const stranger = raw('10.84.5.9').dial('10.84.5.3')
  world.run(1000)
  t.equal(stranger.notification, '6/3')
})

t.test('T-TR-2 administratively down, live', async t => {
  const { world, peer, raw, configure, call } = scene()
  call(hello(['inet']), keepalive)
  t.equal(peer().session.state, 'established')
  configure({ peer: { admin_down: true } })
  world.run(5000)
  t.equal(peer().session.state, 'idle')
  const refused = raw().dial('10.84.5.3')
  world.run(1000)
  t.equal(refused.notification, '6/2')
  configure({})
  world.run(1000)
  call(hello(['inet']), keepalive)
  t.equal(peer().session.state, 'established')
})
