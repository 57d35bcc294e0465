import { isDeepStrictEqual } from 'node:util'
import type { LaterOptions } from './transport.js'

/**
 * What takes a socket from the options of `before` to those of `after`; empty: nothing. What is no longer given goes
 * back to the system's default, which Linux calls -1 for a TTL.
 */
export function socketChange(before: LaterOptions, after: LaterOptions): LaterOptions {
  if (isDeepStrictEqual(before, after)) return {}
  const hadTtl = before.ttl !== undefined || before.minimumTtl !== undefined
  const defaults = {
    ...(hadTtl && { ttl: -1 }),
    ...(before.minimumTtl !== undefined && { minimumTtl: 0 }),
    ...(before.dscp !== undefined && { dscp: 0 }),
    ...(before.noteTtl === true && { noteTtl: false })
  }
  return { ...defaults, ...after }
}
