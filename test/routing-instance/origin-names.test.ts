import t from 'tap'
import { Protocol, Source, SourceKind } from '../../src/bgp/rib/source.js'
import { Lab } from './lab.js'

t.test('routes are told again when the name of their network changes, and only then', async t => {
  const lab = new Lab()
  const { originNames } = lab.instances
  lab.configure('d:p:red:red', { both: 'target:1:1', network: 'd:p:red', index: 21 })
  const agent = new Source('vr-01', SourceKind.peer, Protocol.xmpp)
  lab.publish('d:p:red:red.inet.0', '10.1.1.0/24', agent, { communities: 'originvn:65010:22' })
  lab.publish('d:p:red:red.inet.0', '10.1.2.0/24', agent, { communities: 'originvn:65010:21' })
  lab.settle()
  const told: string[] = []
  const table = lab.table('d:p:red:red.inet.0')
  table.addListener({
    routeChanged: index => told.push(`${table.print(table.at(index)!)} ${originNames.tell(22)}`)
  })
  const toldNow = (): string[] => {
    lab.settle()
    return told.splice(0)
  }

  lab.configure('d:p:blue:blue', { both: 'target:1:2', network: 'd:p:blue', index: 22 })
  t.same(toldNow(), [], 'nobody was told of it')
  t.equal(originNames.tell(22), 'd:p:blue')
  lab.configure('d:p:blue:blue2', { both: 'target:1:3', network: 'd:p:blue', index: 22 })
  t.same(toldNow(), [], 'another instance, the same name')
  lab.remove('d:p:blue:blue')
  t.same(toldNow(), [])
  lab.remove('d:p:blue:blue2')
  t.same(toldNow(), ['10.1.1.0/24 undefined'])
  lab.configure('d:p:blue:blue', { both: 'target:1:2', network: 'd:p:blue', index: 22 })
  lab.configure('d:p:blue:blue', { both: 'target:1:2', network: 'd:p:azure', index: 22 })
  t.same(toldNow(), ['10.1.1.0/24 d:p:azure'])
  lab.configure('d:p:blue:blue', { both: 'target:1:2', network: 'd:p:azure', index: 23 })
  t.same(toldNow(), ['10.1.1.0/24 undefined'])
})
