import type { SettingsChange } from './settings.js'

/** When settings last came out different, on the wall clock in milliseconds. */
export class ChangeTimes {
  globals: number | undefined
  readonly #peers = new Map<string, number>()
  readonly #instances = new Map<string, number>()

  /** By peer name; undefined for a peer that is not there. */
  peer(name: string): number | undefined {
    return this.#peers.get(name)
  }

  instance(name: string): number | undefined {
    return this.#instances.get(name)
  }

  note({ globals, peers, instances }: SettingsChange, now: number): void {
    if (globals !== undefined) this.globals = now
    noteAll(this.#peers, peers, now)
    noteAll(this.#instances, instances, now)
  }
}

function noteAll(times: Map<string, number>, changes: ReadonlyMap<string, unknown>, now: number): void {
  for (const [name, settings] of changes) {
    if (settings === undefined) times.delete(name)
    else times.set(name, now)
  }
}
