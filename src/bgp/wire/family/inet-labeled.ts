/**
 * IPv4 with labels: AFI 1, SAFI 4 (RFC 8277).
 * Key:    that of `inet`. Wire and extra: `prefix.ts`.
 * Errors: no room for a label, a prefix above 32 bits, or past the end.
 */
import type { Family } from '../family.js'
import { inetKeyLength, parseInetKey, printInetKey } from './inet.js'
import { readLabeledPrefix, writeLabeledPrefix } from './prefix.js'

export const inetLabeled: Family = {
  name: 'inet-labeled',
  afi: 1,
  safi: 4,
  tableSuffix: 'inet.3',
  masterTable: 'inet.3',
  keyLength: inetKeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet',
  labeled: true,
  read(from, into, withdrawn) {
    readLabeledPrefix(from, into, 0, 4, withdrawn)
  },
  write(to, nlri, withdrawn) {
    writeLabeledPrefix(to, nlri, 0, 4, withdrawn)
  },
  print: printInetKey,
  parse: parseInetKey
}
