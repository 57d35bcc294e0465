/**
 * IPv4 in VPNs: AFI 1, SAFI 128 (RFC 4364 §4.3.4).
 * Key:    RD (8), address (4), length (1). Wire, order and extra: `prefix.ts`.
 * Errors: no room for label and RD, a prefix above 32 bits, or past the end.
 */
import { rdLength } from '../../../net/rd.js'
import type { Family } from '../family.js'
import { inetKeyLength, parseInetKey, printInetKey } from './inet.js'
import { readLabeledPrefix, writeLabeledPrefix } from './prefix.js'
import { parseVpnKey, printVpnKey } from './vpn.js'

export const inetVpn: Family = {
  name: 'inet-vpn',
  afi: 1,
  safi: 128,
  tableSuffix: 'l3vpn.0',
  masterTable: 'bgp.l3vpn.0',
  keyLength: rdLength + inetKeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet-vpn',
  labeled: true,
  read(from, into, withdrawn) {
    readLabeledPrefix(from, into, rdLength, 4, withdrawn)
  },
  write(to, nlri, withdrawn) {
    writeLabeledPrefix(to, nlri, rdLength, 4, withdrawn)
  },
  print: (key, start) => printVpnKey(key, start, printInetKey),
  parse: text => parseVpnKey(text, parseInetKey)
}
