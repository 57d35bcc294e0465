/**
 * Tags of agents' routes within a node are large communities; between control nodes, those that fit 32 bits travel
 * as extended communities (spec routing 5.4). A large community that only looks like a tag is left alone: it must
 * carry the own AS or a global number.
 */
import { classicTagCommunities, classicTagsOf } from './as-scoped-communities.js'
import type { AttributeEditor } from './attribute-editor.js'
import { findAttribute, valueEnd, valueStart } from './attributes.js'
import { AttributeCode } from './canonical.js'
import { ExtendedKind, extendedKindAt } from './ext-communities.js'
import {
  classicOfTag,
  isGlobalTag,
  isTag,
  largeAsAt,
  tagAt,
  tagCommunity,
  tagOfClassic
} from './large-communities.js'

const extendedLength = 8
const largeLength = 12

/** Puts the tags that fit into extended communities. `bytes` is what `editor` was started from. */
export function tagsToExtended(bytes: Uint8Array, as: number, editor: AttributeEditor): void {
  const large = attributeValue(bytes, AttributeCode.largeCommunities)
  const kept: Uint8Array[] = []
  const classic: number[] = []
  for (const community of split(large, largeLength)) {
    const tag = isTag(community, 0) ? tagAt(community, 0) : undefined
    const fits = tag === undefined ? undefined : classicOfTag(tag)
    const ours = tag !== undefined && (largeAsAt(community, 0) === as || isGlobalTag(BigInt(fits ?? tag)))
    if (ours && fits !== undefined) classic.push(fits)
    else kept.push(community)
  }
  if (classic.length === 0) return
  const communities = split(classicTagCommunities(as, classic), extendedLength)
  setSorted(editor, AttributeCode.largeCommunities, kept)
  setSorted(editor, AttributeCode.extendedCommunities, [
    ...split(attributeValue(bytes, AttributeCode.extendedCommunities), extendedLength),
    ...communities
  ])
}

/** The way back, on receipt. */
export function tagsToLarge(bytes: Uint8Array, editor: AttributeEditor): void {
  const extended = attributeValue(bytes, AttributeCode.extendedCommunities)
  const tags = classicTagsOf(extended, 0, extended.length)
  setSorted(
    editor,
    AttributeCode.extendedCommunities,
    split(extended, extendedLength).filter(community => !isClassicTag(community, 0))
  )
  setSorted(editor, AttributeCode.largeCommunities, [
    ...split(attributeValue(bytes, AttributeCode.largeCommunities), largeLength),
    ...tags.map(({ as, number }) => tagCommunity(as, tagOfClassic(number)))
  ])
}

/** The extended community at `bytes[at]` is a tag, or one half of a tag with a 4-byte AS. */
export function isClassicTag(bytes: Uint8Array, at: number): boolean {
  const kind = extendedKindAt(bytes, at)
  return kind === ExtendedKind.tag || kind === ExtendedKind.tagAs4
}

function attributeValue(bytes: Uint8Array, code: number): Uint8Array {
  const at = findAttribute(bytes, 0, bytes.length, code)
  return at < 0 ? nothing : bytes.subarray(valueStart(bytes, at), valueEnd(bytes, at))
}

function split(value: Uint8Array, width: number): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at < value.length; at += width) parts.push(value.subarray(at, at + width))
  return parts
}

function setSorted(editor: AttributeEditor, code: number, parts: Uint8Array[]): void {
  const sorted = parts
    .sort(Buffer.compare)
    .filter((part, i) => i === 0 || Buffer.compare(parts[i - 1]!, part) !== 0)
  if (sorted.length === 0) editor.remove(code)
  else editor.set(code, Buffer.concat(sorted))
}

const nothing = new Uint8Array(0)
