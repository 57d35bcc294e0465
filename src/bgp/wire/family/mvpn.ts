/**
 * Multicast VPNs: AFI 1 and AFI 2, SAFI 5 (RFC 6514 §4).
 * Wire:   type (1), length (1), body. Key: type and body, so that nothing is left over: `mvpn-key.ts`.
 * Errors: length past the end. Unknown types and bodies that are wrong inside are passed over (RFC 7606 §5.4), the
 *         former unless `keepUnknown`.
 */
import type { Family } from '../family.js'
import { maximumKeyLength, type Nlri } from '../nlri.js'
import type { Reader } from '../reader.js'
import { isMvpnType, mvpnProblem, parseMvpnKey, printMvpnKey } from './mvpn-key.js'
import { readFrame, readOpaque, writeOpaque } from './typed.js'

export const mvpn: Family = {
  name: 'mvpn',
  afi: 1,
  safi: 5,
  tableSuffix: 'mvpn.0',
  masterTable: 'bgp.mvpn.0',
  keyLength: maximumKeyLength,
  fixedKeyLength: false,
  nextHopForm: 'inet',
  labeled: false,
  read(from, into) {
    readMvpn(from, into, 4)
  },
  write: writeOpaque,
  print: printMvpnKey,
  parse: text => parseMvpnKey(text, 4)
}

export const mvpn6: Family = {
  name: 'mvpn6',
  afi: 2,
  safi: 5,
  tableSuffix: 'mvpn6.0',
  masterTable: 'bgp.mvpn6.0',
  keyLength: maximumKeyLength,
  fixedKeyLength: false,
  nextHopForm: 'inet',
  labeled: false,
  read(from, into) {
    readMvpn(from, into, 16)
  },
  write: writeOpaque,
  print: printMvpnKey,
  parse: text => parseMvpnKey(text, 16)
}

function readMvpn(from: Reader, into: Nlri, addressBytes: number): void {
  const next = readFrame(from, into)
  if (next < 0) return
  const { bytes, at } = from
  const { key } = into
  from.at = next
  const type = bytes[at]!
  if (!isMvpnType(type)) {
    into.skipped = readOpaque(bytes, at, next, into)
    return
  }
  into.skipped = mvpnProblem(type, bytes, at + 2, next, addressBytes)
  if (into.skipped !== '') return
  key[0] = type
  for (let i = at + 2; i < next; i++) key[i - at - 1] = bytes[i]!
  into.keyLength = next - at - 1
}
