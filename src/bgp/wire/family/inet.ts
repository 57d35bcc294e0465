/**
 * IPv4 unicast: AFI 1, SAFI 1 (RFC 4271 §4.3).
 * Key:    address (4), length (1). Wire and order: `prefix.ts`.
 * Errors: length above 32, or past the end (RFC 7606 §3 j).
 */
import {
  inet4FromBytes,
  inet4Mask,
  inet4ToBytes,
  parseInet4Prefix,
  printInet4Prefix
} from '../../../net/inet.js'
import type { Family } from '../family.js'
import { readPrefix, writePrefix } from './prefix.js'

export const inetKeyLength = 5

export const inet: Family = {
  name: 'inet',
  afi: 1,
  safi: 1,
  tableSuffix: 'inet.0',
  masterTable: 'inet.0',
  keyLength: inetKeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet',
  labeled: false,
  read(from, into) {
    readPrefix(from, into, 4)
  },
  write(to, nlri) {
    writePrefix(to, nlri, 4)
  },
  print: printInetKey,
  parse: parseInetKey
}

/** Bits past the length are cleared. */
export function inetKey(address: number, length: number): Uint8Array {
  const key = inet4ToBytes((address & inet4Mask(length)) >>> 0, new Uint8Array(inetKeyLength))
  key[4] = length
  return key
}

/** The address of the key that starts at `start`, as a number. */
export function inetAddressOf(key: Uint8Array, start = 0): number {
  return inet4FromBytes(key, start)
}

/** Prefix length in bits. */
export function inetLengthOf(key: Uint8Array, start = 0): number {
  return key[start + 4]!
}

/** `10.1.2.0/24` */
export function printInetKey(key: Uint8Array, start = 0): string {
  return printInet4Prefix(inetAddressOf(key, start), inetLengthOf(key, start))
}

export function parseInetKey(text: string): Uint8Array | undefined {
  const prefix = parseInet4Prefix(text)
  return prefix && inetKey(prefix.address, prefix.length)
}
