/** The head of an MRT record (RFC 6396 §2, §3). */
import type { Writer } from '../bgp/wire/writer.js'

export const MrtType = { tableDumpV2: 13, bgp4mp: 16, bgp4mpEt: 17 } as const
export type MrtType = (typeof MrtType)[keyof typeof MrtType]

const headLength = 12

/** `wallClock` in milliseconds. Gives the record's start, for `endRecord`. */
export function beginRecord(to: Writer, type: MrtType, subtype: number, wallClock: number): number {
  const start = to.at
  const seconds = Math.floor(wallClock / 1000)
  to.u32(seconds)
  to.u16(type)
  to.u16(subtype)
  to.u32(0)
  if (type === MrtType.bgp4mpEt) to.u32(Math.floor((wallClock - seconds * 1000) * 1000))
  return start
}

/** Fills in the length, of which the microseconds of §3 are part. */
export function endRecord(to: Writer, start: number): void {
  const length = to.at - start - headLength
  to.patchU16(start + 8, length >>> 16)
  to.patchU16(start + 10, length & 0xffff)
}
