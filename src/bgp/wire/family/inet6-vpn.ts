/**
 * IPv6 in VPNs: AFI 2, SAFI 128 (RFC 4659 §3.2).
 * Key:    RD (8), address (16), length (1). Wire, order and extra: `prefix.ts`.
 * Errors: no room for label and RD, a prefix above 128 bits, or past the end.
 */
import { rdLength } from '../../../net/rd.js'
import type { Family } from '../family.js'
import { inet6KeyLength, parseInet6Key, printInet6Key } from './inet6.js'
import { readLabeledPrefix, writeLabeledPrefix } from './prefix.js'
import { parseVpnKey, printVpnKey } from './vpn.js'

export const inet6Vpn: Family = {
  name: 'inet6-vpn',
  afi: 2,
  safi: 128,
  tableSuffix: 'l3vpn-inet6.0',
  masterTable: 'bgp.l3vpn-inet6.0',
  keyLength: rdLength + inet6KeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet6-vpn',
  labeled: true,
  read(from, into, withdrawn) {
    readLabeledPrefix(from, into, rdLength, 16, withdrawn)
  },
  write(to, nlri, withdrawn) {
    writeLabeledPrefix(to, nlri, rdLength, 16, withdrawn)
  },
  print: (key, start) => printVpnKey(key, start, printInet6Key),
  parse: text => parseVpnKey(text, parseInet6Key)
}
