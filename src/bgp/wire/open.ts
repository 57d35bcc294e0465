/** OPEN (RFC 4271 §4.2; capabilities RFC 5492; extended optional parameters RFC 9072). */
import { asTrans } from '../../net/as-number.js'
import { u16At, u32At } from './attributes.js'
import type { Capabilities } from './capabilities.js'
import { CapabilityReader, writeCapabilities } from './capability-codec.js'
import { type DecodeError, Reaction } from './decode-error.js'
import { beginMessage, endMessage, headerLength, MessageType } from './message.js'
import { Writer } from './writer.js'

export interface Open {
  /** The two bytes of the fixed part: AS_TRANS where the AS needs four (RFC 6793 §9). */
  readonly myAs: number
  readonly holdTimeSeconds: number
  readonly routerId: number
  readonly capabilities: Capabilities
}

/** `control-node`: byte for byte as contrail-control sends it (spec bgp 3.1), without any other capability. */
export type OpenForm = 'control-node' | 'standard'

export type OpenResult =
  | { readonly open: Open; readonly error?: undefined }
  | { readonly open?: undefined; readonly error: DecodeError }

const version = 4
const capabilitiesParameter = 2
/** RFC 9072 §2: as the first parameter's type it says that lengths have two bytes. */
const extendedParameters = 255
/** What fits into one parameter whose length has one byte, itself in a field whose length has one byte. */
const maximumCapabilities = 253

const reset = Reaction.resetSession
const unspecific = { code: 2, subcode: 0, reaction: reset } as const
const badVersion = { code: 2, subcode: 1, reaction: reset } as const
const unknownParameter = { code: 2, subcode: 4, reaction: reset } as const
const badHoldTime = { code: 2, subcode: 6, reaction: reset } as const

/** Reads the OPEN at `bytes[start..end)`, header included: checks 1 to 3 of spec bgp 4.2. The rest is `negotiate`. */
export function readOpen(bytes: Uint8Array, start: number, end: number): OpenResult {
  const at = start + headerLength
  const fail = (
    kind: typeof unspecific | typeof badVersion | typeof unknownParameter | typeof badHoldTime,
    offset: number,
    what: string,
    data?: Uint8Array
  ): OpenResult => ({ error: { ...kind, offset: offset - start, what, ...(data && { data }) } })
  if (at + 10 > end) return fail(unspecific, at, 'OPEN too short')
  if (bytes[at] !== version) return fail(badVersion, at, `version ${bytes[at]}`, Uint8Array.of(0, version))
  const holdTimeSeconds = u16At(bytes, at + 3)
  if (holdTimeSeconds === 1 || holdTimeSeconds === 2) {
    return fail(badHoldTime, at + 3, `hold time ${holdTimeSeconds}`, bytes.slice(at + 3, at + 5))
  }
  let next = at + 10
  let parametersEnd = next + bytes[at + 9]!
  const extended = bytes[at + 9] !== 0 && bytes[next] === extendedParameters && next + 3 <= end
  if (extended) {
    parametersEnd = next + 3 + u16At(bytes, next + 1)
    next += 3
  }
  if (parametersEnd !== end)
    return fail(unspecific, at + 9, 'optional parameters do not end with the message')
  const reader = new CapabilityReader()
  while (next < parametersEnd) {
    const type = bytes[next]!
    const value = next + (extended ? 3 : 2)
    const valueEnd = value + (extended ? u16At(bytes, next + 1) : bytes[next + 1]!)
    if (value > parametersEnd || valueEnd > parametersEnd) {
      return fail(unspecific, next, `optional parameter ${type} runs past the message`)
    }
    if (type !== capabilitiesParameter) return fail(unknownParameter, next, `optional parameter ${type}`)
    const malformed = reader.read(bytes, value, valueEnd)
    if (malformed !== undefined) return fail(unspecific, value, malformed)
    next = valueEnd
  }
  const open = { myAs: u16At(bytes, at + 1), holdTimeSeconds, routerId: u32At(bytes, at + 5) }
  return { open: { ...open, capabilities: reader.result } }
}

/** Uses the form of RFC 9072 only where the short one does not fit: some old speakers close on it. */
export function writeOpen(to: Writer, open: Open, form: OpenForm = 'standard'): void {
  const capabilities = new Writer(4096)
  writeCapabilities(capabilities, open.capabilities, form)
  const length = capabilities.at
  const start = beginMessage(to, MessageType.open)
  to.u8(version)
  to.u16(open.myAs)
  to.u16(open.holdTimeSeconds)
  to.u32(open.routerId)
  if (length === 0) {
    to.u8(0)
  } else if (length <= maximumCapabilities) {
    to.u8(length + 2)
    to.u8(capabilitiesParameter)
    to.u8(length)
  } else {
    to.u8(extendedParameters)
    to.u8(extendedParameters)
    to.u16(length + 3)
    to.u8(capabilitiesParameter)
    to.u16(length)
  }
  to.copy(capabilities.bytes, 0, length)
  endMessage(to, start)
}

/** The AS of the speaker: from the capability, else from the fixed part. */
export function openAs(open: Open): number {
  return open.capabilities.fourByteAs ?? open.myAs
}

/** What the fixed part says for `as`. */
export function myAsOf(as: number): number {
  return as > 0xffff ? asTrans : as
}
