/** OPEN (RFC 4271 §4.2, capabilities RFC 5492, extended optional parameters RFC 9072). */
import type { Capabilities } from './capabilities.js'
import type { DecodeError } from './decode-error.js'
import type { Writer } from './writer.js'

export interface Open {
  /** The two bytes of the fixed part: AS_TRANS where the AS needs four (RFC 6793 §9). */
  readonly myAs: number
  readonly holdTimeSeconds: number
  readonly routerId: number
  readonly capabilities: Capabilities
}

/** `exact`: the order of contrail-control (spec bgp 3.1), else the order of spec bgp 3.3. */
export type OpenForm = 'control-node' | 'standard'

export type OpenResult =
  | { readonly open: Open; readonly error?: undefined }
  | { readonly open?: undefined; readonly error: DecodeError }

/** Reads the OPEN at `bytes[start..end)`, header included. Checks 1 to 3 of spec bgp 4.2; the rest is `negotiate`. */
export function readOpen(_bytes: Uint8Array, _start: number, _end: number): OpenResult {
  throw new Error('not yet')
}

export function writeOpen(_to: Writer, _open: Open, _form: OpenForm = 'standard'): void {
  throw new Error('not yet')
}

/** The AS of the speaker: from the capability, else from the fixed part. */
export function openAs(open: Open): number {
  return open.capabilities.fourByteAs ?? open.myAs
}
