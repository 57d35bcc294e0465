/**
 * A BGP session with one neighbour (spec bgp 5). Nothing from the network throws past it.
 */
import type { Connection, Endpoint } from '../../runtime/transport.js'
import type { State } from '../fsm.js'
import type { Negotiated } from '../wire/negotiate.js'
import type { Cease, SessionEnvironment, SessionHandler } from './handler.js'
import { type ResettingSetting, resetsBetween, type SessionSettings } from './settings.js'
import { SessionStatistics } from './statistics.js'

export class BgpSession {
  readonly statistics = new SessionStatistics()

  constructor(
    readonly name: string,
    public settings: SessionSettings,
    readonly handler: SessionHandler,
    readonly environment: SessionEnvironment
  ) {}

  get state(): State {
    return 'idle'
  }

  /** What was agreed on, from OpenConfirm on. */
  get negotiated(): Negotiated | undefined {
    return undefined
  }

  get pendingBytes(): number {
    return 0
  }

  get local(): Endpoint | undefined {
    return undefined
  }

  get remote(): Endpoint | undefined {
    return undefined
  }

  start(): void {}

  /** Closes and stays down until `start`. 'silent': without a NOTIFICATION, so that helpers keep the routes. */
  stop(_cause: Cease | 'silent'): void {}

  /** Closes and comes back by itself, after `idleHoldSeconds` where given. */
  clear(_cause: Cease, _idleHoldSeconds?: number): void {}

  /** Applies settings; gives those that made it reset the connection (Cease 6), if any did. */
  update(settings: SessionSettings): ResettingSetting[] {
    return resetsBetween(this.settings, settings)
  }

  /** Takes a connection from the neighbour, or refuses and closes it. */
  accept(_connection: Connection): boolean {
    return false
  }

  /** Sends whole messages; false: above the high-water mark (or not established), wait for `writable`. */
  send(..._chunks: readonly Uint8Array[]): boolean {
    return false
  }

  /** Stops and resumes reading; while it is stopped the hold timer does not expire. */
  pause(): void {}
  resume(): void {}
}
