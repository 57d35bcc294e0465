/** What the tests of the wire share: sessions, and messages as text. */
import { type DecodeContext, defaultDecodeSettings } from '../../../src/bgp/wire/decode-context.js'
import { codeOf, families } from '../../../src/bgp/wire/families.js'
import { Nlri } from '../../../src/bgp/wire/nlri.js'
import { NlriReader, type NlriSection } from '../../../src/bgp/wire/nlri-section.js'
import type { UpdateDecoder } from '../../../src/bgp/wire/update.js'
import { BeginResult, type EncodeOptions, type UpdateWriter } from '../../../src/bgp/wire/update-writer.js'

export interface SessionOptions extends Partial<DecodeContext> {
  readonly internal?: boolean
  readonly twoByteAs?: boolean
  readonly addPath?: boolean
  readonly extendedNextHop?: boolean
  readonly maximumLabels?: number
  readonly onlyInet?: boolean
}

/** An external session with AS 65001, all families and 4-byte AS numbers, but for what `options` say. */
export function contextOf(options: SessionOptions = {}): DecodeContext {
  const {
    internal,
    twoByteAs,
    addPath = false,
    extendedNextHop = false,
    maximumLabels = 1,
    onlyInet
  } = options
  const negotiated = onlyInet === true ? families.filter(({ name }) => name === 'inet') : families
  return {
    ...defaultDecodeSettings,
    fourByteAs: twoByteAs !== true,
    external: internal !== true,
    peerAs: 65001,
    families: new Map(
      negotiated.map(family => [
        codeOf(family.afi, family.safi),
        { family, addPath, extendedNextHop, maximumLabels }
      ])
    ),
    ...options
  }
}

export const encodeOptions: EncodeOptions = {
  fourByteAs: true,
  addPath: false,
  extendedNextHop: false,
  maximumLength: 4096,
  form: 'standard'
}

export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

export const hexOf = (bytes: Uint8Array, start = 0, end = bytes.length): string =>
  Buffer.from(bytes.subarray(start, end)).toString('hex')

export const decode = (decoder: UpdateDecoder, bytes: Uint8Array, context: DecodeContext): number =>
  decoder.decode(bytes, 0, bytes.length, context)

const reader = new NlriReader()
const nlri = new Nlri()

export const sectionsOf = (decoder: UpdateDecoder): readonly NlriSection[] =>
  decoder.sections.slice(0, decoder.sectionCount)

/** `inet + 10.0.0.0/8 1:10.1.0.0/16`; `-` where the section is to be applied as a withdrawal. */
export function printSection(section: NlriSection): string {
  const parts = [section.family.name, section.withdraw ? '-' : '+']
  reader.over(section)
  while (reader.next(nlri)) {
    const prefix = section.family.print(nlri.key, 0, nlri.keyLength)
    parts.push(section.addPath ? `${nlri.pathId}:${prefix}` : prefix)
  }
  return parts.join(' ')
}

export const attributesOf = ({ attributes, attributesStart, attributesEnd }: NlriSection): string =>
  hexOf(attributes, attributesStart, attributesEnd)

/** Writes what the decoder has found, section by section. False: something does not fit. */
export function rewrite(decoder: UpdateDecoder, updates: UpdateWriter, options: EncodeOptions): boolean {
  if (decoder.endOfRib !== undefined) updates.endOfRib(decoder.endOfRib, options)
  for (const section of sectionsOf(decoder)) {
    const { family, withdraw, attributes, attributesStart, attributesEnd } = section
    const begin = (): BeginResult =>
      withdraw
        ? updates.beginWithdraw(family, options)
        : updates.beginReach(attributes, attributesStart, attributesEnd, family, options)
    if (begin() !== BeginResult.ok) return false
    reader.over(section)
    while (reader.next(nlri)) {
      if (updates.add(nlri)) continue
      if (updates.tooLong || begin() !== BeginResult.ok || !updates.add(nlri)) return false
    }
    updates.finish()
  }
  return true
}
