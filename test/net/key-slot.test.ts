import t from 'tap'
import { keySlot } from '../../src/net/key-slot.js'

for (const [peer, slot] of [
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.1/32', '10.0.0.1'],
  ['10.9.8.7/16', '10.9.0.0/16'],
  ['fe80::1', 'fe80::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['fe80::1/128', 'fe80::1'],
  ['fe80::/10', 'fe80::/10'],
  ['fea0:0::1/10', 'fe80::/10'],
  ['2001:db8:0:0::/64', '2001:db8::/64'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['::/0', '::/0']
] as const)
  t.test(peer, async t => {
    t.equal(keySlot(peer), slot)
    t.equal(keySlot(slot), slot)
  })
