/**
 * MAC addresses as 6 bytes.
 * Print: lower case with colons, `02:aa:00:00:00:05`. Parse: either case.
 */
export const broadcastMac: Uint8Array = new Uint8Array(6).fill(0xff)

export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) return undefined
  return Uint8Array.from(text.split(':'), octet => Number.parseInt(octet, 16))
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
