import t from 'tap'
import { parseAgentMessage } from '../../src/lab/agent-message.js'

/** As a control node prints it, shortened. */
const message = (
  node: string,
  inside: string
): string => `<message from="network-control@contrailsystems.com" to="vr-02/bgp-peer">
	<event xmlns="http://jabber.org/protocol/pubsub">
		<items node="${node}">
${inside}		</items>
	</event>
</message>`

const item = `						<item id="10.61.64.9/32">
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
							<mac></mac>
							<label>30</label>
							<vni>0</vni>
							<tunnel-encapsulation-list>
								<tunnel-encapsulation>gre</tunnel-encapsulation>
								<tunnel-encapsulation>udp</tunnel-encapsulation>
							</tunnel-encapsulation-list>
							<virtual-network>default-domain:k8s-lab:pods</virtual-network>
							<tag-list />
						</next-hop>
					</next-hops>
					<virtual-network>default-domain:k8s-lab:pods</virtual-network>
					<sequence-number>2</sequence-number>
					<security-group-list>
						<security-group>8000001</security-group>
					</security-group-list>
					<community-tag-list>
						<community-tag>64512:77</community-tag>
					</community-tag-list>
					<local-preference>200</local-preference>
					<med>100</med>
				</entry>
			</item>
`

t.test('items', async t => {
  const read = parseAgentMessage(message('1/1/default-domain:k8s-lab:pods:pods', item + item))
  t.match(read, { kind: 'items', numbers: '1/1', instance: 'default-domain:k8s-lab:pods:pods' })
  t.match(read.kind === 'items' && read.routes[1], {
    id: '10.61.64.9/32',
    nextHops: [
      {
        address: '10.61.0.21',
        label: 30,
        encapsulations: ['gre', 'udp'],
        virtualNetwork: 'default-domain:k8s-lab:pods',
        tags: []
      }
    ],
    localPreference: 200,
    med: 100,
    sequenceNumber: 2,
    securityGroups: [8000001],
    communities: ['64512:77']
  })
})

t.test('retracts', async t => {
  const retracts = '<retract id="10.1.1.1/32" />\n<retract id="10.1.1.2/32" />\n'
  t.match(parseAgentMessage(message('2/1/a:b:c:d', retracts)), {
    kind: 'retracts',
    numbers: '2/1',
    instance: 'a:b:c:d',
    ids: ['10.1.1.1/32', '10.1.1.2/32']
  })
})

t.test('the rest', async t => {
  t.same(parseAgentMessage(message('0/0/EndOfRib', '')), { kind: 'endOfRib' })
  t.match(parseAgentMessage(message('1/1/a', `${item}<retract id="x" />`)), { kind: 'malformed' })
  t.match(parseAgentMessage(message('1/1/a', '<item id="x"></item>')), { kind: 'malformed' })
  t.match(parseAgentMessage('<message><iq></message>'), { kind: 'malformed' })
  t.match(parseAgentMessage('<iq type="set" to="default-global-system-config:vr-02/config"></iq>'), {
    kind: 'other'
  })
})
