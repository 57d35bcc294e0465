/** The command line's side of the JSON API. */
import { get, request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { userInfo } from 'node:os'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ConfigProblem, printProblem } from '../config-store/config-store.js'
import { CliError, ExitCode } from './io.js'

export interface NodeAddress {
  readonly host: string
  readonly port: number
}

/** Query parameters; undefined and empty ones are left out. */
export type ApiQuery = Readonly<Record<string, string | number | boolean | undefined>>

interface Refusal {
  readonly error?: string
  /** With what was sent. */
  readonly problems?: readonly ConfigProblem[]
}

const timeoutMs = 30_000

/** Nothing of the kind: the node answered 404 and said why. */
export class NotThere extends CliError {
  constructor(message: string) {
    super(message, ExitCode.negative)
  }
}

export class ApiClient {
  readonly #address: NodeAddress

  constructor(address: NodeAddress) {
    this.#address = address
  }

  /** `path` below /api/v1; the shape of the answer is that of openapi.json. */
  async read<T>(path: string, query: ApiQuery = {}): Promise<T> {
    return this.#answer<T>(await this.#request('GET', `/api/v1/${path}${queryText(query)}`))
  }

  /** As `read`, for what changes something; the node is told who asks. */
  async order<T>(path: string, query: ApiQuery): Promise<T> {
    const headers = { 'weft-operator': operator() }
    return this.#answer<T>(await this.#request('POST', `/api/v1/${path}${queryText(query)}`, headers))
  }

  /** As `order`, with a body of JSON. */
  async submit<T>(path: string, body: object): Promise<T> {
    const headers = { 'weft-operator': operator(), 'content-type': 'application/json' }
    return this.#answer<T>(
      await this.#request('POST', `/api/v1/${path}`, headers, JSON.stringify(body, printLargeNumbers))
    )
  }

  #answer<T>({ status, body }: { readonly status: number; readonly body: string }): T {
    const answer = parse(body)
    if (answer === undefined) throw this.#unreachable(`HTTP ${status} without JSON: is it a Weft node?`)
    if (status === 200) return answer as T
    const { error: message = `HTTP ${status}`, problems } = answer as Refusal
    if (problems !== undefined)
      throw new CliError([message, ...problems.map(printProblem)].join('\n'), ExitCode.negative)
    if (status === 404) throw new NotThere(message)
    if (status === 403 || status === 409)
      throw new CliError(`the node refused: ${message}`, ExitCode.negative)
    throw new CliError(`the node refused: ${message}`, status < 500 ? ExitCode.usage : ExitCode.unreachable)
  }

  /** Server-sent events until the node or `heard` (with false) ends them. */
  follow(path: string, query: ApiQuery, heard: (event: string, data: unknown) => boolean): Promise<void> {
    const { host, port } = this.#address
    const url = `/api/v1/${path}${queryText(query)}`
    return new Promise((resolve, reject) => {
      const request = get({ host, port, path: url, agent: false }, response => {
        response.setEncoding('utf8')
        let text = ''
        const refused = response.statusCode !== 200
        response.on('data', (chunk: string) => {
          text += chunk
          if (refused) return
          const events = text.split('\n\n')
          text = events.pop()!
          for (const event of events) {
            const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? []
            if (name !== undefined && !heard(name, parse(data!))) request.destroy()
          }
        })
        response.on('close', () => {
          if (!refused) return resolve()
          const message = (parse(text) as { error?: string } | undefined)?.error
          const status = response.statusCode!
          const code = status < 500 ? ExitCode.usage : ExitCode.unreachable
          reject(new CliError(`the node refused: ${message ?? `HTTP ${status}`}`, code))
        })
        // `close` follows.
        response.on('error', () => {})
      })
      request.on('error', error => reject(this.#unreachable(reason(error))))
    })
  }

  /** Writes the answer into a stream, and ends it. */
  download(path: string, query: ApiQuery, into: Writable): Promise<void> {
    const { host, port } = this.#address
    const url = `/api/v1/${path}${queryText(query)}`
    return new Promise((resolve, reject) => {
      const request = get({ host, port, path: url, agent: false }, response => {
        if (response.statusCode === 200) {
          pipeline(response, into).then(resolve, error => reject(this.#unreachable(error.message)))
          return
        }
        into.destroy()
        response.resume()
        reject(
          response.statusCode === 404
            ? new NotThere('no such table')
            : this.#unreachable(`HTTP ${response.statusCode}`)
        )
      })
      request.on('error', error => reject(this.#unreachable(reason(error))))
    })
  }

  #request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders = {},
    body?: string
  ): Promise<{ status: number; body: string }> {
    const { host, port } = this.#address
    return new Promise((resolve, reject) => {
      const options = { method, host, port, path, headers, timeout: timeoutMs, agent: false }
      const request = httpRequest(options, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
        )
        response.on('error', error => reject(this.#unreachable(error.message)))
      })
      request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
      request.on('error', error => reject(this.#unreachable(reason(error))))
      request.end(body)
    })
  }

  #unreachable(why: string): CliError {
    const { host, port } = this.#address
    return new CliError(
      `cannot ask the node at ${host}:${port}: ${why}\nIs it running there? Another node: --host and --port.`,
      ExitCode.unreachable
    )
  }
}

/** The user's name, in what a header can carry. */
function operator(): string {
  try {
    return (
      userInfo()
        .username.replace(/[^\x21-\x7e]/g, '?')
        .slice(0, 64) || 'unknown'
    )
  } catch {
    // The user has no entry, as in some containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

/** Integers beyond what JSON's numbers hold exactly are decimal texts, as in the API. */
const printLargeNumbers = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value

function queryText(query: ApiQuery): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = set.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
  return text === '' ? '' : `?${text}`
}

const reason = (error: NodeJS.ErrnoException): string =>
  error.code === 'ECONNREFUSED'
    ? 'connection refused'
    : error.code === 'ENOTFOUND'
      ? 'no such host'
      : error.message

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
