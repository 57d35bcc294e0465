import t from 'tap'
import { judgeDuplicate } from '../../src/xmpp/duplicate-agent.js'
import { defaultFramerLimits } from '../../src/xmpp/framer.js'
import { defaultServerLimits, XmppServer } from '../../src/xmpp/server.js'
import { blue, LabNode, nodeAddress, RawClient } from './support.js'

const kinds = (node: LabNode): string[] => node.ended.map(({ cause }) => cause.kind)

t.test('opening', async t => {
  const node = new LabNode()
  const agent = node.client('192.0.2.17')
  t.equal(agent.takeText(), '', 'the server says nothing first')
  agent.open('compute-7')
  t.equal(
    agent.takeText(),
    '<stream:stream from="ctrl-1" to="compute-7" id="++123" version="1.0" xml:lang="en" xmlns="jabber:client"' +
      ' xmlns:stream="http://etherx.jabber.org/streams" >'
  )
  t.ok(node.server.agents.has('compute-7'))
  t.equal(agent.isClosed, false)
})

t.test('no stream header', async t => {
  const vectors = [
    { name: 'silence', bytes: '', kind: 'open-expired' },
    { name: 'another protocol', bytes: 'GET / HTTP/1.1\r\n\r\n', kind: 'open-expired' },
    { name: 'a stanza', bytes: '<iq type="set"></iq>', kind: 'open-expired' },
    {
      name: 'a header behind something',
      bytes: 'x<stream:stream from="a" xmlns:stream="http://etherx.jabber.org/streams">',
      kind: 'malformed'
    },
    { name: 'endless bytes', bytes: 'x'.repeat(20_000), kind: 'oversized' }
  ]
  for (const { name, bytes, kind } of vectors) {
    const node = new LabNode()
    const client = node.client('192.0.2.17').send(bytes)
    if (kind === 'open-expired') {
      node.scheduler.run(13_000)
      t.equal(client.isClosed, false, `${name}: there is time`)
      node.scheduler.run(2_000)
    }
    t.ok(client.isClosed, name)
    t.same(kinds(node), [kind], name)
    t.equal(client.text, '', `${name}: without a word`)
    t.equal(node.server.connectionCount, 0)
  }
})

t.test('a thousand connections that send nothing go after 15 s', async t => {
  const node = new LabNode()
  const host = node.network.host('192.0.2.66')
  const clients: RawClient[] = []
  for (let i = 0; i < 1000; i++) {
    const client = new RawClient(node.scheduler)
    clients.push(client)
    host.connect({
      remote: { address: nodeAddress, port: 5269 },
      connected: connection => client.take(connection!)
    })
  }
  node.scheduler.run(1000)
  t.equal(node.server.connectionCount, 1000)
  const agent = node.agent('compute-7', '192.0.2.17')
  t.match(agent.takeText(), /^<stream:stream/, 'agents are served meanwhile')
  node.scheduler.run(15_000)
  t.equal(node.server.connectionCount, 1)
  t.equal(node.server.statistics.openExpired, 1000)
  t.ok(clients.every(client => client.isClosed))
})

t.test('limits', async t => {
  const node = new LabNode()
  const server = new XmppServer({
    transport: node.network.host('192.0.2.2'),
    scheduler: node.scheduler,
    layer: node.agents,
    hostName: 'ctrl-2',
    limits: {
      ...defaultServerLimits,
      maximumConnections: 3,
      maximumOpening: 2,
      maximumOpeningPerAddress: 2,
      framer: { ...defaultFramerLimits, stanzaBytes: 1000 }
    }
  })
  server.start()
  server.setGate(undefined)
  const host = node.network.host('192.0.2.17')
  const connect = (): RawClient => {
    const client = new RawClient(node.scheduler)
    host.connect({
      remote: { address: '192.0.2.2', port: 5269 },
      connected: connection => client.take(connection!)
    })
    node.scheduler.run(100)
    return client
  }
  const first = connect().open('compute-1')
  const [second, third, fourth] = [connect(), connect(), connect()]
  t.same(
    [first, second, third, fourth].map(client => client.isClosed),
    [false, false, false, true],
    'two may be opening'
  )
  second.open('compute-2')
  t.equal(connect().isClosed, true, 'three at a time')
  t.equal(server.statistics.refusedByLimit, 2)
  t.equal(server.statistics.maximumConnections, 3)
  first.send(`<iq>${'x'.repeat(1001)}`)
  t.ok(first.isClosed, 'a stanza that is too long')
  t.equal(server.statistics.oversized, 1)
  t.equal(connect().isClosed, false, 'there is room again')
})

t.test('those that are silent at one address keep no other out, and DSCP reaches every socket', async t => {
  const node = new LabNode()
  const transport = node.network.host('192.0.2.3')
  const listened: object[] = []
  const server = new XmppServer({
    transport: {
      connect: options => transport.connect(options),
      listen: options => {
        const listener = transport.listen(options)
        const setOptions = listener.setOptions!.bind(listener)
        listener.setOptions = later => {
          listened.push(later)
          setOptions(later)
        }
        return listener
      }
    },
    scheduler: node.scheduler,
    layer: node.agents,
    hostName: 'ctrl-3',
    limits: { ...defaultServerLimits, maximumOpeningPerAddress: 5 }
  })
  server.setOptions({ dscp: 48 })
  server.start()
  server.setGate(undefined)
  const connect = (address: string): RawClient => {
    const client = new RawClient(node.scheduler)
    const host = node.network.hosts.get(address) ?? node.network.host(address)
    host.connect({
      remote: { address: '192.0.2.3', port: 5269 },
      connected: connection => client.take(connection!)
    })
    node.scheduler.run(100)
    return client
  }
  const silent = Array.from({ length: 8 }, () => connect('192.0.2.50'))
  t.equal(silent.filter(client => client.isClosed).length, 3)
  const agent = connect('192.0.2.51').open('compute-9')
  t.equal(agent.isClosed, false)
  silent[0]!.open('compute-1')
  t.equal(connect('192.0.2.50').isClosed, false, 'who has opened counts no more')
  server.setOptions({ dscp: 10 })
  server.setOptions({})
  t.same(listened, [{ dscp: 48 }, { dscp: 10 }, { dscp: 0 }])
  node.scheduler.run(60_000)
  t.equal(connect('192.0.2.50').isClosed, false, 'nor who is gone')
})

t.test('hold time', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  agent.takeText()
  node.scheduler.run(29_500)
  t.equal(agent.takeText(), '\u00c8\u0080', 'a keepalive after a third')
  node.scheduler.run(30_000)
  t.match(agent.takeText(), /\u00c8\u0080$/)
  node.scheduler.run(25_000)
  t.equal(agent.isClosed, false)
  agent.send('\n')
  node.scheduler.run(80_000)
  t.equal(agent.isClosed, false, 'whitespace counts')
  agent.send(agent.iq('<publish node="a"/>').trim())
  node.scheduler.run(10_000)
  t.ok(agent.isClosed, 'a publish alone does not')
  t.same(kinds(node), ['hold-expired'])
  t.notMatch(agent.text, /stream/, 'no closing tag')
})

t.test('hold time: changes of the setting reach running sessions', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  const settings = node.server.settings
  node.server.apply({ ...settings, holdTimeSeconds: 9 })
  agent.takeText()
  node.scheduler.run(8_000)
  t.equal(agent.takeText(), '\u00c8\u0080\u00c8\u0080')
  node.scheduler.run(2_000)
  t.ok(agent.isClosed)
  const other = node.agent('compute-8', '192.0.2.18')
  node.server.apply({ ...settings, holdTimeSeconds: 0 })
  other.takeText()
  node.scheduler.run(3_600_000)
  t.equal(other.isClosed, false, '0: no timers')
  t.notMatch(other.takeText(), /\u00c8/)
})

t.test('malformed stanzas close, unknown ones do not', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  agent.send('<message to="x"><event/></message>').send(agent.iq('<unknown/>')).send('<iq type="get"></iq>')
  agent.send(agent.iq('<collection node="a"><associate node="b"/></collection>'))
  agent.send('</stream:stream>')
  t.equal(agent.isClosed, false)
  t.equal(node.server.agents.get('compute-7')?.statistics.ignoredStanzas, 3)
  t.equal(node.server.agents.get('compute-7')?.statistics.unpaired, 1)
  agent.send('<iq type="set"><pubsub></iq>')
  t.ok(agent.isClosed)
  t.same(kinds(node), ['malformed'])
})

t.test('the gate', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  node.server.setGate('configuration is not complete')
  node.scheduler.run(100)
  t.ok(agent.isClosed, 'sessions are closed')
  const client = node.client('192.0.2.18')
  node.scheduler.run(100)
  t.ok(client.isClosed, 'connections are not kept')
  t.equal(client.text, '')
  node.server.setGate(undefined)
  t.match(node.agent('compute-7', '192.0.2.17').text, /^<stream/)
  node.scheduler.run(10_000)
  t.equal(node.network.connectionCount, 2, 'nothing of the others is left open')
})

t.test('sub-cluster', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  node.server.apply({ ...node.server.settings, subCluster: 'rack-3' })
  node.scheduler.run(100)
  t.ok(agent.isClosed, 'an agent that is of none')
  t.ok(node.agent('compute-7', '192.0.2.17').isClosed)
  t.equal(node.server.statistics.refusedSubCluster, 1)
  t.equal(node.ended.at(-1)?.cause.what, 'Subcluster mismatch: Agent subcluster , Control subcluster rack-3')
  t.equal(node.client('192.0.2.17').open('compute-7', 'xmlns="rack-3"').isClosed, false)
})

t.test('a change of the sub-cluster ends sessions of agents of another one alone', async t => {
  const node = new LabNode()
  const of = (name: string, address: string, subCluster: string) =>
    node.client(address).open(name, `xmlns="${subCluster}"`)
  const [three, four] = [of('compute-3', '192.0.2.3', 'rack-3'), of('compute-4', '192.0.2.4', 'rack-4')]
  const opening = node.client('192.0.2.5')
  const become = (subCluster: string): boolean[] => {
    node.server.apply({ ...node.server.settings, subCluster })
    node.scheduler.run(100)
    return [three, four, opening].map(({ isClosed }) => isClosed)
  }
  t.same(become('rack-3'), [false, true, false])
  t.same(become(''), [false, true, false], 'everybody is welcome')
  t.same(become('rack-4'), [true, true, false])
  t.equal(opening.open('compute-5', 'xmlns="rack-4"').isClosed, false)
})

t.test('one name, two connections', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  const impostor = node.agent('compute-7', '192.0.2.99')
  t.ok(impostor.isClosed, 'another address')
  t.equal(impostor.text, '', 'without a word')
  t.ok(node.agent('compute-7', '192.0.2.17').isClosed, 'the same address')
  t.equal(agent.isClosed, false, 'the first one stays')
  node.server.apply({ ...node.server.settings, helperMode: true })
  t.ok(node.agent('compute-7', '192.0.2.17').isClosed, 'helper mode: both')
  t.ok(agent.isClosed)
  t.equal(node.agent('compute-7', '192.0.2.17').isClosed, false, 'and the next attempt is taken')
})

t.test('duplicate names: all cases', async t => {
  const cases: [Parameters<typeof judgeDuplicate>, ReturnType<typeof judgeDuplicate>][] = [
    [['unknown', false, false], 'accept'],
    [['unknown', false, true], 'accept'],
    [['up', false, false], 'refuse'],
    [['up', false, true], 'refuse'],
    [['up', true, false], 'refuse'],
    [['up', true, true], 'refuse-and-close-old'],
    [['closing', true, true], 'refuse'],
    [['closing', true, false], 'refuse'],
    [['closing', false, true], 'refuse'],
    [['waiting', true, true], 'adopt'],
    [['waiting', false, true], 'refuse'],
    [['waiting', true, false], 'refuse']
  ]
  for (const [given, verdict] of cases) t.equal(judgeDuplicate(...given), verdict, given.join(' '))
})

t.test('stopping closes everything and leaves nothing', async t => {
  const node = new LabNode()
  node.addInstance(blue)
  const agents = [node.agent('compute-7', '192.0.2.17'), node.agent('compute-8', '192.0.2.18')]
  const opening = node.client('192.0.2.19')
  agents[0]!.subscribe(blue)
  node.server.stop()
  node.scheduler.run(10_000)
  t.ok([...agents, opening].every(client => client.isClosed))
  t.equal(node.network.connectionCount, 0)
  t.equal(node.scheduler.waiting, 0, 'no timer is left')
})

t.test('a peer that does not close its side is not waited for', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  node.network.linkDown('192.0.2.17')
  node.scheduler.run(100_000)
  t.equal(node.server.connectionCount, 0)
  t.same(kinds(node), ['hold-expired'])
  node.network.linkUp('192.0.2.17')
  node.scheduler.run(1_000)
  t.ok(agent.isClosed)
  t.equal(node.network.connectionCount, 0)
})
