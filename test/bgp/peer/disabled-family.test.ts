/** A family that is disabled after an error (RFC 7606 §5.3) while the neighbour's routes of it were kept (RFC 4724). */
import t from 'tap'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { attribute, called, prefixesOf, update } from './called.js'

const mandatory = attribute(0x40, 1, '00') + attribute(0x40, 2, '02010000fde9')
const inet = update(mandatory + attribute(0x40, 3, '0a000002'), '18cb0071')
const inet6 = (nlri: string): string =>
  update(attribute(0x80, 14, `000201 10 20010db8000000000000000000000001 00 ${nlri}`) + mandatory)
const endOfInet = update('')

t.test('nothing is waited for in its name any more, and the other families go on', async t => {
  for (const controlNode of [false, true]) {
    // Restart time 100 s; the forwarding state of inet and inet6 is kept.
    const { lab, node, peer, call, connection } = called({
      families: ['inet', 'inet6'],
      more: '400a00640001018000020180',
      policy: { decode: { disableFamilyOnError: true } },
      receive: { controlNode }
    })
    connection.send(inet, inet6('3020010db80001'))
    lab.seconds(1)
    t.strictSame(prefixesOf(node, 'inet6'), ['2001:db8:1::/48'])
    connection.tcp.destroy()
    lab.seconds(10)
    t.equal(peer.retention.idle, false, 'its routes are kept')
    const back = call()
    back.send(inet6('ff'))
    lab.seconds(1)
    t.equal(peer.session.state, 'established')
    t.strictSame(
      [...peer.families.keys()].map(({ name }) => name),
      ['inet']
    )
    t.strictSame(prefixesOf(node, 'inet6'), [])
    back.send(inet, endOfInet)
    lab.seconds(1)
    t.equal(peer.families.get(familyNamed('inet')!)!.endOfRibReceived, true)
    t.equal(peer.retention.idle, true, 'nothing is kept, and no timer runs')
    t.strictSame(prefixesOf(node), ['203.0.113.0/24'])
  }
})
