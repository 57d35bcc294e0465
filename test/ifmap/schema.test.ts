import t from 'tap'
import {
  type ComplexType,
  linkAttribute,
  type Member,
  objectType,
  objectTypes
} from '../../src/ifmap/schema.js'

t.test('118 types, in order (spec config A.1)', async t => {
  t.equal(objectTypes.length, 118)
  const names = objectTypes.map(type => type.name)
  t.same(names, [...new Set(names)])
})

t.test('types are found by both names', async t => {
  t.equal(objectType('virtual_network'), objectType('virtual-network'))
  t.equal(objectType('virtual_DNS_record')?.name, 'virtual-DNS-record')
  t.equal(objectType('virtual_networks'), undefined)
})

t.test('tables agree with each other', async t => {
  const wrong: string[] = []
  const expect = (holds: unknown, what: string) => void (holds || wrong.push(what))
  const seen = new Set<ComplexType>()
  const visit = (owner: string, members: Iterable<Member>) => {
    for (const { name, type } of members) {
      expect(type, `${owner} ${name} has a type`)
      if (typeof type !== 'object' || seen.has(type)) continue
      seen.add(type)
      visit(type.name, type.members.values())
    }
  }
  for (const type of objectTypes) {
    visit(type.name, type.properties.values())
    for (const [other, link] of type.references) {
      expect(objectType(other), `${type.name} refers to a type, not to ${other}`)
      expect(link.hasAttribute === (linkAttribute(link.name) !== undefined), `${link.name} and its attribute`)
    }
    for (const parent of type.parents.keys()) expect(objectType(parent), `${parent} is a type`)
  }
  t.same(wrong, [])
})

const links = [
  ['routing-instance', 'references', 'route-target', 'instance-target', true],
  ['routing-instance', 'references', 'routing-instance', 'connection', true],
  ['routing-instance', 'parents', 'virtual-network', 'virtual-network-routing-instance', false],
  ['bgp-router', 'references', 'bgp-router', 'bgp-peering', true],
  ['bgp-router', 'references', 'sub-cluster', 'bgp-router-sub-cluster', false],
  ['bgp-router', 'parents', 'routing-instance', 'instance-bgp-router', false],
  ['project', 'references', 'application-policy-set', 'project-default-application-policy-set', false],
  ['application-policy-set', 'parents', 'project', 'project-application-policy-set', false],
  ['tag', 'parents', 'project', 'project-scoped-tag', false],
  ['project', 'references', 'tag', 'project-tag', false],
  ['virtual-network', 'references', 'virtual-network', 'virtual-network-provider-network', false],
  ['virtual-router', 'references', 'network-ipam', 'virtual-router-network-ipam', true]
] as const
for (const [type, kind, other, name, hasAttribute] of links) {
  t.test(`${type} ${kind} ${other}: ${name}`, async t => {
    t.match(objectType(type)?.[kind].get(other), { name, hasAttribute })
  })
}

t.test('defaults and lists', async t => {
  const parameters = objectType('bgp-router')?.properties.get('bgp_router_parameters')?.type as ComplexType
  t.equal(parameters.members.get('port')?.defaultText, '179')
  t.equal(parameters.members.get('hold_time')?.defaultText, undefined)
  const peering = linkAttribute('bgp-peering')!
  t.match(peering.members.get('session'), { isList: true, type: { name: 'BgpSession' } })
})
