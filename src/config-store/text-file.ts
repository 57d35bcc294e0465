/** Text of a configuration file: UTF-8 and nothing else, so that a name in Latin-1 is not taken for another name. */
import { readFile } from 'node:fs/promises'

/** Rejects with what the system says, or with the first line that is not UTF-8. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error(`line ${firstBadLine(bytes)} is not UTF-8`)
  }
}

/** From 1. No character of several bytes has the byte of a newline in it, so lines are good or bad by themselves. */
function firstBadLine(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let line = 1, start = 0; ; line++) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.length : newline
    try {
      decoder.decode(bytes.subarray(start, end))
    } catch {
      return line
    }
    if (newline === -1) return line
    start = newline + 1
  }
}
