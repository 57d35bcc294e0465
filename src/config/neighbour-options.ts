/**
 * The options of a neighbour, as the node's own file gives them: for neighbours of the configuration graph by address,
 * for dynamic neighbours by range. Where the graph has a word for one too (`graph`), the file goes before it.
 *
 *   bgp:
 *     neighbours:
 *       - address: 10.0.0.1
 *         role: provider
 *         prefix_limit: { inet: 10000 }
 *
 * An option is a row here: its value is read, checked and kept by name from the row alone, and docs/operations.md
 * has the table that `printOptionTable` makes of the rows. What is done with a value: `bgp/peer/peer-options.ts`.
 */
import { canonicalAddress } from '../net/scoped-ip.js'
import {
  address,
  attributeCodes,
  clusterId,
  flag,
  holdTime,
  integer,
  keys,
  type OptionType,
  oneOf,
  pathSelection,
  someOf,
  text
} from './option-types.js'
import { maximumByFamily, prefixLimit } from './prefix-limits.js'
import { SharedKeys } from './shared-keys.js'
import type { Section } from './yaml-section.js'

/**
 * What a change does to a session that is up.
 * none: nothing on the wire; it holds at once. resend: routes that it makes a difference to are sent, or withdrawn.
 * refresh: the neighbour is asked for its routes again; one without route refresh is reset. reset: the session ends
 * with Cease 6 (other configuration change) and comes back. close: the session ends, or begins.
 */
export type Effect = 'none' | 'resend' | 'refresh' | 'reset' | 'close'

interface Row<T> {
  readonly type: OptionType<T>
  readonly effect: Effect
  /** For the documentation. */
  readonly what: string
  /** Of what is not given, in words. */
  readonly otherwise: string
}

const row = <T>(effect: Effect, type: OptionType<T>, what: string, otherwise = ''): Row<T> => ({
  type,
  effect,
  what,
  otherwise
})

export const roleNames = ['provider', 'rs', 'rs-client', 'customer', 'peer'] as const
export type RoleName = (typeof roleNames)[number]

const wholeSeconds = (least: number) => integer(least, 65535, 'seconds')
const asNumber = integer(1, 2 ** 32 - 1)
const all = ['all', 'none'] as const

/** In the order of the documentation. A name here is `snake_case` in the file. */
export const neighbourOptionRows = {
  description: row('none', text(200), 'for people'),
  adminDown: row('close', flag, 'administratively down: Cease 2', 'graph'),
  gracefulShutdown: row(
    'resend',
    flag,
    'it, or the way to it, is about to go (RFC 8326); see *Maintenance*',
    '`bgp.graceful_shutdown`'
  ),
  shutdownText: row('none', text(255), 'what the neighbour is told when `admin_down` closes (RFC 9003)'),
  // The connection
  passive: row('none', flag, 'never dial', 'graph'),
  localAddress: row('reset', address, 'where to dial from', "the own bgp-router's"),
  connectRetry: row('none', wholeSeconds(1), 'longest pause between dials', '30'),
  idleHold: row('none', wholeSeconds(1), 'first pause after a loss', '5'),
  ttlSecurity: row('none', integer(1, 254, 'hops'), 'GTSM: how far away it may be (RFC 5082)', 'off'),
  multihop: row('none', integer(1, 255), 'TTL of what is sent', "the system's"),
  dscp: row('none', integer(0, 63), 'differentiated services code point', 'global QoS'),
  maximumSegmentSize: row('reset', integer(88, 32767, 'bytes'), 'TCP maximum segment size', "the system's"),
  md5Key: row('none', keys, 'TCP MD5 key, or keys that may be in use (RFC 2385)', 'graph'),
  // The OPEN and the timers
  localAs: row('reset', asNumber, 'our AS towards it; see *Local AS*', 'graph'),
  localAsNoPrepend: row('refresh', flag, '`local_as` is not put in front of what it sends', 'false'),
  localAsReplaceAs: row('resend', flag, "the node's AS is not behind `local_as` in what it is sent", 'false'),
  localAsDualAs: row('none', flag, 'it may also have us as the AS of the node', 'false'),
  holdTime: row('reset', holdTime, 'hold time offered', 'graph, 90'),
  minimumHoldTime: row('reset', wholeSeconds(0), 'refuse a lower offer (2/6)', '0'),
  keepalive: row(
    'none',
    integer(1, 21845, 'seconds'),
    'longest interval of keepalives',
    'a third of the hold time'
  ),
  sendHold: row('none', wholeSeconds(0), 'send hold time (RFC 9687); 0: off', '480, or twice the hold time'),
  role: row('reset', oneOf(roleNames), 'our role, eBGP only (RFC 9234)', 'none'),
  strictRole: row('reset', flag, 'refuse a neighbour without role', 'false'),
  addPath: row('reset', oneOf(['none', 'send', 'receive', 'both']), 'several paths (RFC 7911)', '`none`'),
  extendedMessages: row('reset', flag, 'messages up to 65,535 bytes (RFC 8654)', 'false'),
  extendedNextHop: row('reset', flag, 'IPv6 next hops for IPv4 prefixes (RFC 8950)', 'false'),
  // What is taken
  import: row('none', oneOf(all), 'what is taken from it', 'all; see *Default deny*'),
  allowAsIn: row('refresh', integer(0, 16), 'how often our AS may be in an AS path', 'graph, 0'),
  enforceFirstAs: row('refresh', flag, 'an AS path begins with its AS (eBGP)', 'true'),
  allowEmptyAsPath: row('refresh', flag, 'AS paths may be empty (eBGP)', 'false'),
  acceptGracefulShutdown: row(
    'resend',
    flag,
    'GRACEFUL_SHUTDOWN in what it sends gives local preference 0 (eBGP, RFC 8326)',
    'true'
  ),
  rejectAsSets: row('refresh', flag, 'AS_SET and AS_CONFED_SET count as withdrawals (RFC 9774)', 'false'),
  aigp: row('refresh', flag, 'AIGP is taken from it and told to it (RFC 7311)', 'false'),
  discardAttributes: row(
    'refresh',
    // AS4_PATH (17), and AS4_AGGREGATOR (18), which says whether that counts (RFC 6793 §4.2.3): AS paths depend on them.
    attributeCodes([1, 2, 3, 5, 9, 10, 14, 15, 17, 18]),
    'path attributes that are left out of what it sends; see *Attribute filters*',
    'none'
  ),
  withdrawAttributes: row(
    'refresh',
    attributeCodes([1, 2, 3, 5, 14, 15]),
    'path attributes whose routes count as withdrawals',
    'none'
  ),
  nlriError: row(
    'none',
    oneOf(['reset', 'disable-family']),
    'what unreadable NLRI of a multiprotocol family end (RFC 7606 5.3)',
    '`reset`'
  ),
  prefixLimit: row('none', prefixLimit, 'most prefixes taken; see *Prefix limits*', 'graph'),
  // What it is told
  export: row('resend', oneOf(all), 'what it is told', 'all; see *Default deny*'),
  advertisementInterval: row(
    'resend',
    integer(0, 600, 'seconds'),
    'least time between two updates of one route (RFC 4271 9.2.1.1); 0: none',
    '0'
  ),
  prefixLimitOut: row('none', maximumByFamily, 'most prefixes told; beyond it: Cease 1', 'none'),
  addPathSelect: row(
    'resend',
    pathSelection(64),
    'which paths it is told with `add_path`: all, the best so many, or the best of each neighbouring AS',
    '`all`'
  ),
  nextHop: row(
    'resend',
    oneOf(['unchanged', 'self', 'self-always']),
    'of IPv4 and IPv6 unicast; `self`: ours, but for reflected routes',
    '`unchanged`'
  ),
  asOverride: row('resend', flag, 'its AS becomes ours in AS paths (eBGP)', 'graph'),
  removePrivateAs: row(
    'resend',
    oneOf(['none', 'remove', 'remove-all', 'replace-all']),
    'private AS numbers: the leading ones, all, or ours in their place',
    'graph'
  ),
  sendCommunities: row(
    'resend',
    someOf(['standard', 'extended', 'large']),
    'kinds of communities that are sent',
    'all'
  ),
  clusterId: row('resend', clusterId, 'our cluster id towards it; see *Reflection*', 'graph'),
  routeReflectorClient: row('resend', flag, 'a client, or none (RFC 4456)', 'see *Reflection*')
} satisfies Record<string, Row<unknown>>

type Rows = typeof neighbourOptionRows
export type NeighbourOptionName = keyof Rows
type ValueOf<R> = R extends Row<infer T> ? T : never

/** What is given; what is not is absent. */
export type NeighbourOptions = { readonly [Name in NeighbourOptionName]?: ValueOf<Rows[Name]> }

export const noNeighbourOptions: NeighbourOptions = {}

const names = Object.keys(neighbourOptionRows) as NeighbourOptionName[]

/** `adminDown` is `admin_down` in the file. */
export const keyOf = (name: NeighbourOptionName): string =>
  name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

export const neighbourOptionKeys: readonly string[] = names.map(keyOf)

export function readNeighbourOptions(entry: Section): NeighbourOptions {
  const given: Record<string, unknown> = {}
  for (const name of names) {
    const value = neighbourOptionRows[name].type.read(entry, keyOf(name))
    if (value !== undefined) given[name] = value
  }
  const options = given as NeighbourOptions
  for (const [name, other, why] of conflicts(options)) {
    entry.fail(keyOf(name), `${why} '${keyOf(other)}'`)
  }
  return options
}

/** Type code of the attribute (RFC 9234 §5). */
const onlyToCustomer = 35

/** Options that make no sense together, or not alone. */
function* conflicts(
  options: NeighbourOptions
): Generator<
  [
    NeighbourOptionName,
    NeighbourOptionName,
    'cannot stand beside' | 'needs' | 'names an attribute of' | 'names 35, OTC, which is looked at for'
  ]
> {
  const { ttlSecurity, multihop, localAs, strictRole, role, discardAttributes = [] } = options
  if (ttlSecurity !== undefined && multihop !== undefined) {
    yield ['multihop', 'ttlSecurity', 'cannot stand beside']
  }
  for (const name of ['localAsNoPrepend', 'localAsReplaceAs', 'localAsDualAs'] as const) {
    if (options[name] === true && localAs === undefined) yield [name, 'localAs', 'needs']
  }
  const sendsPaths = options.addPath === 'send' || options.addPath === 'both'
  if (options.addPathSelect !== undefined && !sendsPaths) yield ['addPathSelect', 'addPath', 'needs']
  if (strictRole === true && role === undefined) yield ['strictRole', 'role', 'needs']
  // Without OTC no leak is seen (RFC 9234 §5).
  if (role !== undefined && discardAttributes.includes(onlyToCustomer)) {
    yield ['discardAttributes', 'role', 'names 35, OTC, which is looked at for']
  }
  const withdrawn = options.withdrawAttributes ?? []
  if (discardAttributes.some(code => withdrawn.includes(code))) {
    yield ['discardAttributes', 'withdrawAttributes', 'names an attribute of']
  }
}

/** By printed address; an address that is named twice is reported. */
export function readNeighbours(entries: readonly Section[]): ReadonlyMap<string, NeighbourOptions> {
  const neighbours = new Map<string, NeighbourOptions>()
  const keys = new SharedKeys()
  for (const entry of entries) {
    if (!entry.has('address')) entry.missing('address')
    const address = entry.address()
    const options = readNeighbourOptions(entry)
    if (address === undefined) continue
    const printed = canonicalAddress(address)!
    if (neighbours.has(printed)) entry.fail('address', `'${address}' is named twice`)
    // Who has no key here may have one in the graph.
    if (options.md5Key !== undefined) keys.look(entry, printed, printed, options.md5Key)
    neighbours.set(printed, options)
  }
  return neighbours
}

/** Those that differ from what holds without them, in the order of the rows; keys are told by number alone. */
export function printOptions(
  options: NeighbourOptions
): { readonly option: string; readonly value: string }[] {
  return names.flatMap(name => {
    const value = options[name]
    if (value === undefined) return []
    const { type, otherwise }: Row<unknown> = neighbourOptionRows[name]
    const printed = type.print(value)
    return printed === otherwise.replaceAll('`', '') ? [] : { option: keyOf(name), value: printed }
  })
}

/** The rows as a table of Markdown. */
export function printOptionTable(): string {
  const lines = names.map(name => {
    const { type, effect, what, otherwise } = neighbourOptionRows[name]
    return `| \`${keyOf(name)}\` | ${type.words} | ${otherwise} | ${effect} | ${what} |`
  })
  return ['| option | value | otherwise | a change | |', '|---|---|---|---|---|', ...lines].join('\n')
}
