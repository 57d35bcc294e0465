/** AGGREGATOR values in canonical form: AS (4 bytes), router id (4) (RFC 4271 §5.1.7, RFC 6793 §3). */
import { printInet4 } from '../../net/inet.js'
import { putU32, u32At } from './attributes.js'

export const aggregatorLength = 8

/** `65001:10.0.0.7` */
export function printAggregator(bytes: Uint8Array, start = 0): string {
  return `${u32At(bytes, start)}:${printInet4(u32At(bytes, start + 4))}`
}

export function aggregatorOf(as: number, routerId: number): Uint8Array {
  const bytes = new Uint8Array(aggregatorLength)
  putU32(bytes, 0, as)
  putU32(bytes, 4, routerId)
  return bytes
}
