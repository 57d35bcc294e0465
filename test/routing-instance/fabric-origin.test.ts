import t from 'tap'
import { Protocol, Source, SourceKind } from '../../src/bgp/rib/source.js'
import { Lab } from './lab.js'

const agent = (name: string): Source => new Source(name, SourceKind.peer, Protocol.xmpp)
const pod = '10.61.64.9/32'
const originOf = (lab: Lab): string[] =>
  lab.dump('inet.0').map(line => /originvn:\S+/.exec(line)?.[0] ?? 'none')

for (const order of ['the plain route first', 'the pod first']) {
  t.test(`a plain route has the origin VN of its pod, ${order}`, async t => {
    const lab = new Lab()
    const pods = lab.configure('pods', { both: 'target:65010:8000001', network: 'pods', index: 13 })
    const one = agent('vr-01')
    const steps = [
      () => lab.publish('inet.0', pod, one, { rd: '10.20.0.7:7' }),
      () => lab.publish(pods.table('inet')!, pod, one, { rd: '10.20.0.7:7', label: 480 })
    ]
    if (order === 'the pod first') steps.reverse()
    for (const step of steps) {
      step()
      lab.settle()
    }
    t.strictSame(originOf(lab), ['originvn:65010:13'])
    lab.withdraw(pods.table('inet')!, pod, one)
    lab.settle()
    t.strictSame(originOf(lab), ['originvn:65010:13'], 'and keeps it when the pod has gone')
    lab.withdraw('inet.0', pod, one)
    lab.remove('pods')
    lab.settle()
    lab.instances.setIdentity({ as: 0, localAs: 0, identifier: 0 })
    t.strictSame(lab.leftovers(), {})
    t.equal(lab.rib.attributes.size, 0)
  })
}

t.test('another agent, another RD or no RD is no twin', async t => {
  const lab = new Lab()
  const pods = lab.configure('pods', { both: 'target:65010:8000001', network: 'pods', index: 13 })
  lab.publish(pods.table('inet')!, pod, agent('vr-02'), { rd: '10.20.0.7:7' })
  const one = agent('vr-01')
  lab.publish(pods.table('inet')!, pod, one, { rd: '10.20.0.7:8' })
  lab.publish('inet.0', pod, one, { rd: '10.20.0.7:7' })
  lab.publish('inet.0', '10.61.64.10/32', one)
  lab.settle()
  t.strictSame(originOf(lab), ['none', 'none'])
})
