/** Options of how a neighbour's UPDATEs are read: what is left out, what counts as withdrawn, what ends. */
import t from 'tap'
import type { NeighbourOptions } from '../../../../src/config/neighbour-options.js'
import { parseNodeConfig } from '../../../../src/config/node-config.js'
import { type Name, nodeAddress, OptionLab } from './option-lab.js'

const prefix = '10.9.0.0/16'

function lab(options: NeighbourOptions = {}, rest: object = {}): OptionLab {
  return new OptionLab({ options, ...rest }).settle()
}

t.test('discard_attributes: left out, whatever it says; withdraw_attributes: the route goes', async t => {
  const it = lab()
  it.routers.edge.announce('inet', prefix, {
    communities: ['65311:7'],
    largeCommunities: ['65311:1:1'],
    med: 3
  })
  it.run(2)
  const told = () => it.told('other', prefix)
  t.match(told(), { communities: ['65311:7'] })
  it.change({ discardAttributes: [8, 32] })
  it.run(2)
  t.notOk(told()?.communities, 'the neighbour has been asked for its routes again')
  t.notOk(told()?.largeCommunities)
  t.match(it.peer('edge').faults.kept.counts, [
    { attribute: 8, reaction: 1, count: 1 },
    { attribute: 32, reaction: 1, count: 1 }
  ])
  t.strictSame(
    it.peer('edge').faults.kept.messages,
    [],
    'the operator wants it so: nothing to report to anybody'
  )
  it.change({ withdrawAttributes: [8] })
  it.run(2)
  t.equal(told(), undefined)
  it.change({})
  it.run(2)
  t.match(told(), { communities: ['65311:7'], largeCommunities: ['65311:1:1'] })
  t.equal(it.flaps('edge'), 0)
  t.notOk(it.logged.some(({ message }) => message.startsWith('malformed UPDATE')))
})

t.test('allow_empty_as_path: of a route server that leaves itself out', async t => {
  const it = lab()
  const told = () => it.told('leaf', prefix)
  it.routers.edge.announce('inet', prefix, { asPath: '' })
  it.run(2)
  t.equal(told(), undefined)
  it.change({ allowEmptyAsPath: true })
  it.run(2)
  t.match(told(), { asPath: '' })
  it.change({})
  it.run(2)
  t.equal(told(), undefined)
})

t.test('reject_as_sets: RFC 9774, off by default', async t => {
  const it = lab()
  const told = () => [it.told('leaf', prefix)?.asPath, it.told('leaf', '10.8.0.0/16')?.asPath]
  it.routers.edge.announce('inet', prefix, { asPath: '65311 {65001 65002}' })
  it.routers.edge.announce('inet', '10.8.0.0/16', { asPath: '65311 65001' })
  it.run(2)
  t.strictSame(told(), ['65311 {65001 65002}', '65311 65001'])
  it.change({ rejectAsSets: true })
  it.run(2)
  t.strictSame(told(), [undefined, '65311 65001'])
  t.match(it.peer('edge').faults.kept.messages, [{ what: 'AS_PATH with a set (RFC 9774)', attribute: 2 }])
})

t.test('aigp: taken and told where it is agreed on, by neither side alone (RFC 7311 3.3)', async t => {
  const aigp = 2 ** 33 + 5
  const it = lab()
  const told = (name: Name) => it.told(name, prefix)?.aigp
  it.routers.edge.announce('inet', prefix, { aigp })
  it.run(2)
  const seen = () => [told('spoke'), told('other')]
  t.strictSame(seen(), [undefined, undefined])
  it.change({ aigp: true })
  it.run(2)
  t.strictSame(seen(), [undefined, undefined], 'not to whom it was not agreed on')
  const neighbours = new Map([
    ['10.0.0.11', { aigp: true }],
    ['10.0.0.13', { aigp: true }]
  ])
  it.change({}, { neighbours })
  it.run(2)
  t.strictSame(seen(), [aigp, undefined])
  it.routers.spoke.announce('inet', '10.7.0.0/16', { aigp: 7 })
  it.run(2)
  t.strictSame(
    [it.told('leaf', '10.7.0.0/16')?.aigp, it.told('edge', '10.7.0.0/16')?.aigp],
    [undefined, 7],
    'a reflected route too'
  )
})

t.test('nlri_error: bad NLRI of a family end the family and not the session', async t => {
  for (const nlriError of ['reset', 'disable-family'] as const) {
    const it = lab({ nlriError })
    it.routers.edge.announce('inet', prefix)
    it.routers.edge.announce('inet6', '2001:db8::/32', { nextHop: '2001:db8::1' })
    it.run(2)
    t.ok(it.told('leaf', '2001:db8::/32', 'inet6'))
    // MP_REACH_NLRI of IPv6 unicast with a prefix of 129 bits.
    const reach = '800e' + '17' + '0002' + '01' + '10' + '20010db8000000000000000000000001' + '00' + '8120'
    const attributes = `40010100400206020100 00ff1f${reach}`.replace(' ', '')
    const body = `0000${(attributes.length / 2).toString(16).padStart(4, '0')}${attributes}`
    const length = (19 + body.length / 2).toString(16).padStart(4, '0')
    const message = Buffer.from(`${'ff'.repeat(16)}${length}02${body}`, 'hex')
    it.routers.edge.sessions.get(nodeAddress)!.session.send(message)
    it.run(2)
    const disabled = nlriError === 'disable-family'
    t.equal(it.flaps('edge'), disabled ? 0 : 1, nlriError)
    t.equal(it.told('leaf', '2001:db8::/32', 'inet6'), undefined)
    t.equal(it.told('leaf', prefix) !== undefined, disabled)
  }
})

t.test('T-RR-3 cluster_id: a cluster of its own for some neighbours', async t => {
  const it = lab({}, { config: { neighbours: new Map([['10.0.0.13', { clusterId: 77 }]]) } })
  it.routers.spoke.announce('inet', prefix)
  it.routers.leaf.announce('inet', '10.7.0.0/16')
  it.run(2)
  t.strictSame(
    it.told('leaf', prefix)?.clusterList,
    ['0.0.0.9', '0.0.0.77'],
    'from the one cluster to the other'
  )
  t.strictSame(it.told('spoke', '10.7.0.0/16')?.clusterList, ['0.0.0.77', '0.0.0.9'])
  // What carries any cluster id of ours has come round, whoever brings it.
  for (const id of ['0.0.0.77', '0.0.0.9'])
    for (const name of ['spoke', 'leaf'] as const) {
      it.routers[name].announce('inet', '10.6.0.0/16', { clusterList: [id], originatorId: '10.9.9.9' })
      it.run(2)
      t.equal(it.told('other', '10.6.0.0/16'), undefined, `${id} from ${name}`)
      it.routers[name].withdraw('inet', '10.6.0.0/16')
    }
  it.change({}, { neighbours: new Map() })
  it.run(2)
  t.strictSame(it.told('leaf', prefix)?.clusterList, ['0.0.0.9'])
  t.strictSame(it.told('spoke', '10.7.0.0/16')?.clusterList, ['0.0.0.9'])
})

t.test('what the file may say', async t => {
  const read = (text: string) =>
    parseNodeConfig('weft.yaml', `bgp: { neighbours: [{ address: 10.0.0.1, ${text} }] }`)
  const options = (text: string) => read(text).config?.bgp.neighbours.get('10.0.0.1')
  t.strictSame(options('discard_attributes: [40, 8, 8], withdraw_attributes: 9, cluster_id: 10.0.0.9'), {
    discardAttributes: [8, 40],
    withdrawAttributes: [9],
    clusterId: 0x0a000009
  })
  t.strictSame(options('cluster_id: 7'), { clusterId: 7 })
  for (const [text, reason] of [
    ['discard_attributes: [8, 2]', /^2 is an attribute that routes/],
    ['discard_attributes: 9', /^9 is/],
    ['discard_attributes: 17', /^17 is/],
    ['discard_attributes: 18', /^18 is/],
    ['discard_attributes: [8, 35], role: peer', /names 35, OTC, which is looked at for 'role'/],
    ['withdraw_attributes: 14', /^14 is/],
    ['discard_attributes: 8, withdraw_attributes: [7, 8]', /names an attribute of 'withdraw_attributes'/],
    ['discard_attributes: 256', /1 to 255/],
    ['cluster_id: 0', /expected a number/],
    ['cluster_id: 0.0.0.0', /but 0\.0\.0\.0/]
  ] as const)
    t.match(read(text).problems, [{ reason }], text)
})
