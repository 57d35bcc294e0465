/** Files that grow, as the core sees them: a test hands it a disk of its own, slow or full, the process the real one. */
export interface Disk {
  /** Makes the file, and folders that are missing; undefined: a file of that name is there already. */
  create(path: string): Promise<GrowingFile | undefined>
  exists(path: string): Promise<boolean>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
}

export interface GrowingFile {
  /** Appends; resolves when the system has taken everything. One call at a time. */
  write(chunks: readonly Uint8Array[]): Promise<void>
  /** Resolves when what was written would outlast a loss of power. */
  close(): Promise<void>
}
