/**
 * IPv6 unicast: AFI 2, SAFI 1 (RFC 2545).
 * Key:    address (16), length (1). Wire and order: `prefix.ts`.
 * Errors: length above 128, or past the end (RFC 7606 §3 j).
 */
import { maskInet6, parseInet6Prefix, printInet6Prefix } from '../../../net/inet6.js'
import type { Family } from '../family.js'
import { readPrefix, writePrefix } from './prefix.js'

export const inet6KeyLength = 17

export const inet6: Family = {
  name: 'inet6',
  afi: 2,
  safi: 1,
  tableSuffix: 'inet6.0',
  masterTable: 'inet6.0',
  keyLength: inet6KeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet6',
  labeled: false,
  read(from, into) {
    readPrefix(from, into, 16)
  },
  write(to, nlri) {
    writePrefix(to, nlri, 16)
  },
  print: printInet6Key,
  parse: parseInet6Key
}

/** Takes 16 bytes; bits past the length are cleared. */
export function inet6Key(address: Uint8Array, length: number): Uint8Array {
  const key = new Uint8Array(inet6KeyLength)
  key.set(address)
  maskInet6(key, length)
  key[16] = length
  return key
}

/** The 16 bytes of the address of the key that starts at `start`: a view, not a copy. */
export function inet6AddressOf(key: Uint8Array, start = 0): Uint8Array {
  return key.subarray(start, start + 16)
}

/** Prefix length in bits. */
export function inet6LengthOf(key: Uint8Array, start = 0): number {
  return key[start + 16]!
}

/** `2001:db8::/32` */
export function printInet6Key(key: Uint8Array, start = 0): string {
  return printInet6Prefix(key, inet6LengthOf(key, start), start)
}

export function parseInet6Key(text: string): Uint8Array | undefined {
  const prefix = parseInet6Prefix(text)
  return prefix && inet6Key(prefix.address, prefix.length)
}
