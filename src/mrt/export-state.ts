/** What operators see of a stream of data out of the node. */
export interface ExportState {
  readonly kind: 'mrt-updates' | 'mrt-tables'
  /** The name of its files, as configured. */
  readonly target: string
  /** A file is open, or the last one was written. */
  readonly isUp: boolean
  /** Records written, and lost because the disk did not take them. Of tables: whole files. */
  readonly sent: number
  readonly dropped: number
  /** The last fault, as the system words it; empty: none ever. */
  readonly lastError: string
}

export interface ExportLog {
  warn(fields: object, message: string): void
}
