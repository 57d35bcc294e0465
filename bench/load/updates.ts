/** UPDATE messages of the load, made before the clock starts. */
import { message } from './bgp-session.js'
import { type FamilyLoad, families } from './families.js'

export interface LoadShape {
  readonly family: keyof typeof families
  readonly senders: number
  readonly prefixes: number
  /** Attribute sets; each has as many prefixes as the others. */
  readonly groups: number
}

/** Last AS number of a group's path: this and the group's number. */
export const originAsBase = 200_000
const originAttribute = [0x40, 1, 1, 0]
const updateType = 2

/** The sender of a group; senders have one run of groups each. */
export const senderOf = (group: number, { groups, senders }: LoadShape): number =>
  Math.floor((group * senders) / groups)

/** What sender `s` announces, one UPDATE per group, and withdraws, as many to an UPDATE as fit. */
export function updatesOf(sender: number, shape: LoadShape): { announce: Buffer; withdraw: Buffer } {
  const family = families[shape.family]
  const perGroup = shape.prefixes / shape.groups
  const announced: Buffer[] = []
  let first = -1
  let end = 0
  for (let group = 0; group < shape.groups; group++) {
    if (senderOf(group, shape) !== sender) continue
    const start = Math.round(group * perGroup)
    end = Math.round((group + 1) * perGroup)
    if (first < 0) first = start
    announced.push(announcement(family, shape, group, start, end))
  }
  const withdrawn: Buffer[] = []
  const fit = Math.floor((4096 - 19 - 12) / family.nlriBytes)
  for (let start = first; start < end; start += fit)
    withdrawn.push(withdrawal(family, start, Math.min(end, start + fit)))
  return { announce: Buffer.concat(announced), withdraw: Buffer.concat(withdrawn) }
}

export function announcement(
  family: FamilyLoad,
  shape: LoadShape,
  group: number,
  start: number,
  end: number,
  med?: number
): Buffer {
  const isInet = family.safi === 1
  const nextHop = [10, 0, senderOf(group, shape) + 1, 1]
  const attributes = [
    ...originAttribute,
    ...asPath(group),
    ...(isInet ? [0x40, 3, 4, ...nextHop] : []),
    ...(med !== undefined || group % 3 === 0 ? [0x80, 4, 4, ...u32(med ?? group % 1000)] : []),
    0x40,
    5,
    4,
    ...u32(100),
    ...communities(group),
    ...(isInet ? [] : mpReach(family, nextHop, start, end)),
    ...extendedCommunities(family)
  ]
  const nlri = Buffer.alloc(isInet ? (end - start) * family.nlriBytes : 0)
  if (isInet) writeNlri(family, nlri, start, end, false)
  return message(
    updateType,
    Buffer.concat([Buffer.from([0, 0, ...u16(attributes.length), ...attributes]), nlri])
  )
}

function withdrawal(family: FamilyLoad, start: number, end: number): Buffer {
  const nlri = Buffer.alloc((end - start) * family.nlriBytes)
  writeNlri(family, nlri, start, end, true)
  if (family.safi === 1)
    return message(updateType, Buffer.concat([Buffer.from(u16(nlri.length)), nlri, Buffer.from([0, 0])]))
  const attribute = Buffer.from([0x90, 15, ...u16(nlri.length + 3), ...u16(family.afi), family.safi])
  return message(
    updateType,
    Buffer.concat([Buffer.from([0, 0, ...u16(attribute.length + nlri.length)]), attribute, nlri])
  )
}

function mpReach(family: FamilyLoad, nextHop: readonly number[], start: number, end: number): number[] {
  const nlri = Buffer.alloc((end - start) * family.nlriBytes)
  writeNlri(family, nlri, start, end, false)
  const hop = family.safi === 128 ? [12, 0, 0, 0, 0, 0, 0, 0, 0, ...nextHop] : [4, ...nextHop]
  return [
    0x90,
    14,
    ...u16(3 + hop.length + 1 + nlri.length),
    ...u16(family.afi),
    family.safi,
    ...hop,
    0,
    ...nlri
  ]
}

function writeNlri(family: FamilyLoad, into: Buffer, start: number, end: number, withdraw: boolean): void {
  for (let index = start; index < end; index++)
    family.write(into, (index - start) * family.nlriBytes, index, withdraw)
}

/** 2 to 5 four-octet AS numbers. */
function asPath(group: number): number[] {
  const hops = 2 + (group % 4)
  const numbers: number[] = []
  for (let i = 1; i < hops; i++) numbers.push(...u32(65_000 + ((group * 7 + i * 13) % 400)))
  numbers.push(...u32(originAsBase + group))
  return [0x40, 2, 2 + hops * 4, 2, hops, ...numbers]
}

function communities(group: number): number[] {
  const count = group % 4
  const values: number[] = []
  for (let i = 0; i < count; i++) values.push(...u16(64_000), ...u16((group + i * 10) % 5000))
  return count === 0 ? [] : [0xc0, 8, values.length, ...values]
}

/** Route target 64512:1000, and VXLAN for EVPN. */
function extendedCommunities({ safi }: FamilyLoad): number[] {
  if (safi === 1) return []
  const target = [0, 2, ...u16(64_512), ...u32(1000)]
  const vxlan = [3, 0x0c, 0, 0, 0, 0, 0, 8]
  const values = safi === 70 ? [...target, ...vxlan] : target
  return [0xc0, 16, values.length, ...values]
}

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255]
const u32 = (value: number): number[] => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]
