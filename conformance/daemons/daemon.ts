/** A BGP daemon of somebody else, as the checks see all of them. */
import { existsSync } from 'node:fs'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { Child } from '../harness/child.js'
import type { Ground } from '../harness/ground.js'

export interface DaemonOptions {
  readonly as: number
  /** To listen on and to dial from. */
  readonly address: string
  /** Absent: the address, which must then be of IPv4. */
  readonly routerId?: string
  readonly families: readonly FamilyName[]
  readonly neighbors: readonly DaemonNeighbor[]
  /** Announced from the start. */
  readonly routes?: readonly Origination[]
  /** Of all sessions; default 90. */
  readonly holdTimeSeconds?: number
  readonly gracefulRestart?: boolean
  /** The restart time that it says; default 30. */
  readonly restartSeconds?: number
  /** How long routes shall be kept after that (RFC 9494); absent: not at all. Needs `gracefulRestart`. */
  readonly longLivedSeconds?: number
  /** Logs no single messages: there will be many. */
  readonly isQuiet?: boolean
  /** It is in this confederation (RFC 5065), as the member that its own AS names. */
  readonly confederation?: { readonly identifier: number; readonly members: readonly number[] }
}

export interface DaemonNeighbor {
  readonly name: string
  readonly address: string
  readonly as: number
  /** Waits to be called. */
  readonly passive?: boolean
  readonly md5Key?: string
  /** GTSM (RFC 5082): how many hops away the other may be. */
  readonly ttlSecurity?: number
  /** TTL of what it sends; a neighbour of another AS. */
  readonly ttl?: number
  /** More prefixes of `inet` than this end the session. */
  readonly maximumPrefixes?: number
  /** It is a client of the daemon, a route reflector. */
  readonly isClient?: boolean
  /** Several paths of a prefix, both ways (RFC 7911). */
  readonly addPath?: boolean
  /** The daemon's own role towards it (RFC 9234). */
  readonly role?: Role
  readonly extendedMessages?: boolean
  /** The daemon speaks as one that knows AS numbers of two bytes only. */
  readonly twoByteAs?: boolean
  /** IPv6 next hops of IPv4 prefixes (RFC 8950). */
  readonly extendedNextHop?: boolean
  /** The accumulated IGP metric, both ways (RFC 7311). */
  readonly aigp?: boolean
}

export type Role = 'provider' | 'customer' | 'peer' | 'rs' | 'rs-client'

/** A route that a daemon is told to announce; `nextHop` of the prefix's own kind. */
export interface Origination {
  readonly family: FamilyName
  readonly prefix: string
  readonly nextHop: string
  readonly med?: number
  readonly localPreference?: number
  readonly communities?: readonly string[]
  readonly largeCommunities?: readonly string[]
  /** `64512:100`, as a route target. */
  readonly target?: string
  /** `64512:1`, for VPN families; the prefix is then without it. */
  readonly rd?: string
  readonly label?: number
  /** Of several paths of the prefix. */
  readonly pathId?: number
}

/** A route that a daemon has learned, in the same words whoever tells it. Absent: the daemon does not say. */
export interface DaemonRoute {
  /** Without route distinguisher. */
  readonly prefix: string
  readonly rd?: string
  readonly nextHop: string
  /** `64512 65001`. */
  readonly asPath: string
  readonly med?: number
  readonly localPreference?: number
  readonly communities?: readonly string[]
  readonly largeCommunities?: readonly string[]
  /** Route targets, `64512:100`. */
  readonly targets?: readonly string[]
  readonly originatorId?: string
  readonly clusterList?: readonly string[]
  readonly label?: number
}

export interface NeighborState {
  readonly isEstablished: boolean
  /** As the daemon prints it, for failures. */
  readonly text: string
}

export interface Daemon {
  readonly name: string
  readonly options: DaemonOptions
  readonly child: Child
  /** Told with the daemon's name for the neighbour. */
  neighbor(address: string): Promise<NeighborState>
  /** What it has learned in a family, best paths or all. */
  routes(family: FamilyName): Promise<DaemonRoute[]>
  /** How many prefixes it has in a family, cheaply. */
  count(family: FamilyName): Promise<number>
  /** Takes a neighbour down; with a text where it has a way to send one (RFC 9003). */
  shutdown(address: string, text: string): Promise<void>
  /** Asks a neighbour for all its routes again (RFC 2918). */
  refresh(address: string): Promise<void>
  /** What it knows about how the last session ended, and its log. */
  endOf(address: string): Promise<string>
  /** Takes back one of the routes that it was told to announce, where it has a way to. */
  withdraw?(address: string, route: Origination): Promise<void>
  /** Another TCP MD5 key towards a neighbour, while it runs. */
  changeKey?(address: string, key: string): Promise<void>
  /** Ends the pause that it makes after a session that failed, where that is long. */
  wake?(address: string): Promise<void>
  /** Dies with all its processes, without a word. */
  kill(): Promise<void>
  /** Comes back after `kill`. */
  /** `routes`: it announces these from now on; only for those that keep routes over a restart. */
  restart(routes?: readonly Origination[]): Promise<void>
}

/** A kind of daemon. What a kind cannot do is told here, and its cells of the matrix say so. */
export interface DaemonKind {
  readonly name: string
  /** Debian's package, and the programs of it that are needed. */
  readonly packageName: string
  readonly programs: readonly string[]
  /** That it can take from the node. */
  readonly families: readonly FamilyName[]
  /** That it can announce by itself. */
  readonly originates: readonly FamilyName[]
  /** With the reason, for the reader of the matrix. */
  readonly cannot: ReadonlyMap<DaemonLack, string>
  /** What of its ways the checks had to allow for. */
  readonly remarks: readonly string[]
  /** It changes its user, so that only root can start it. */
  readonly needsRoot?: boolean
  start(ground: Ground, options: DaemonOptions): Promise<Daemon>
}

/**
 * `forward`: it has no table of its own. `chooseLabel`: it announces labels, but not those that it is told to.
 * `gracefulRestart`: nothing of it. `confederations`: it can be in none. `tellMembers`: what it tells other members of its confederation is not all that they may know. `passUnknown`: unknown transitive attributes go no further. `keepRoutes`: it helps others restart, and keeps nothing over a restart of its own.
 */
export type DaemonLack =
  | 'askRefresh'
  | 'answerRefresh'
  | 'forward'
  | 'chooseLabel'
  | 'shutdownText'
  | 'maximumPrefixes'
  | 'gracefulRestart'
  | 'keepRoutes'
  | 'longLived'
  | 'listenWithKey'
  | 'addPath'
  | 'roles'
  | 'extendedMessages'
  | 'twoByteAs'
  | 'enhancedRefresh'
  | 'surviveRefresh'
  | 'extendedNextHop'
  | 'confederations'
  | 'tellMembers'
  | 'aigp'
  | 'decideByAigp'
  | 'passUnknown'
  | 'passLabelled'
  | 'mergeAs4Path'
  | 'tellOpenErrors'
  | 'takeVpnWithdrawals'

/** Undefined: it is there. */
export function missing(kind: DaemonKind): string | undefined {
  if (kind.needsRoot === true && process.getuid?.() !== 0) return 'needs root'
  const absent = kind.programs.filter(program => !existsSync(program))
  return absent.length === 0 ? undefined : `no ${absent.join(', ')}: apt install ${kind.packageName}`
}

/** `64512:1:10.0.0.0/24` apart, as daemons that print it in one word do. */
export function splitRd(text: string): { rd: string; prefix: string } {
  const at = text.split(':', 2).join(':').length
  return { rd: text.slice(0, at), prefix: text.slice(at + 1) }
}
