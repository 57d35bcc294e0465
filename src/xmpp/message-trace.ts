import type { Scheduler } from '../runtime/scheduler.js'
import { TraceRing } from '../runtime/trace-ring.js'
import type { Endpoint } from '../runtime/transport.js'

export interface TracedMessage {
  readonly agent: string
  readonly remote: Endpoint
  /** As it was received, or the pieces that were sent one behind the other. */
  readonly content: string | readonly Uint8Array[]
}

interface TracedSession {
  readonly name: string
  readonly remote: Endpoint
}

const capacity = 1000
const maximumBytes = 4 * 1024 * 1024

/** The last stanzas to and from agents: texts and buffers that exist anyway are kept a little longer. */
export class MessageTrace {
  readonly ring = new TraceRing<TracedMessage>('XmppMessageTrace', capacity, maximumBytes)

  constructor(private readonly scheduler: Scheduler) {}

  received({ name, remote }: TracedSession, content: string): void {
    const message = { agent: name, remote, content }
    this.ring.add(this.scheduler.wallClock(), 'XmppRxStream', message, content.length)
  }

  sent({ name, remote }: TracedSession, content: readonly Uint8Array[]): void {
    let bytes = 0
    for (const chunk of content) bytes += chunk.length
    const message = { agent: name, remote, content }
    this.ring.add(this.scheduler.wallClock(), 'XmppTxStream', message, bytes)
  }
}
