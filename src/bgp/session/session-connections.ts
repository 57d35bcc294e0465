import type { Connection } from '../../runtime/transport.js'
import { type State, states } from '../fsm.js'
import { BgpConnection, type ConnectionOwner } from './connection.js'

/**
 * The connections of one session: the one that it dials itself, if it is not in Idle, and those that the neighbour
 * opened.
 */
export class SessionConnections {
  #dialler: BgpConnection | undefined
  #accepted: BgpConnection[] = []
  #serial = 0

  constructor(private readonly owner: ConnectionOwner) {}

  /** Undefined: the session is in Idle. */
  get dialler(): BgpConnection | undefined {
    return this.#dialler
  }

  get all(): BgpConnection[] {
    return this.#dialler === undefined ? this.#accepted : [this.#dialler, ...this.#accepted]
  }

  /** One of them has a TCP connection. */
  get hasOpen(): boolean {
    return this.#dialler?.isOpen === true || this.#accepted.some(connection => connection.isOpen)
  }

  /** The one whose state comes last in the order of RFC 4271 §8.2.2. */
  get furthest(): BgpConnection | undefined {
    let furthest: BgpConnection | undefined
    for (const connection of this.all) {
      if (furthest === undefined || rank(connection.state) > rank(furthest.state)) furthest = connection
    }
    return furthest
  }

  addDialler(): BgpConnection {
    this.#dialler = new BgpConnection(this.owner, true, this.#serial++)
    return this.#dialler
  }

  /** One that the neighbour opened; of those before it, the ones that have not got far have been given up by now. */
  accept(tcp: Connection, openDelaySeconds: number): void {
    const connection = new BgpConnection(this.owner, false, this.#serial++)
    const older = this.#accepted.filter(
      other => other.state !== 'openConfirm' && other.state !== 'established'
    )
    this.#accepted.push(connection)
    connection.accept(tcp, openDelaySeconds)
    for (const other of older) other.raise('collisionLost', undefined, 'replaced by a newer connection')
  }

  /** What the neighbour opened is closed. */
  removeAccepted(connection: BgpConnection): void {
    this.#accepted = this.#accepted.filter(other => other !== connection)
  }

  /** Leaves none. Those that there were are the caller's to end. */
  takeAll(): readonly BgpConnection[] {
    const connections = this.all
    this.#dialler = undefined
    this.#accepted = []
    return connections
  }
}

const rank = (state: State): number => states.indexOf(state)
