/** Session nodes and a scripted raw peer, in virtual time. */
import { BgpListener } from '../../../src/bgp/session/acceptor.js'
import type { CloseReason, Log, SessionHandler } from '../../../src/bgp/session/handler.js'
import { type Offer, offer } from '../../../src/bgp/session/offer.js'
import { BgpSession } from '../../../src/bgp/session/session.js'
import { defaultSettings, type SessionSettings } from '../../../src/bgp/session/settings.js'
import type { DecodeError } from '../../../src/bgp/wire/decode-error.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import type { Negotiated } from '../../../src/bgp/wire/negotiate.js'
import {
  VirtualNetwork,
  type VirtualNetworkOptions,
  type VirtualTransport
} from '../../../src/runtime/virtual-network.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'

export const silent: Log = { info() {}, warn() {}, debug() {} }

/** Keeps what a session tells its owner. */
export class Recorder implements SessionHandler {
  negotiated: Negotiated[] = []
  reasons: CloseReason[] = []
  states: string[] = []
  updates: string[] = []
  refreshes: string[] = []
  writables = 0
  isReady = true
  onUpdate: (bytes: Uint8Array, start: number, end: number) => DecodeError | undefined = () => undefined
  onEstablished: () => void = () => {}

  established(negotiated: Negotiated): void {
    this.negotiated.push(negotiated)
    this.onEstablished()
  }

  update(bytes: Uint8Array, start: number, end: number): DecodeError | undefined {
    this.updates.push(Buffer.from(bytes.subarray(start, end)).toString('hex'))
    return this.onUpdate(bytes, start, end)
  }

  routeRefresh(afi: number, safi: number, subtype: number): void {
    this.refreshes.push(`${afi}/${safi}/${subtype}`)
  }

  closed(reason: CloseReason): void {
    this.reasons.push(reason)
  }

  writable(): void {
    this.writables++
  }

  ready(): boolean {
    return this.isReady
  }

  stateChanged(state: string): void {
    this.states.push(state)
  }
}

export class World {
  readonly scheduler: VirtualScheduler
  readonly network: VirtualNetwork

  constructor(seed = 1, options: VirtualNetworkOptions = {}) {
    this.scheduler = new VirtualScheduler(seed)
    this.network = new VirtualNetwork(this.scheduler, options)
  }

  node(address: string, as = 65001): Node {
    return new Node(this, address, as)
  }

  raw(address: string): RawPeer {
    return new RawPeer(this, this.network.host(address))
  }

  seconds(count: number): void {
    this.scheduler.run(count * 1000)
  }

  until(condition: () => boolean, seconds = 60): boolean {
    return this.scheduler.runUntil(condition, seconds * 1000)
  }
}

const addressNumber = (address: string): number =>
  address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0)

/** A host with a listener on port 179 and sessions by the address of the neighbour. */
export class Node {
  readonly transport: VirtualTransport
  readonly listener: BgpListener
  readonly sessions = new Map<string, BgpSession>()
  isConfigured = true

  constructor(
    readonly world: World,
    readonly address: string,
    readonly as: number
  ) {
    this.transport = world.network.host(address)
    this.listener = new BgpListener({
      scheduler: world.scheduler,
      transport: this.transport,
      log: silent,
      addresses: [{ port: 179 }],
      find: remote => this.sessions.get(remote.address) ?? (this.isConfigured ? 'unknown' : 'not-yet')
    })
    this.listener.start()
  }

  settings(
    peer: string,
    changes: Partial<SessionSettings> = {},
    offered: Partial<Offer> = {}
  ): SessionSettings {
    const families = [familyNamed('inet')!]
    return {
      ...defaultSettings,
      localAs: this.as,
      peerAs: this.as,
      routerId: addressNumber(this.address),
      families,
      capabilities: offer({ localAs: this.as, families: families.map(family => ({ family })), ...offered }),
      remote: { address: peer, port: 179 },
      ...changes
    }
  }

  session(peer: string, changes: Partial<SessionSettings> = {}, offered: Partial<Offer> = {}): Up {
    const { scheduler } = this.world
    const handler = new Recorder()
    const session = new BgpSession(
      `${this.address}>${peer}`,
      this.settings(peer, changes, offered),
      handler,
      {
        scheduler,
        transport: this.transport,
        random: () => scheduler.random.unit(),
        log: silent
      }
    )
    this.sessions.set(peer, session)
    return { session, handler }
  }
}

export interface Up {
  readonly session: BgpSession
  readonly handler: Recorder
}

/** A peer that says exactly what a test has it say. Messages in hex, header included. */
export class RawPeer {
  readonly connections: RawConnection[] = []

  constructor(
    readonly world: Pick<World, 'until'>,
    readonly transport: VirtualTransport
  ) {}

  listen(): this {
    this.transport.listen({
      port: 179,
      listening() {},
      accepted: tcp => this.connections.push(new RawConnection(tcp))
    })
    return this
  }

  /** Runs until a connection is there. */
  dial(address: string): RawConnection {
    let dialled: RawConnection | undefined
    this.transport.connect({
      remote: { address, port: 179 },
      connected: (tcp, error) => {
        if (tcp === undefined) throw error
        dialled = new RawConnection(tcp)
        this.connections.push(dialled)
      }
    })
    this.world.until(() => dialled !== undefined, 5)
    return dialled!
  }

  get last(): RawConnection | undefined {
    return this.connections.at(-1)
  }
}

export class RawConnection {
  #bytes = Buffer.alloc(0)
  isClosed = false
  error: Error | undefined

  constructor(readonly tcp: import('../../../src/runtime/transport.js').Connection) {
    tcp.attach({
      received: bytes => {
        this.#bytes = Buffer.concat([this.#bytes, bytes])
      },
      writable() {},
      closed: error => {
        this.isClosed = true
        this.error = error
      }
    })
  }

  send(...messages: string[]): void {
    for (const message of messages) this.tcp.write(Buffer.from(message, 'hex'))
  }

  /** All messages that came, in hex without marker and length: `type body`. */
  get messages(): string[] {
    const messages: string[] = []
    for (let at = 0; at + 19 <= this.#bytes.length; ) {
      const length = this.#bytes.readUInt16BE(at + 16)
      messages.push(this.#bytes.subarray(at + 18, at + length).toString('hex'))
      at += length
    }
    return messages
  }

  of(type: MessageType): string[] {
    const prefix = type.toString(16).padStart(2, '0')
    return this.messages.filter(message => message.startsWith(prefix)).map(message => message.slice(2))
  }

  /** The NOTIFICATION that came, `code/subcode` and data. */
  get notification(): string | undefined {
    const [body] = this.of(MessageType.notification)
    if (body === undefined) return undefined
    const [code, subcode] = [body.slice(0, 2), body.slice(2, 4)].map(text => Number.parseInt(text, 16))
    return `${code}/${subcode}${body.length > 4 ? ` ${body.slice(4)}` : ''}`
  }
}

export function message(type: MessageType, body = ''): string {
  const length = 19 + body.length / 2
  return 'ff'.repeat(16) + length.toString(16).padStart(4, '0') + type.toString(16).padStart(2, '0') + body
}

export const keepalive = message(MessageType.keepalive)

/** An OPEN of a plain IPv4 speaker. */
export function open({
  as = 65001,
  hold = 90,
  id = '0a000002',
  version = 4,
  parameters = '02060104000100010206410400' + '00fde9'
} = {}): string {
  const hex = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, '0')
  return message(
    MessageType.open,
    hex(version, 1) + hex(as, 2) + hex(hold, 2) + id + hex(parameters.length / 2, 1) + parameters
  )
}

/** End-of-RIB of IPv4 unicast: the shortest UPDATE. */
export const endOfRib = message(MessageType.update, '00000000')
