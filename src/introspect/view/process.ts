/** The node as a process: who it is, whom it depends on, and whether it is ready to serve (introspect §4). */
import type { FamilyName, Time } from './common.js'

export interface NodeInfo {
  /** The configured host name: the name of the node's own bgp-router object. */
  readonly hostname: string
  /** The addresses the node is reached at (option `hostip`). */
  readonly hostAddresses: readonly string[]
  readonly version: string
  readonly startTime: Time
  /** Dotted; undefined until the node's own bgp-router is configured. */
  readonly routerId: string | undefined
  /** 0 until configured. */
  readonly localAs: number
  readonly globalAs: number
  /** Undefined: the node is in none (RFC 5065). */
  readonly confederation: { readonly identifier: number; readonly members: readonly number[] } | undefined
  /** The node's own bgp-router is administratively down. */
  readonly adminDown: boolean
  /** Every address and port that is listened on, by commas. */
  readonly bgpListen: string | undefined
  /** Every configured one, in the order of the configuration. */
  readonly bgpListeners: readonly BgpListenerState[]
  readonly xmppListen: string | undefined
  /** Families that ordinary neighbours are told nothing of yet, because the node has just started (RFC 4724 §4.1). */
  readonly selectionDeferral: readonly DeferredSelection[]
}

export interface BgpListenerState {
  /** `192.0.2.1:179`; `all addresses` in place of one. */
  readonly address: string
  readonly isOpen: boolean
  /** Attempts to listen that failed one after the other; it is tried again. */
  readonly failures: number
  /** Of the last attempt; empty: it did not fail. */
  readonly error: string
}

export interface DeferredSelection {
  readonly family: FamilyName
  /** Names of the neighbours that have not said all they have. */
  readonly waitsFor: readonly string[]
  /** No longer than to this time. */
  readonly until: Time
}

export type ConnectionStatus = 'Initializing' | 'Up' | 'Down'

/** A service the node depends on. `type` and `name` are the words of introspect §4.3: `Database`, `RabbitMQ`. */
export interface ServiceConnection {
  readonly type: 'Collector' | 'Database'
  readonly name: string
  readonly addresses: readonly string[]
  readonly status: ConnectionStatus
  readonly description: string
}

/** A service that must be connected before the node calls itself functional. */
export interface ExpectedConnection {
  readonly type: ServiceConnection['type']
  readonly name: string
}

/** A stream of data out of the node. */
export interface ExportState {
  readonly kind: 'bmp' | 'mrt-updates' | 'mrt-tables'
  /** A station's `address:port`; the name of files, as configured. */
  readonly target: string
  /** It takes what it is told. */
  readonly isUp: boolean
  /** Messages, records, or tables' files. */
  readonly sent: number
  /** What was lost: records, files, or a station's connections that were cut because it did not read. */
  readonly dropped: number
  /** Empty: none ever. */
  readonly lastError: string
}

/** A configuration object that was refused or only partly used; the last good settings stay in force. */
export interface ConfigProblem {
  /** The object or file: `bgp-router:default-domain:…:edge-1`, `weft.yaml`. */
  readonly object: string
  /** Where in it, when known: `bgp_router_parameters.hold_time`, `line 7`. */
  readonly where: string
  readonly what: string
  readonly since: Time
}

export interface ProcessView {
  /** The node's wall clock, which all times of the view are on. */
  now(): Time
  node(): NodeInfo
  /** Sorted by type (Collector before Database), then name. */
  connections(): readonly ServiceConnection[]
  /** Empty where the configuration comes from files. */
  expectedConnections(): readonly ExpectedConnection[]
  /** Stations, then files. */
  exports(): readonly ExportState[]
  /** When the first complete read of the configuration ended; undefined while it goes on. */
  configReadAt(): Time | undefined
  configProblems(): readonly ConfigProblem[]
}

/** A ring of recent events, oldest first (introspect §1.9). */
export interface TraceBuffer {
  readonly name: string
  readonly capacity: number
  readonly enabled: boolean
}

export interface TraceEntry {
  readonly time: Time
  /** Message name, as in `XmppRxStream`. */
  readonly message: string
  readonly text: string
}

export interface TraceView {
  /** Sorted by name. A node has at least `BgpTraceBuf` and `XmppMessageTrace`, perhaps empty. */
  buffers(): readonly TraceBuffer[]
  /** Oldest first; empty for a name that is not a buffer. */
  entries(buffer: string): readonly TraceEntry[]
}
