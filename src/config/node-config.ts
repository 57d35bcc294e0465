/**
 * The configuration file of one node: which node it is, where its objects come from, where it listens. Everything
 * may be left out. Unknown keys are errors, so that a slip is not a setting that silently never was.
 *
 *   hostname: cn-a                              # default: the system's; picks the own bgp-router object
 *   store: { type: files, path: ./objects }     # this is the default; relative to the file
 *   bgp: { address: 127.0.0.1, port: 1179 }     # default: all addresses, the port of the bgp-router object
 *   xmpp: { address: 127.0.0.1, port: 5269 }    # default: all addresses, 5269
 *   introspect: { address: 127.0.0.1, port: 8083 }   # default: 127.0.0.1, 8083; it knows no passwords
 *   log: { level: info, format: pretty }        # default: info, json
 */
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import { isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { didYouMean } from '../ifmap/did-you-mean.js'
import { parseIp } from '../net/ip.js'

export interface NodeConfig {
  readonly hostname: string
  readonly store: StoreConfig
  /** No port: that of the own bgp-router object. */
  readonly bgp: { readonly address: string | undefined; readonly port: number | undefined }
  readonly xmpp: ListenConfig
  readonly introspect: ListenConfig
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
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
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

function read(file: string, root: Section): NodeConfig {
  root.expectKeys(['hostname', 'store', 'bgp', 'xmpp', 'introspect', 'log'])
  const store = root.section('store', ['type', 'path'])
  const listen = ['address', 'port']
  const bgp = root.section('bgp', listen)
  const xmpp = root.section('xmpp', listen)
  const introspect = root.section('introspect', listen)
  const log = root.section('log', ['level', 'format'])
  return {
    hostname: root.text('hostname') ?? hostname(),
    store: {
      type: store.oneOf('type', ['files']) ?? 'files',
      path: resolve(dirname(file), store.text('path') ?? './objects')
    },
    bgp: { address: bgp.address(), port: bgp.port() },
    xmpp: { address: xmpp.address(), port: xmpp.port() ?? 5269 },
    introspect: { address: introspect.address() ?? '127.0.0.1', port: introspect.port() ?? 8083 },
    log: { level: log.oneOf('level', logLevels) ?? 'info', format: log.oneOf('format', logFormats) ?? 'json' }
  }
}

type Report = (offset: number, path: string, reason: string) => void

/** A mapping in the file, or its absence. A getter gives undefined for what is absent and for what it reports. */
class Section {
  readonly #map: YAMLMap | undefined

  constructor(
    node: unknown,
    private readonly path: string,
    private readonly report: Report
  ) {
    if (isMap(node)) this.#map = node
    else if (node !== null && node !== undefined && !(isScalar(node) && node.value === null)) {
      this.report(offsetOf(node), path, 'expected keys and values')
    }
  }

  expectKeys(known: readonly string[]): void {
    for (const { key } of this.#map?.items ?? []) {
      const name = isScalar(key) ? String(key.value) : String(key)
      if (known.includes(name)) continue
      this.report(offsetOf(key), this.#pathOf(name), `unknown key '${name}'${didYouMean(name, known)}`)
    }
  }

  section(name: string, keys: readonly string[]): Section {
    const section = new Section(this.#node(name), this.#pathOf(name), this.report)
    section.expectKeys(keys)
    return section
  }

  text(name: string): string | undefined {
    const value = this.#scalar(name)
    if (value === undefined || (typeof value === 'string' && value !== '')) return value
    return this.#fail(name, `expected a text, found ${JSON.stringify(value)}`)
  }

  oneOf<T extends string>(name: string, known: readonly T[]): T | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const found = known.find(candidate => candidate === value)
    return found ?? this.#fail(name, `'${value}' is none of ${known.join(', ')}${didYouMean(value, known)}`)
  }

  address(): string | undefined {
    const value = this.text('address')
    if (value === undefined || parseIp(value) !== undefined) return value
    return this.#fail('address', `'${value}' is no IP address`)
  }

  port(): number | undefined {
    const value = this.#scalar('port')
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65535) return value
    return this.#fail('port', `expected a port, 0 to 65535, found ${JSON.stringify(value)}`)
  }

  /** Null counts as absent. */
  #scalar(name: string): unknown {
    const node = this.#node(name)
    if (node === undefined || (isScalar(node) && node.value === null)) return undefined
    return isScalar(node) ? node.value : this.#fail(name, 'expected a single value')
  }

  #node(name: string): unknown {
    return this.#map?.get(name, true)
  }

  #fail(name: string, reason: string): undefined {
    this.report(offsetOf(this.#node(name)), this.#pathOf(name), reason)
    return undefined
  }

  #pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }
}

const offsetOf = (node: unknown): number => (node as Node | null | undefined)?.range?.[0] ?? 0
