/**
 * Machines that share one client of BGP as a service (spec bgp 17.1), each of which has a session of its own. The
 * original has one neighbour for all of them, whose session passes to whoever called last.
 *
 * A machine is known by its compute node and by the port that it calls from: every compute node numbers its own
 * machines. Only the machine of a client that is not shared is known by the owned port alone: from another compute node
 * it has moved.
 */
import type { PeerSettings } from '../../config/settings.js'
import type { Endpoint } from '../../runtime/transport.js'

/** Of one client; whoever reaches the port can make up as many. */
export const machineLimit = 128
/** A machine without a session, and without routes that are kept for it, is forgotten after so long. */
export const machineRemovalMs = 60_000

export class TenantMachines {
  readonly #byClient = new Map<string, Set<string>>()
  readonly #clients = new Map<string, string>()

  /** Names of the client's machines that are there. */
  of(client: string): readonly string[] {
    return [...(this.#byClient.get(client) ?? [])]
  }

  has(machine: string): boolean {
    return this.#clients.has(machine)
  }

  /** False: there are too many. */
  add(client: string, machine: string): boolean {
    const machines = this.#byClient.get(client) ?? new Set<string>()
    if (machines.size >= machineLimit) return false
    this.#byClient.set(client, machines.add(machine))
    this.#clients.set(machine, client)
    return true
  }

  delete(machine: string): void {
    const client = this.#clients.get(machine)
    if (client === undefined) return
    this.#clients.delete(machine)
    const machines = this.#byClient.get(client)!
    machines.delete(machine)
    if (machines.size === 0) this.#byClient.delete(client)
  }
}

/** `…:red:one@10.61.0.21/50513`. */
export const machineName = (client: string, { address, port }: Endpoint): string =>
  `${client}@${address}/${port}`

/** As its client, in all but the name. */
export const machineSettings = (client: PeerSettings, name: string): PeerSettings => ({
  ...client,
  name,
  shared: false
})
