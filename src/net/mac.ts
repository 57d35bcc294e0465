/**
 * MAC addresses as 6 bytes.
 * Print: lower case with colons, `02:aa:00:00:00:05`. Parse: either case.
 */
export function parseMac(text: string): Uint8Array | undefined {
  if (text.length !== 17) return undefined
  const bytes = new Uint8Array(6)
  for (let i = 0; i < 6; i++) {
    const high = hexDigit(text.charCodeAt(3 * i))
    const low = hexDigit(text.charCodeAt(3 * i + 1))
    if (high < 0 || low < 0 || (i < 5 && text.charCodeAt(3 * i + 2) !== colon)) return undefined
    bytes[i] = high * 16 + low
  }
  return bytes
}

const colon = 0x3a

/** The digit's value; -1: it is none. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1
}

export function printMac(bytes: Uint8Array, at = 0): string {
  return printOctets(bytes, at, 6)
}

/** Hexadecimal octets with colons between them. */
export function printOctets(bytes: Uint8Array, at: number, count: number): string {
  let text = ''
  for (let i = at; i < at + count; i++) {
    if (i > at) text += ':'
    text += (bytes[i]! + 0x100).toString(16).slice(1)
  }
  return text
}
