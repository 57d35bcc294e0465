/** Path attributes in the words of a test: written to canonical form (`bgp/wire/canonical.ts`) and read from it. */
import { parseAsPath, printAsPath } from '../bgp/wire/as-path-text.js'
import { AttributeCursor, beginAttribute, putU32, u32At } from '../bgp/wire/attributes.js'
import { AttributeCode, optionalFlag, transitiveFlag } from '../bgp/wire/canonical.js'
import { parseCommunity, printCommunities } from '../bgp/wire/communities.js'
import { parseExtendedCommunity, printExtendedCommunities } from '../bgp/wire/ext-community-text.js'
import { parseLargeCommunity, printLargeCommunities } from '../bgp/wire/large-communities.js'
import { parseInet4, printInet4 } from '../net/inet.js'
import { parseIp, printIp } from '../net/ip.js'

export interface RouteAttributes {
  readonly origin: 'igp' | 'egp' | 'incomplete'
  /** '65001 65002 {65003}'; empty for routes of the own AS towards internal neighbours. */
  readonly asPath: string
  /** Empty for families without one. */
  readonly nextHop: string
  readonly med?: number
  readonly localPreference?: number
  /** '64512:77', 'no-export'. */
  readonly communities?: readonly string[]
  /** 'target:64512:8000005', or 16 hexadecimal digits. */
  readonly extendedCommunities?: readonly string[]
  readonly largeCommunities?: readonly string[]
  readonly originatorId?: string
  readonly clusterList?: readonly string[]
  /** The value of PMSI_TUNNEL, in hexadecimal digits. */
  readonly pmsiTunnel?: string
  /** The accumulated IGP metric (RFC 7311), below 2^53. */
  readonly aigp?: number
  /** Any others: type code to value in hexadecimal digits, sent as optional transitive. */
  readonly others?: Readonly<Record<number, string>>
}

const origins = ['igp', 'egp', 'incomplete'] as const

export function writeAttributes(route: RouteAttributes): Uint8Array {
  const attributes: { code: number; flags: number; value: Uint8Array }[] = []
  const add = (code: number, flags: number, value: Uint8Array | undefined): void => {
    if (value !== undefined) attributes.push({ code, flags, value })
  }
  const both = optionalFlag | transitiveFlag
  add(AttributeCode.origin, transitiveFlag, Uint8Array.of(origins.indexOf(route.origin)))
  add(AttributeCode.asPath, transitiveFlag, parsed('AS path', route.asPath, parseAsPath))
  if (route.nextHop !== '')
    add(AttributeCode.nextHop, transitiveFlag, parsed('next hop', route.nextHop, parseIp))
  add(AttributeCode.multiExitDisc, optionalFlag, u32(route.med))
  add(AttributeCode.localPref, transitiveFlag, u32(route.localPreference))
  add(
    AttributeCode.communities,
    both,
    sorted(route.communities, text => u32(parseCommunity(text)))
  )
  add(
    AttributeCode.originatorId,
    optionalFlag,
    route.originatorId === undefined ? undefined : id(route.originatorId)
  )
  add(AttributeCode.clusterList, optionalFlag, route.clusterList && Buffer.concat(route.clusterList.map(id)))
  add(AttributeCode.extendedCommunities, both, sorted(route.extendedCommunities, parseExtendedCommunity))
  add(
    AttributeCode.pmsiTunnel,
    both,
    route.pmsiTunnel === undefined ? undefined : Buffer.from(route.pmsiTunnel, 'hex')
  )
  add(AttributeCode.aigp, optionalFlag, route.aigp === undefined ? undefined : aigpTlv(route.aigp))
  add(AttributeCode.largeCommunities, both, sorted(route.largeCommunities, parseLargeCommunity))
  for (const [code, value] of Object.entries(route.others ?? {}))
    add(Number(code), both, Buffer.from(value, 'hex'))
  attributes.sort((a, b) => a.code - b.code)
  const bytes = new Uint8Array(attributes.reduce((sum, { value }) => sum + 4 + value.length, 0))
  let end = 0
  for (const { code, flags, value } of attributes) {
    const at = beginAttribute(bytes, end, flags, code, value.length)
    bytes.set(value, at)
    end = at + value.length
  }
  return bytes.slice(0, end)
}

/** RFC 7311 §3: type 1, length of the whole, metric of 8 bytes. */
function aigpTlv(metric: number): Uint8Array {
  const tlv = new Uint8Array(11)
  tlv.set([1, 0, tlv.length])
  putU32(tlv, 3, Math.floor(metric / 2 ** 32))
  putU32(tlv, 7, metric >>> 0)
  return tlv
}

export function readAttributes(bytes: Uint8Array, start: number, end: number): RouteAttributes {
  const read: { -readonly [name in keyof RouteAttributes]: RouteAttributes[name] } = {
    origin: 'incomplete',
    asPath: '',
    nextHop: ''
  }
  const others: Record<number, string> = {}
  const cursor = new AttributeCursor().over(bytes, start, end)
  while (cursor.next()) {
    const { code, valueStart: from, valueEnd: to, internal } = cursor
    if (internal) continue
    switch (code) {
      case AttributeCode.origin:
        read.origin = origins[bytes[from]!] ?? 'incomplete'
        break
      case AttributeCode.asPath:
        read.asPath = printAsPath(bytes, from, to)
        break
      case AttributeCode.nextHop:
        read.nextHop = printIp(bytes, from, to - from === 32 ? 16 : to - from)
        break
      case AttributeCode.multiExitDisc:
        read.med = u32At(bytes, from)
        break
      case AttributeCode.localPref:
        read.localPreference = u32At(bytes, from)
        break
      case AttributeCode.aigp:
        read.aigp = u32At(bytes, from + 3) * 2 ** 32 + u32At(bytes, from + 7)
        break
      case AttributeCode.communities:
        read.communities = printCommunities(bytes, from, to)
        break
      case AttributeCode.originatorId:
        read.originatorId = printInet4(u32At(bytes, from))
        break
      case AttributeCode.clusterList:
        read.clusterList = Array.from({ length: (to - from) / 4 }, (_, i) =>
          printInet4(u32At(bytes, from + 4 * i))
        )
        break
      case AttributeCode.extendedCommunities:
        read.extendedCommunities = printExtendedCommunities(bytes, from, to)
        break
      case AttributeCode.pmsiTunnel:
        read.pmsiTunnel = hex(bytes, from, to)
        break
      case AttributeCode.largeCommunities:
        read.largeCommunities = printLargeCommunities(bytes, from, to)
        break
      default:
        others[code] = hex(bytes, from, to)
    }
  }
  if (Object.keys(others).length > 0) read.others = others
  return read
}

function parsed(what: string, text: string, parse: (text: string) => Uint8Array | undefined): Uint8Array {
  const value = parse(text)
  if (value === undefined) throw new RangeError(`'${text}' is no ${what}`)
  return value
}

function sorted(
  texts: readonly string[] | undefined,
  parse: (text: string) => Uint8Array | undefined
): Uint8Array | undefined {
  if (texts === undefined || texts.length === 0) return undefined
  const values = texts.map(text => Buffer.from(parsed('community', text, parse)))
  return Buffer.concat(values.sort(Buffer.compare))
}

function u32(value: number | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined
  const bytes = new Uint8Array(4)
  putU32(bytes, 0, value)
  return bytes
}

const id = (text: string): Uint8Array => u32(parsedId(text))!

function parsedId(text: string): number {
  const value = parseInet4(text)
  if (value === undefined) throw new RangeError(`'${text}' is no identifier`)
  return value
}

const hex = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.subarray(start, end)).toString('hex')
