/** Whole nodes that are members of a confederation, and routers in it and outside (RFC 5065). */
import t from 'tap'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import { Role } from '../../../src/bgp/wire/capabilities.js'
import { type NeighbourConfig, noNeighbourConfig } from '../../../src/config/neighbour-config.js'
import { nodeView } from '../../../src/introspect/from-node/node-view.js'
import type { LabRouter } from '../../../src/lab/router.js'
import { ConfederationLab, identifier, members, type RouterPlace } from './confederation-lab.js'

const prefix = '203.0.113.0/24'
const up = (options: ConstructorParameters<typeof ConfederationLab>[0] = {}): ConfederationLab =>
  new ConfederationLab(options).settle()

t.test('members hear the member AS, everybody else the identifier (RFC 5065 4)', async t => {
  const it = up()
  const spoken = (to: RouterPlace): number | undefined =>
    [...it.routers[to].sessions.values()][0]!.session.negotiated?.peerAs
  t.strictSame((['west', 'inner', 'guest', 'east'] as const).map(spoken), [
    identifier,
    65002,
    65002,
    identifier
  ])
  const kind = (node: 'n1' | 'n2', to: 'n2' | 'n3' | 'west' | 'inner') => {
    const { external, member = false } = it.peer(node, to).session.negotiated!
    return [external, member]
  }
  t.strictSame(kind('n1', 'n2'), [true, true])
  t.strictSame(kind('n1', 'west'), [true, false])
  t.strictSame(kind('n2', 'inner'), [false, false])
  t.strictSame(it.lost(), [])
})

t.test('a route from outside, through it, and out again (RFC 5065 4.1, 5.2)', async t => {
  const it = up().announce('west', prefix, { med: 7, communities: ['64500:1'] })
  t.strictSame(it.asPaths('n1', prefix), ['64500'], 'nobody tells it its own')
  t.strictSame(it.asPaths('n2', prefix), ['(65001) 64500', '(65003 65001) 64500'])
  t.strictSame(it.asPaths('n3', prefix), ['(65001) 64500', '(65002 65001) 64500'])
  const inside = { nextHop: '10.0.0.11', med: 7, localPreference: 100, communities: ['64500:1'] }
  t.match(it.told('inner', prefix), { asPath: '(65001) 64500', ...inside })
  t.match(it.told('guest', prefix), { asPath: '(65002 65001) 64500', ...inside, originatorId: undefined })
  const { med, localPreference, asPath, communities } = it.told('east', prefix)!
  t.strictSame(
    [asPath, med, localPreference, communities],
    [`${identifier} 64500`, undefined, undefined, ['64500:1']]
  )
  it.routers.west.withdraw('inet', prefix)
  it.run(2)
  t.strictSame(
    [it.asPaths('n2', prefix), it.asPaths('n3', prefix), it.told('east', prefix)],
    [[], [], undefined]
  )
})

t.test('a route that is born inside: LOCAL_PREF and MED go through, and MED out', async t => {
  const it = up().announce('inner', prefix, { med: 7, localPreference: 300 })
  t.strictSame(
    it.asPaths('n1', prefix),
    ['(65002)'],
    'members count nothing: n3 goes through n1 by its lower id'
  )
  t.equal(it.paths('n1', prefix)[0]!.attributes.facts.localPref, 300)
  const outside = { asPath: String(identifier), med: 7, localPreference: undefined }
  t.match(it.told('west', prefix), outside)
  t.match(it.told('east', prefix), outside)
  it.announce('guest', '198.51.100.0/24', { asPath: '(65009) [65010 65011]', localPreference: 300 })
  t.match(it.told('inner', '198.51.100.0/24'), { asPath: '(65009) [65010 65011]', localPreference: 300 })
  t.match(it.told('west', '198.51.100.0/24'), { asPath: String(identifier) })
})

t.test('loops: the identifier anywhere, and the own member AS (RFC 5065 4)', async t => {
  const it = up()
  const looped = (from: RouterPlace, node: 'n2' | 'n3', asPath: string): boolean => {
    it.announce(from, prefix, { asPath, ...(from === 'guest' && { localPreference: 100 }) })
    const [path] = it.paths(node, prefix).filter(({ source }) => source.name.endsWith(from))
    return (path!.flags & PathFlag.asPathLooped) !== 0
  }
  for (const [from, node, asPath, expected] of [
    ['east', 'n3', `64501 1 ${identifier} 2`, true],
    ['east', 'n3', '64501 1 65003', true],
    ['east', 'n3', '64501 1', false],
    ['guest', 'n2', '(65009 65002) 1', true],
    ['guest', 'n2', '(65009) [65002] 1', true],
    ['guest', 'n2', `(65009) 1 ${identifier}`, true],
    ['guest', 'n2', '(65009 65008) 1', false]
  ] as const)
    t.equal(looped(from, node, asPath), expected, `${from}: ${asPath}`)
})

t.test('a loop over three members ends: nothing stays of a route that goes', async t => {
  const it = up()
  for (let i = 0; i < 20; i++) it.routers.west.announce('inet', `10.9.${i}.0/24`, { med: i })
  it.run(5)
  it.routers.west.withdrawAll(
    'inet',
    Array.from({ length: 20 }, (_, i) => `10.9.${i}.0/24`)
  )
  it.run(5)
  for (const node of ['n1', 'n2', 'n3'] as const)
    t.strictSame(it.asPaths(node, '10.9.7.0/24'), [], `${node}: no path hunts through the members`)
  t.equal(it.routers.east.routes('inet').size, 0)
})

t.test('NO_EXPORT stays in the confederation, NO_EXPORT_SUBCONFED in its member AS (RFC 1997)', async t => {
  const it = up()
  const hears = (communities: string[]): string[] => {
    it.announce('west', prefix, { communities })
    it.announce('inner', '198.51.100.0/24', { communities, localPreference: 100 })
    const heard = (['west', 'guest', 'east'] as const).filter(
      to => it.told(to, '198.51.100.0/24') !== undefined
    )
    const own = it.paths('n2', prefix).length > 0 ? ['n2'] : []
    return [
      ...own,
      ...(['inner', 'guest', 'east'] as const).filter(to => it.told(to, prefix) !== undefined),
      ...heard
    ]
  }
  t.strictSame(hears([]), ['n2', 'inner', 'guest', 'east', 'west', 'guest', 'east'])
  t.strictSame(hears(['no-export']), ['n2', 'inner', 'guest', 'guest'])
  t.strictSame(hears(['no-export-subconfed']), [])
  t.strictSame(hears(['no-advertise']), [])
})

t.test('what operators see of it', async t => {
  const it = up().announce('west', prefix, { communities: ['no-export-subconfed'] })
  const { paths, advertisement } = nodeView(it.nodes.n1.node, '0').rib.explain('inet.0', prefix, 'n2')!
  t.match(advertisement, { advertised: false, reason: 'community no-export-subconfed' })
  t.equal(paths[0]?.asPath, '64500')
  it.announce('west', prefix)
  const seen = nodeView(it.nodes.n2.node, '0').rib.explain('inet.0', prefix, 'guest')!
  t.strictSame(
    seen.paths.map(({ asPath, lostAt }) => [asPath, lostAt]),
    [
      ['(65001) 64500', ''],
      ['(65003 65001) 64500', 'lower router id']
    ]
  )
  t.match(seen.advertisement, { advertised: true, sent: true })
  const view = nodeView(it.nodes.n1.node, '0')
  t.same(view.process.node().confederation, { identifier, members })
  t.strictSame(
    [...view.bgp.neighbors()].map(each => [each.name, each.peerType, each.isMember, each.localAs]),
    [
      ['n2', 'external', true, 65001],
      ['n3', 'external', true, 65001],
      ['west', 'external', false, identifier]
    ]
  )
})

t.test(
  'what a member may not say is withdrawn, and the session stays (RFC 5065 5, RFC 7606 7.2)',
  async t => {
    const it = up().announce('guest', prefix, { asPath: '(65009)', localPreference: 100 })
    t.strictSame(it.asPaths('n2', prefix), ['(65009)'])
    it.announce('guest', prefix, { asPath: '65009', localPreference: 100 })
    t.strictSame(it.asPaths('n2', prefix), [])
    t.match(it.peer('n2', 'guest').faults.kept.messages, [
      { what: /does not begin with an AS_CONFED_SEQUENCE/ }
    ])
    it.announce('east', prefix, { asPath: '(65009) 64501' })
    t.strictSame(it.asPaths('n3', prefix), [], 'nor may anybody outside use its segments')
    t.match(it.peer('n3', 'east').faults.kept.messages, [{ what: /a confederation segment/ }])
    t.strictSame(it.lost(), [])
  }
)

t.test('options of neighbours outside, and inside', async t => {
  const it = up({
    options: {
      'n1 west': { removePrivateAs: 'remove-all' },
      'n3 east': { asOverride: true },
      'n2 guest': { removePrivateAs: 'remove-all', asOverride: true, nextHop: 'self' }
    }
  })
  it.announce('guest', prefix, { asPath: '(65009) 64600 9 64501', localPreference: 100 })
  t.equal(it.told('west', prefix)?.asPath, `${identifier} 9 64501`, 'members go, and what is private')
  t.equal(it.told('east', prefix)?.asPath, `${identifier} 64600 9 ${identifier}`)
  it.announce('west', '198.51.100.0/24', { asPath: '64500 64600 9' })
  t.match(it.told('guest', '198.51.100.0/24'), { asPath: '(65002 65001) 64500 9', nextHop: '10.0.0.2' })
  it.announce('inner', '192.0.2.0/24', { asPath: '65009 7', localPreference: 100 })
  t.equal(
    it.told('guest', '192.0.2.0/24'),
    undefined,
    'as_override would take away what its loop is found by'
  )
})

t.test('an AS outside may have the number of a member far away: it does not see the members', async t => {
  const it = up().announce('guest', prefix, { asPath: '(65009 64500) 3356', localPreference: 100 })
  t.equal(it.told('west', prefix)?.asPath, `${identifier} 3356`)
})

t.test('local_as: outside it stands in front of the identifier', async t => {
  const options = { 'n1 west': { localAs: 64777 } }
  const it = up({ options, seenAs: { west: 64777 } }).announce('inner', prefix, { localPreference: 100 })
  t.equal(it.told('west', prefix)?.asPath, `64777 ${identifier}`)
  it.announce('west', '198.51.100.0/24')
  t.match(it.told('guest', '198.51.100.0/24'), { asPath: '(65002 65001) 64777 64500' })
})

t.test('local_as: inside it is one more member, or shows a member the outside', async t => {
  const asMember = { 'n2 guest': { localAs: 65003 } }
  const member = up({ options: asMember, seenAs: { guest: 65003 } })
  member.announce('inner', prefix, { localPreference: 100 })
  t.equal(member.told('guest', prefix)?.asPath, '(65003 65002)')
  const asOther = { 'n2 guest': { localAs: 64777 } }
  const outside = up({ options: asOther, seenAs: { guest: 64777 } })
  outside.announce('west', prefix)
  t.match(outside.told('guest', prefix), { asPath: `64777 ${identifier} 64500`, localPreference: undefined })
})

t.test('roles, and the community of RFC 8326, are of the outside', async t => {
  const it = up({ options: { 'n2 guest': { role: 'peer' }, 'n1 west': { role: 'provider' } } })
  const roleTo = (to: 'west' | 'guest') =>
    it.peer(to === 'west' ? 'n1' : 'n2', to).session.settings.capabilities.role
  t.strictSame([roleTo('west'), roleTo('guest')], [Role.provider, undefined])
  const leaving = { communities: ['graceful-shutdown'] }
  it.announce('west', prefix, leaving)
  t.equal(it.told('guest', prefix)?.localPreference, 0, 'the border takes the preference away')
  it.announce('guest', prefix, { ...leaving, asPath: '(65009)', localPreference: 70 })
  t.equal(it.told('inner', prefix)?.localPreference, 70, 'and no member does again')
  it.nodes.n2.node.peers.setLeaving(undefined, true)
  it.announce('inner', '198.51.100.0/24', { localPreference: 300 })
  t.match(it.told('guest', '198.51.100.0/24'), { localPreference: 0, communities: undefined })
})

t.test('a default deny holds between members, too (RFC 8212 1)', async t => {
  const it = up()
  it.change('n2', { ebgpRequiresPolicy: true })
  it.run(5)
  it.announce('west', prefix)
  t.strictSame(it.asPaths('n2', prefix), ['!(65001) 64500', '!(65003 65001) 64500'])
  t.strictSame(it.lost(), [])
})

t.test('a change of the confederation resets those whose side of it changes, and no other', async t => {
  const cases = [
    ['another member comes', { identifier, members: [...members, 65010] }, []],
    ['the node is named too, or not', { identifier, members: members.filter(as => as !== 65002) }, []],
    ['a member goes', { identifier, members: members.filter(as => as !== 65009) }, ['n2 guest']],
    ['no member is left', { identifier, members: [] }, ['n2 n1', 'n2 n3', 'n2 guest']],
    ['another identifier: seen by no neighbour of this node', { identifier: 64998, members }, []]
  ] as const
  for (const [name, confederation, expected] of cases) {
    const it = up().announce('inner', prefix, { localPreference: 100 })
    it.change('n2', { confederation })
    it.run(1)
    const lost = it.lost().filter(session => session.startsWith('n2'))
    t.strictSame(lost, expected, name)
  }
  const it = up()
  it.change('n1', { confederation: { identifier: 64998, members } })
  it.run(1)
  t.strictSame(
    it.lost().filter(session => session.startsWith('n1')),
    ['n1 west'],
    'another identifier: all outside'
  )
})

t.test('who comes into a confederation has its own AS say its routes again', async t => {
  const it = up().announce('inner', prefix, { asPath: '(65008) 1', localPreference: 100 })
  t.strictSame(it.asPaths('n2', prefix), ['(65008) 1'])
  it.nodes.n2.node.configureNeighbours(noNeighbourConfig)
  it.run(5)
  t.strictSame(it.asPaths('n2', prefix), [], 'in none: treated as withdrawn')
  t.match(it.peer('n2', 'inner').faults.kept.messages, [{ what: /a confederation segment/ }])
  it.change('n2', { confederation: { identifier, members: [] } })
  it.run(5)
  t.strictSame(it.asPaths('n2', prefix), ['(65008) 1'], 'in one of this AS alone')
  t.equal(it.peer('n2', 'inner').session.statistics.flaps, 0)
  it.change('n2', {})
  it.run(200).settle()
  t.strictSame(it.asPaths('n1', prefix), ['(65002 65008) 1'])
})

t.test('dynamic neighbours: on the side that their AS is of', async t => {
  const range = (peerAs: 'external' | readonly number[]): Partial<NeighbourConfig> => ({
    dynamicNeighbours: [
      { range: '10.0.1.0/24', peerAs, families: ['inet'], limit: 9, idleRemovalSeconds: 60, options: {} }
    ]
  })
  const call = (it: ConfederationLab, n: number, as: number, seenAs: number): LabRouter =>
    it.world.router({
      name: `caller ${n}`,
      address: `10.0.1.${n}`,
      as,
      families: ['inet'],
      neighbors: [{ address: '10.0.0.2', as: seenAs }],
      ...(members.includes(as) && { session: { members } })
    })
  const it = up()
  it.change('n2', range('external'))
  const [outside, member] = [call(it, 1, 64510, identifier), call(it, 2, 65009, identifier)]
  it.run(20)
  t.strictSame([outside.isEstablished, member.isEstablished], [true, false], 'external is outside')
  it.change('n2', { ...range('external'), confederation: { identifier, members: [...members, 64510] } })
  it.run(20)
  t.notOk(outside.isEstablished, 'a member now')
  const other = up()
  other.change('n2', range([65009, 65003]))
  const within = call(other, 3, 65009, 65002)
  other.run(20)
  t.ok(within.isEstablished)
  within.announce('inet', prefix, { asPath: '(65009)', localPreference: 100 })
  other.run(5)
  t.equal(other.told('west', prefix)?.asPath, String(identifier))
})

t.test('a node whose AS is the identifier is in no confederation, and says so', async t => {
  const it = up()
  it.change('n2', { confederation: { identifier: 65002, members: [65001] } })
  it.run(20)
  t.match(it.warned.n2, [/^not in the confederation/])
  t.equal(it.peer('n2', 'n1').session.settings.localAs, 65002)
  t.equal(it.peer('n2', 'n1').session.settings.members, undefined)
})
