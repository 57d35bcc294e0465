/** CLUSTER_LIST values: 4-byte cluster ids, the last reflector first (RFC 4456 §8). */
import { printInet4 } from '../../net/inet.js'
import { copyBytes, putU32, u32At } from './attributes.js'

export function containsCluster(bytes: Uint8Array, start: number, end: number, clusterId: number): boolean {
  for (let at = start; at < end; at += 4) if (u32At(bytes, at) === clusterId) return true
  return false
}

/** Writes `clusterId` and the list `bytes[start..end)` to `into[at..)` and gives the offset behind. */
export function prependCluster(
  bytes: Uint8Array,
  start: number,
  end: number,
  clusterId: number,
  into: Uint8Array,
  at: number
): number {
  putU32(into, at, clusterId)
  return copyBytes(into, at + 4, bytes, start, end)
}

/** `10.0.100.0 10.0.101.0` */
export function printClusterList(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const ids: string[] = []
  for (let at = start; at < end; at += 4) ids.push(printInet4(u32At(bytes, at)))
  return ids.join(' ')
}
