/**
 * Reads members of API values with the default of an absent member (spec config 1.6). Values have passed
 * `parseObject`, so a member that is there has the kind that the schema says.
 */

import type { Json, JsonObject } from '../ifmap/config-object.js'
import { parseInet4, parseInet4Prefix, printInet4Prefix } from '../net/inet.js'
import { parseInet6Prefix, printInet6Prefix } from '../net/inet6.js'
import { parseIp, printIp } from '../net/ip.js'
import { canonicalAddress } from '../net/scoped-ip.js'

type Holder = JsonObject | undefined

export function integer(holder: Holder, member: string, otherwise = 0): number {
  const value = holder?.[member]
  return typeof value === 'number' ? value : otherwise
}

export function text(holder: Holder, member: string): string {
  const value = holder?.[member]
  return typeof value === 'string' ? value : ''
}

export const flag = (holder: Holder, member: string): boolean => holder?.[member] === true

export function child(holder: Holder, member: string): JsonObject | undefined {
  const value = holder?.[member]
  return isObject(value) ? value : undefined
}

export function texts(holder: Holder, member: string): readonly string[] {
  return list(holder, member).filter(entry => typeof entry === 'string')
}

export function integers(holder: Holder, member: string): readonly number[] {
  return list(holder, member).filter(entry => typeof entry === 'number')
}

export function children(holder: Holder, member: string): readonly JsonObject[] {
  return list(holder, member).filter(isObject)
}

/** Printed in the canonical form; undefined when it does not parse. */
export function address(holder: Holder, member: string): string | undefined {
  const bytes = parseIp(text(holder, member))
  return bytes === undefined ? undefined : printIp(bytes)
}

/** Likewise, of a neighbour: a link-local address has its interface behind it. */
export const neighbourAddress = (holder: Holder, member: string): string | undefined =>
  canonicalAddress(text(holder, member))

/** 0 when it does not parse. */
export const inet4 = (holder: Holder, member: string): number => parseInet4(text(holder, member)) ?? 0

/** Printed in the canonical form, host bits cleared; undefined when it does not parse. */
export function canonicalPrefix(prefix: string): string | undefined {
  const four = parseInet4Prefix(prefix)
  if (four !== undefined) return printInet4Prefix(four.address, four.length)
  const six = parseInet6Prefix(prefix)
  return six === undefined ? undefined : printInet6Prefix(six.address, six.length)
}

/** Of addresses and prefixes in canonical form. */
export const sameFamily = (a: string, b: string): boolean => a.includes(':') === b.includes(':')

function list(holder: Holder, member: string): readonly Json[] {
  const value = holder?.[member]
  return Array.isArray(value) ? value : []
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
