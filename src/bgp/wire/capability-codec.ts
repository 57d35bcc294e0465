/** Capabilities as bytes (RFC 5492 §4): code, length, value. Which lengths are taken: spec bgp 3.3. */
import { u16At, u32At } from './attributes.js'
import {
  type Capabilities,
  CapabilityCode,
  type FamilyCode,
  type GracefulRestartCapability,
  type LongLivedFamily,
  noCapabilities,
  type Role
} from './capabilities.js'
import type { Writer } from './writer.js'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

const forwardingBit = 0x80
const restartBit = 0x8000
const notificationBit = 0x4000

/** Collects capabilities, which may come in many parameters and repeatedly. */
export class CapabilityReader {
  readonly result: Mutable<Capabilities> = {
    ...noCapabilities,
    multiprotocol: [],
    extendedNextHop: [],
    multipleLabels: [],
    addPath: [],
    unknown: [],
    malformed: []
  }

  /** Reads all of `bytes[start..end)`; otherwise says what makes the whole OPEN unusable. */
  read(bytes: Uint8Array, start: number, end: number): string | undefined {
    let at = start
    while (at + 2 <= end) {
      const code = bytes[at]!
      const value = at + 2
      const next = value + bytes[at + 1]!
      if (next > end) return `capability ${code} runs past its parameter`
      if (!this.#value(code, bytes, value, next)) {
        // Guessing the size of AS numbers, or the families, would misread all that follows.
        if (code === CapabilityCode.fourByteAs || code === CapabilityCode.multiprotocol) {
          return `capability ${code} of ${next - value} bytes`
        }
        this.result.malformed.push(code)
      }
      at = next
    }
    return at === end ? undefined : 'a stray byte behind the capabilities'
  }

  /** False: the length is wrong. Lists of families add up, other values replace the ones before. */
  #value(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { result } = this
    const length = end - start
    switch (code) {
      case CapabilityCode.multiprotocol:
        if (length !== 4) return false
        result.multiprotocol.push({ afi: u16At(bytes, start), safi: bytes[start + 3]! })
        return true
      case CapabilityCode.routeRefresh:
      case CapabilityCode.oldRouteRefresh:
        if (length === 0) result.routeRefresh = true
        return length === 0
      case CapabilityCode.enhancedRouteRefresh:
        if (length === 0) result.enhancedRouteRefresh = true
        return length === 0
      case CapabilityCode.extendedMessage:
        if (length === 0) result.extendedMessage = true
        return length === 0
      case CapabilityCode.fourByteAs:
        if (length === 4) result.fourByteAs = u32At(bytes, start)
        return length === 4
      case CapabilityCode.role:
        if (length === 1) result.role = bytes[start]! as Role
        return length === 1
      case CapabilityCode.extendedNextHop:
        return each(start, end, 6, at => {
          result.extendedNextHop.push({ ...wideFamily(bytes, at), nextHopAfi: u16At(bytes, at + 4) })
        })
      case CapabilityCode.multipleLabels:
        return each(start, end, 4, at => {
          result.multipleLabels.push({ ...family(bytes, at), count: bytes[at + 3]! })
        })
      case CapabilityCode.addPath:
        return each(start, end, 4, at => {
          const direction = bytes[at + 3]!
          // RFC 7911 §4: other values than 1 to 3 are ignored.
          if (direction < 1 || direction > 3) return
          result.addPath.push({
            ...family(bytes, at),
            receive: (direction & 1) !== 0,
            send: (direction & 2) !== 0
          })
        })
      case CapabilityCode.gracefulRestart:
        return this.#gracefulRestart(bytes, start, end)
      case CapabilityCode.longLivedGracefulRestart: {
        const families: LongLivedFamily[] = []
        const well = each(start, end, 7, at => {
          families.push({
            ...family(bytes, at),
            forwardingPreserved: (bytes[at + 3]! & forwardingBit) !== 0,
            staleTimeSeconds: (bytes[at + 4]! << 16) | u16At(bytes, at + 5)
          })
        })
        if (well) result.longLived = families
        return well
      }
      case CapabilityCode.fqdn: {
        const hostEnd = start + 1 + (bytes[start] ?? 0)
        const domainEnd = hostEnd + 1 + (bytes[hostEnd] ?? 0)
        if (length < 2 || domainEnd > end) return false
        result.fqdn = { host: text(bytes, start + 1, hostEnd), domain: text(bytes, hostEnd + 1, domainEnd) }
        return true
      }
      case CapabilityCode.softwareVersion:
        if (length < 1 || start + 1 + bytes[start]! > end) return false
        result.softwareVersion = text(bytes, start + 1, start + 1 + bytes[start]!)
        return true
      default:
        result.unknown.push({ code, value: bytes.slice(start, end) })
        return true
    }
  }

  #gracefulRestart(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start < 2) return false
    const word = u16At(bytes, start)
    const families: GracefulRestartCapability['families'][number][] = []
    const well = each(start + 2, end, 4, at => {
      families.push({ ...family(bytes, at), forwardingPreserved: (bytes[at + 3]! & forwardingBit) !== 0 })
    })
    if (!well) return false
    this.result.gracefulRestart = {
      restarting: (word & restartBit) !== 0,
      notification: (word & notificationBit) !== 0,
      restartTimeSeconds: word & 0x0fff,
      families
    }
    return true
  }
}

function each(start: number, end: number, size: number, take: (at: number) => void): boolean {
  if ((end - start) % size !== 0) return false
  for (let at = start; at < end; at += size) take(at)
  return true
}

function family(bytes: Uint8Array, at: number): FamilyCode {
  return { afi: u16At(bytes, at), safi: bytes[at + 2]! }
}

/** RFC 8950 §4 has a SAFI of two bytes. */
function wideFamily(bytes: Uint8Array, at: number): FamilyCode {
  return { afi: u16At(bytes, at), safi: u16At(bytes, at + 2) }
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder().decode(bytes.subarray(start, end))
}

/** The capabilities one by one, in the order in which they go out (spec bgp 3.1, 3.3). */
export function writeCapabilities(
  to: Writer,
  capabilities: Capabilities,
  form: 'control-node' | 'standard'
): void {
  const { fourByteAs, gracefulRestart, longLived } = capabilities
  for (const { afi, safi } of capabilities.multiprotocol) {
    value(to, CapabilityCode.multiprotocol, () => {
      to.u16(afi)
      to.u16(safi)
    })
  }
  if (form === 'standard') {
    if (capabilities.routeRefresh) value(to, CapabilityCode.routeRefresh)
    if (capabilities.enhancedRouteRefresh) value(to, CapabilityCode.enhancedRouteRefresh)
  }
  if (fourByteAs !== undefined) value(to, CapabilityCode.fourByteAs, () => to.u32(fourByteAs))
  if (gracefulRestart !== undefined) {
    value(to, CapabilityCode.gracefulRestart, () => writeGracefulRestart(to, gracefulRestart))
  }
  if (longLived !== undefined)
    value(to, CapabilityCode.longLivedGracefulRestart, () => writeLongLived(to, longLived))
  if (form === 'standard') writeOptIns(to, capabilities)
}

function writeOptIns(to: Writer, capabilities: Capabilities): void {
  const { extendedNextHop, multipleLabels, addPath, role, fqdn, softwareVersion } = capabilities
  if (extendedNextHop.length > 0) {
    value(to, CapabilityCode.extendedNextHop, () => {
      for (const entry of extendedNextHop) {
        to.u16(entry.afi)
        to.u16(entry.safi)
        to.u16(entry.nextHopAfi)
      }
    })
  }
  if (capabilities.extendedMessage) value(to, CapabilityCode.extendedMessage)
  if (multipleLabels.length > 0) {
    value(to, CapabilityCode.multipleLabels, () => {
      for (const entry of multipleLabels) writeFamily(to, entry, entry.count)
    })
  }
  if (role !== undefined) value(to, CapabilityCode.role, () => to.u8(role))
  if (addPath.length > 0) {
    value(to, CapabilityCode.addPath, () => {
      for (const entry of addPath) {
        writeFamily(to, entry, (entry.receive ? 1 : 0) | (entry.send ? 2 : 0))
      }
    })
  }
  if (fqdn !== undefined) {
    value(to, CapabilityCode.fqdn, () => {
      writeText(to, fqdn.host, 64)
      writeText(to, fqdn.domain, 128)
    })
  }
  if (softwareVersion !== undefined) {
    value(to, CapabilityCode.softwareVersion, () => writeText(to, softwareVersion, 64))
  }
  for (const { code, value: bytes } of capabilities.unknown) value(to, code, () => to.copy(bytes))
}

function value(to: Writer, code: number, write?: () => void): void {
  to.u8(code)
  to.u8(0)
  const start = to.at
  write?.()
  to.bytes[start - 1] = to.at - start
}

function writeFamily(to: Writer, { afi, safi }: FamilyCode, last: number): void {
  to.u16(afi)
  to.u8(safi)
  to.u8(last)
}

function writeGracefulRestart(to: Writer, capability: GracefulRestartCapability): void {
  const { restarting, notification, restartTimeSeconds, families } = capability
  to.u16((restarting ? restartBit : 0) | (notification ? notificationBit : 0) | (restartTimeSeconds & 0x0fff))
  for (const entry of families) writeFamily(to, entry, entry.forwardingPreserved ? forwardingBit : 0)
}

function writeLongLived(to: Writer, families: readonly LongLivedFamily[]): void {
  for (const entry of families) {
    writeFamily(to, entry, entry.forwardingPreserved ? forwardingBit : 0)
    to.u24(entry.staleTimeSeconds)
  }
}

function writeText(to: Writer, value: string, limit: number): void {
  const bytes = new TextEncoder().encode(value).subarray(0, limit)
  to.u8(bytes.length)
  to.copy(bytes)
}
