import t from 'tap'
import type { PolicyTerm } from '../../../src/config/settings.js'
import { printEndpoint } from '../../../src/introspect/from-node/names.js'
import { policyTerms } from '../../../src/introspect/from-node/policy-text.js'
import { propertiesXml } from '../../../src/introspect/from-node/properties-xml.js'

t.test('properties as XML', async t => {
  const xml = propertiesXml({
    display_name: 'a <b> & c',
    bgp_router_parameters: {
      autonomous_system: 64512,
      address_families: { family: ['inet', 'inet-vpn'] },
      auth_data: null,
      empty: {}
    },
    admin_down: false
  })
  t.equal(
    xml,
    [
      '<iq>',
      '\t<display-name>a &lt;b&gt; &amp; c</display-name>',
      '\t<bgp-router-parameters>',
      '\t\t<autonomous-system>64512</autonomous-system>',
      '\t\t<address-families>',
      '\t\t\t<family>inet</family>',
      '\t\t\t<family>inet-vpn</family>',
      '\t\t</address-families>',
      '\t\t<auth-data />',
      '\t\t<empty />',
      '\t</bgp-router-parameters>',
      '\t<admin-down>false</admin-down>',
      '</iq>',
      ''
    ].join('\n')
  )
})

t.test('a policy term', async t => {
  const term: PolicyTerm = {
    match: {
      protocols: ['bgp', 'static'],
      prefixes: [{ prefix: '10.0.0.0/8', type: 'orlonger' }],
      communities: ['64512:7'],
      communityMatchAll: true,
      extendedCommunities: [],
      extendedCommunityMatchAll: false
    },
    update: {
      asPathExpand: [64512],
      communities: { add: ['64512:8'], remove: [], set: [] },
      extendedCommunities: { add: [], remove: [], set: undefined },
      localPref: 150,
      med: undefined
    },
    action: 'accept'
  }
  t.same(policyTerms([term]), [
    {
      match:
        'from {\n    protocol [ bgp static ]\n    prefix 10.0.0.0/8 orlonger\n    community-all [ 64512:7 ]\n}',
      action:
        'then {\n    as-path expand [ 64512 ]\n    community add [ 64512:8 ]\n    community set [  ]\n    local-preference 150\n    accept\n}'
    }
  ])
})

t.test('endpoints', async t => {
  t.equal(printEndpoint(undefined), '0.0.0.0:0')
  t.equal(printEndpoint({ address: '10.0.0.1', port: 179 }), '10.0.0.1:179')
  t.equal(printEndpoint({ address: '::1', port: 179 }), '[::1]:179')
})
