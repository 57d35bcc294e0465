/**
 * The configuration file of one node: which node it is, where its objects come from, where it listens. Everything
 * may be left out. Unknown keys are errors, so that a slip is not a setting that silently never was.
 *
 *   hostname: cn-a                              # default: the system's; picks the own bgp-router object
 *   store: { type: files, path: ./objects }     # this is the default; relative to the file
 *   bgp: { address: 127.0.0.1, port: 1179 }     # default: all addresses, the port of the bgp-router object
 *     listen: [...]                             # several addresses; see `listen.ts`
 *     confederation: {...}                      # default: none; see `confederation.ts`
 *     ebgp_requires_policy: true                # default false (RFC 8212)
 *     bgpaas_trust: true                        # default false; what clients of BGP as a service say of the overlay
 *     graceful_shutdown: true                   # default false (RFC 8326)
 *     neighbours: [...]                         # default: none; see `neighbour-options.ts`
 *     dynamic_neighbours: [...]                 # default: none; see `dynamic-neighbours.ts`
 *     selection_deferral: {...}                 # see `selection-deferral.ts`
 *     shutdown: cease                           # default: graceful, where graceful restart is on
 *   xmpp: { address: 127.0.0.1, port: 5269 }    # default: all addresses, 5269
 *   introspect: { address: 127.0.0.1, port: 8083 }   # default: 127.0.0.1, 8083; it knows no passwords
 *     operations: this-machine                  # who may clear neighbours: anywhere, nobody
 *     test_mode: false                          # carry out ClearBgpNeighborReq, too
 *   bmp: [...]                                  # default: none; see `bmp.ts`
 *   mrt: { updates: ..., tables: ... }          # default: none; see `mrt.ts`
 *   log: { level: info, format: pretty }        # default: info, json
 */
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import { LineCounter } from 'yaml'
import { parseYaml } from '../yaml/parse-yaml.js'
import { type BmpStationConfig, bmpKeys, readBmpStation } from './bmp.js'
import { confederationKeys, readConfederation } from './confederation.js'
import { dynamicNeighbourKeys, readDynamicNeighbours } from './dynamic-neighbours.js'
import { type ListenPlace, listenKeys, readListen } from './listen.js'
import { type MrtConfig, readMrt } from './mrt.js'
import type { NeighbourConfig } from './neighbour-config.js'
import { neighbourOptionKeys, readNeighbours } from './neighbour-options.js'
import {
  readSelectionDeferral,
  type SelectionDeferralSettings,
  selectionDeferralKeys
} from './selection-deferral.js'
import { type Report, Section } from './yaml-section.js'

export interface NodeConfig {
  /** Absolute path of the file; its folder is where relative paths in it start from. */
  readonly file: string
  readonly hostname: string
  readonly store: StoreConfig
  readonly bgp: {
    /** At least one. */
    readonly listen: readonly ListenPlace[]
    readonly selectionDeferral: SelectionDeferralSettings
    /** What neighbours are told when the process is to end and graceful restart is on: nothing, or a Cease. */
    readonly shutdown: 'graceful' | 'cease'
  } & NeighbourConfig
  readonly xmpp: ListenConfig
  readonly introspect: ListenConfig & { readonly operations: OperationsFrom; readonly testMode: boolean }
  readonly bmp: readonly BmpStationConfig[]
  readonly mrt: MrtConfig
  readonly log: { readonly level: LogLevel; readonly format: LogFormat }
}

export interface StoreConfig {
  readonly type: 'files'
  /** Absolute path of the folder. */
  readonly path: string
}

export interface ListenConfig {
  /** Undefined: all addresses. */
  readonly address: string | undefined
  readonly port: number
}

/** Who may clear neighbours over HTTP, which knows no passwords. */
const operationsFrom = ['this-machine', 'anywhere', 'nobody'] as const
export type OperationsFrom = (typeof operationsFrom)[number]

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]
const logFormats = ['json', 'pretty'] as const
export type LogFormat = (typeof logFormats)[number]

export interface NodeConfigProblem {
  readonly severity: 'error'
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** `bgp.port` */
  readonly path: string
  readonly reason: string
}

/** Either a whole configuration or everything that is wrong with it. */
export type NodeConfigResult =
  | { readonly config: NodeConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly NodeConfigProblem[] }

/** `file` is the path that problems name and that relative paths start from. */
export function parseNodeConfig(file: string, text: string): NodeConfigResult {
  const lineCounter = new LineCounter()
  const document = parseYaml(text, { lineCounter })
  const problems: NodeConfigProblem[] = []
  const report: Report = (offset, path, reason) => {
    const { line, col } = lineCounter.linePos(offset)
    problems.push({
      severity: 'error',
      file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      path,
      reason
    })
  }
  for (const error of document.errors) report(error.pos[0], '', error.message)
  const config = read(file, new Section(document.contents, '', report))
  return problems.length > 0 ? { config: undefined, problems } : { config, problems: [] }
}

/** It is part of an object's name, and printed wherever the node is named. */
function readHostname(root: Section): string | undefined {
  const name = root.text('hostname')
  return name !== undefined && /\p{Cc}/u.test(name)
    ? root.fail('hostname', `${JSON.stringify(name)} has control characters`)
    : name
}

function read(file: string, root: Section): NodeConfig {
  root.expectKeys(['hostname', 'store', 'bgp', 'xmpp', 'introspect', 'bmp', 'mrt', 'log'])
  const store = root.section('store', ['type', 'path'])
  const bgp = root.section('bgp', [
    ...listenKeys,
    'listen',
    'confederation',
    'ebgp_requires_policy',
    'bgpaas_trust',
    'graceful_shutdown',
    'neighbours',
    'dynamic_neighbours',
    'selection_deferral',
    'shutdown'
  ])
  const xmpp = root.section('xmpp', listenKeys)
  const introspect = root.section('introspect', [...listenKeys, 'operations', 'test_mode'])
  const log = root.section('log', ['level', 'format'])
  const confederation = bgp.has('confederation')
    ? readConfederation(bgp.section('confederation', confederationKeys))
    : undefined
  return {
    file: resolve(file),
    hostname: readHostname(root) ?? hostname(),
    store: {
      type: store.oneOf('type', ['files']) ?? 'files',
      path: resolve(dirname(file), store.text('path') ?? './objects')
    },
    bgp: {
      listen: readListen(bgp, bgp.sections('listen', listenKeys)),
      ...(confederation !== undefined && { confederation }),
      ebgpRequiresPolicy: bgp.flag('ebgp_requires_policy') ?? false,
      trustsTenants: bgp.flag('bgpaas_trust') ?? false,
      gracefulShutdown: bgp.flag('graceful_shutdown') ?? false,
      neighbours: readNeighbours(bgp.sections('neighbours', ['address', ...neighbourOptionKeys])),
      dynamicNeighbours: readDynamicNeighbours(
        bgp.sections('dynamic_neighbours', dynamicNeighbourKeys),
        confederation?.members
      ),
      selectionDeferral: readSelectionDeferral(bgp.section('selection_deferral', selectionDeferralKeys)),
      shutdown: bgp.oneOf('shutdown', ['graceful', 'cease'] as const) ?? 'graceful'
    },
    xmpp: { address: xmpp.address(), port: xmpp.port() ?? 5269 },
    introspect: {
      address: introspect.address() ?? '127.0.0.1',
      port: introspect.port() ?? 8083,
      operations: introspect.oneOf('operations', operationsFrom) ?? 'this-machine',
      testMode: introspect.flag('test_mode') ?? false
    },
    bmp: root.sections('bmp', bmpKeys).flatMap(readBmpStation),
    mrt: readMrt(root, dirname(file)),
    log: { level: log.oneOf('level', logLevels) ?? 'info', format: log.oneOf('format', logFormats) ?? 'json' }
  }
}
