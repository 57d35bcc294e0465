/**
 * The accumulated IGP metric (RFC 7311 §3): TLVs of type (1 byte), length of the whole TLV (2 bytes) and value; one of
 * type 1 has a metric of 8 bytes, and only the first of them counts. Values lie at `bytes[start..end)`.
 */
import { putU32, u16At, u32At } from './attributes.js'

const aigpTlv = 1
const tlvHeader = 3
const aigpLength = 11

/** Every TLV fits, those of type 1 have their length, and there is one. */
export function isAigp(bytes: Uint8Array, start: number, end: number): boolean {
  let found = false
  for (let at = start; at < end; ) {
    if (at + tlvHeader > end) return false
    const length = u16At(bytes, at + 1)
    if (length < tlvHeader || at + length > end) return false
    if (bytes[at] === aigpTlv) {
      if (length !== aigpLength) return false
      found = true
    }
    at += length
  }
  return found
}

/** Of a well-formed value. */
export function aigpMetric(bytes: Uint8Array, start: number): bigint {
  const at = metricAt(bytes, start)
  return (BigInt(u32At(bytes, at)) << 32n) | BigInt(u32At(bytes, at + 4))
}

/** Puts another metric, 64 bits, into a well-formed value. */
export function putAigpMetric(bytes: Uint8Array, start: number, metric: bigint): void {
  const at = metricAt(bytes, start)
  putU32(bytes, at, Number(metric >> 32n))
  putU32(bytes, at + 4, Number(metric & 0xffffffffn))
}

const greatestMetric = 2n ** 64n - 1n

/** No sum exceeds what the attribute can say (RFC 7311 §3.4). */
export const addedMetric = (metric: bigint, distance: bigint): bigint =>
  metric > greatestMetric - distance ? greatestMetric : metric + distance

function metricAt(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] !== aigpTlv) at += u16At(bytes, at + 1)
  return at + tlvHeader
}
