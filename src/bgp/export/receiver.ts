import type { Source } from '../rib/source.js'

/** What one slice of a rib-out has to say, encoded once for all receivers that are to hear it. */
export interface Segment {
  /** In order; a receiver may put its own bytes in front of each (XMPP envelopes). Never changed afterwards. */
  readonly chunks: readonly Uint8Array[]
  /** Bytes of all chunks. */
  readonly bytes: number
  readonly messages: number
  readonly announced: number
  readonly withdrawn: number
}

/** One session's side of a rib-out. */
export interface Receiver {
  readonly name: string
  /** The same session as a source of paths; undefined when it gives none. */
  readonly source: Source | undefined
  /**
   * Sends the segments. False: they were taken, but the session now has more waiting than it should; nothing more
   * is delivered until `RibOut.resume`.
   */
  deliver(segments: readonly Segment[]): boolean
  /**
   * Its session has more waiting than it should, whoever gave it: other tables share the session. Nothing is delivered
   * meanwhile, so that what waits is bounded however many tables there are. Absent: never.
   */
  readonly isBlocked?: boolean
  /** All that the table held when the receiver joined, or asked again, has been delivered. */
  synchronised(): void
}
