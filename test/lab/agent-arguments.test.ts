import t from 'tap'
import {
  parsePublication,
  parseServer,
  parseSubscription,
  planAgents
} from '../../src/lab/agent-arguments.js'
import { masterInstance } from '../../src/lab/agent-text.js'

t.test('server', async t => {
  t.same(parseServer('127.0.0.1'), { address: '127.0.0.1', port: 5269 })
  t.same(parseServer('127.0.0.1:15269'), { address: '127.0.0.1', port: 15269 })
  t.same(parseServer('[::1]:15269'), { address: '::1', port: 15269 })
  for (const text of ['', 'localhost', '127.0.0.1:0', '127.0.0.1:70000', '::1', '127.0.0.1:x']) {
    t.throws(() => parseServer(text), /is no address and port/, text)
  }
})

t.test('subscription', async t => {
  t.same(parseSubscription('default-domain:demo:red:red:7'), {
    instance: 'default-domain:demo:red:red',
    id: 7
  })
  t.same(parseSubscription('master:0'), { instance: masterInstance, id: 0 })
  t.throws(() => parseSubscription('default-domain:demo:red:red'), /INSTANCE:ID/)
})

t.test('publication', async t => {
  t.same(parsePublication('a:b:c:c=10.1.1.1/32'), { instance: 'a:b:c:c', route: { prefix: '10.1.1.1/32' } })
  t.same(parsePublication('master=10.1.1.1/32:16'), {
    instance: masterInstance,
    route: { prefix: '10.1.1.1/32', label: 16 }
  })
  t.same(parsePublication('a:b:c:c=fd00::1/128:17').route, { prefix: 'fd00::1/128', label: 17 })
  for (const text of ['a:b:c:c', 'a=10.1.1.1', 'a=10.1.1/32', '=10.1.1.1/32', 'a=10.1.1.1/32:x']) {
    t.throws(() => parsePublication(text), /INSTANCE=PREFIX/, text)
  }
})

t.test('many agents: the next names, addresses and prefixes', async t => {
  const publications = [parsePublication('a:b:c:c=10.1.0.254/32:30')]
  const plans = planAgents({ name: 'vr-09', address: '127.0.0.255', nextHop: '10.61.0.1', publications }, 3)
  t.same(
    plans.map(({ name, address, nextHop, publications }) => [
      name,
      address,
      nextHop,
      publications[0]!.route.prefix
    ]),
    [
      ['vr-09', '127.0.0.255', '10.61.0.1', '10.1.0.254/32'],
      ['vr-10', '127.0.1.0', '10.61.0.2', '10.1.0.255/32'],
      ['vr-11', '127.0.1.1', '10.61.0.3', '10.1.1.0/32']
    ]
  )
  t.same(plans[2]!.publications[0]!.route.label, 30)
  t.same(planAgents({ name: 'agent', nextHop: '10.0.0.1', publications: [] }, 2)[1]!.name, 'agent-2')
  const inet6 = [parsePublication('a:b:c:c=fd00::1/128')]
  t.throws(() => planAgents({ name: 'x', nextHop: '10.0.0.1', publications: inet6 }, 2), /IPv4/)
})
