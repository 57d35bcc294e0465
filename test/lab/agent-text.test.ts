import t from 'tap'
import { AgentStanzas, keepalive, masterInstance, openStream } from '../../src/lab/agent-text.js'

t.test('stream header: one line, the namespace last', async t => {
  t.equal(
    openStream('compute-7'),
    '<stream:stream from="compute-7" to="network-control@contrailsystems.com" version="1.0" xml:lang="en" xmlns="" ' +
      'xmlns:stream="http://etherx.jabber.org/streams"  >'
  )
  t.same([...keepalive], [0xc8, 0x80])
})

t.test('subscribe and unsubscribe', async t => {
  const stanzas = new AgentStanzas('compute-7', '192.0.2.17')
  const expected = (
    what: string,
    id: string
  ): string => `<iq type="set" from="compute-7" to="network-control@contrailsystems.com/bgp-peer" id="${id}">
<pubsub xmlns="http://jabber.org/protocol/pubsub">
<${what} node="default-domain:demo:blue:blue">
<options>
<instance-id>7</instance-id>
</options>
</${what}>
</pubsub>
</iq>
`
  t.equal(stanzas.subscribe('default-domain:demo:blue:blue', 7, false), expected('subscribe', 'subscribe0'))
  t.equal(stanzas.unsubscribe('default-domain:demo:blue:blue', 7), expected('unsubscribe', 'unsubscribe0'))
  t.match(stanzas.subscribe('default-domain:a&b:c:c', undefined, true), /node="default-domain:a&amp;b:c:c"/)
  t.match(stanzas.subscribe('x', undefined, true), /id="subscribe2".*<no-ribout>true<\/no-ribout>/s)
})

t.test('publish: two stanzas, every element in order of the schema', async t => {
  const stanzas = new AgentStanzas('vr-01', '10.61.0.21')
  const text = stanzas.associate('default-domain:k8s-lab:pods:pods', {
    prefix: '10.61.64.9/32',
    label: 30,
    securityGroups: [8000001]
  })
  t.equal(
    text,
    `<iq type="set" from="vr-01" to="network-control@contrailsystems.com/bgp-peer" id="pubsub0">
<pubsub xmlns="http://jabber.org/protocol/pubsub">
<publish node="1/1/default-domain:k8s-lab:pods:pods/10.61.64.9/32">
<item>
<entry>
<nlri>
<af>1</af>
<safi>1</safi>
<address>10.61.64.9/32</address>
</nlri>
<next-hops>
<next-hop>
<af>1</af>
<address>10.61.0.21</address>
<mac>00:00:5e:00:01:00</mac>
<label>30</label>
<vni>0</vni>
<tunnel-encapsulation-list>
<tunnel-encapsulation>gre</tunnel-encapsulation>
<tunnel-encapsulation>udp</tunnel-encapsulation>
</tunnel-encapsulation-list>
<virtual-network>default-domain:k8s-lab:pods</virtual-network>
<tag-list />
<is-new-tags-list>false</is-new-tags-list>
<local-sequence-number>0</local-sequence-number>
</next-hop>
</next-hops>
<version>1</version>
<virtual-network></virtual-network>
<mobility sticky="false" seqno="0" />
<peers />
<sequence-number>0</sequence-number>
<security-group-list>
<security-group>8000001</security-group>
</security-group-list>
<community-tag-list />
<local-preference>200</local-preference>
<med>0</med>
<load-balance>
<load-balance-fields />
<load-balance-decision>field-hash</load-balance-decision>
</load-balance>
<sub-protocol>interface</sub-protocol>
</entry>
</item>
</publish>
</pubsub>
</iq>
<iq type="set" from="vr-01" to="network-control@contrailsystems.com/bgp-peer" id="collection0">
<pubsub xmlns="http://jabber.org/protocol/pubsub">
<collection node="default-domain:k8s-lab:pods:pods">
<associate node="1/1/default-domain:k8s-lab:pods:pods/10.61.64.9/32" />
</collection>
</pubsub>
</iq>
`
  )
})

t.test('the master instance: no label, native, and the number of the instance behind it', async t => {
  const stanzas = new AgentStanzas('vr-01', '10.61.0.21')
  const route = {
    prefix: '10.61.64.9/32',
    primaryInstanceId: 7,
    virtualNetwork: 'default-domain:k8s-lab:pods'
  }
  const text = stanzas.dissociate(masterInstance, route)
  const node = `1/1/${masterInstance}/10.61.64.9/32/7`
  t.ok(text.includes(`<publish node="${node}">\n`))
  t.ok(text.includes(`<collection node="${masterInstance}">\n<dissociate node="${node}" />\n`))
  t.ok(text.includes('<label>0</label>'))
  t.ok(text.includes('<tunnel-encapsulation>native</tunnel-encapsulation>'))
  t.ok(text.includes('<virtual-network>default-domain:k8s-lab:pods</virtual-network>'))
})

t.test('IPv6, tags, communities', async t => {
  const stanzas = new AgentStanzas('vr-01', '10.61.0.21')
  const text = stanzas.associate('d:p:n:n', {
    prefix: 'fd00::1/128',
    tags: [327687],
    communities: ['no-llgr']
  })
  t.ok(text.includes('<publish node="2/1/d:p:n:n/fd00::1/128">'))
  t.ok(text.includes('<af>2</af>\n<safi>1</safi>\n<address>fd00::1/128</address>'))
  t.ok(text.includes('<tag-list>\n<tag>327687</tag>\n</tag-list>'))
  t.ok(text.includes('<community-tag-list>\n<community-tag>no-llgr</community-tag>\n</community-tag-list>'))
})
