/**
 * IPv6 with labels, as for 6PE: AFI 2, SAFI 4 (RFC 8277, RFC 4798 §2).
 * Key:    that of `inet6`. Wire and extra: `prefix.ts`.
 * Errors: no room for a label, a prefix above 128 bits, or past the end.
 */
import type { Family } from '../family.js'
import { inet6KeyLength, parseInet6Key, printInet6Key } from './inet6.js'
import { readLabeledPrefix, writeLabeledPrefix } from './prefix.js'

export const inet6Labeled: Family = {
  name: 'inet6-labeled',
  afi: 2,
  safi: 4,
  tableSuffix: 'inet6.3',
  masterTable: 'inet6.3',
  keyLength: inet6KeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet6',
  labeled: true,
  read(from, into, withdrawn) {
    readLabeledPrefix(from, into, 0, 16, withdrawn)
  },
  write(to, nlri, withdrawn) {
    writeLabeledPrefix(to, nlri, 0, 16, withdrawn)
  },
  print: printInet6Key,
  parse: parseInet6Key
}
