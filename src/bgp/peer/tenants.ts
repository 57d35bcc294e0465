/** Neighbours that are clients of BGP as a service, by the source port that each calls from (spec bgp 17.1). */
import type { PeerSettings } from '../../config/settings.js'
import { type PortRange, tenantPort } from './tenant-ports.js'

export const isTenant = ({ routerType }: Pick<PeerSettings, 'routerType'>): boolean =>
  routerType === 'bgpaas-client'

export class Tenants {
  range: PortRange = { first: 0, last: 0 }
  readonly #portByName = new Map<string, number>()
  readonly #namesByPort = new Map<number, Set<string>>()

  get names(): IterableIterator<string> {
    return this.#portByName.keys()
  }

  /** Takes up the neighbour where it is a client; true where it called from another port before. */
  set(settings: PeerSettings): boolean {
    const { name, sourcePort } = settings
    const before = this.#portByName.get(name)
    if (!isTenant(settings)) {
      this.delete(name)
      return false
    }
    if (before === sourcePort) return false
    this.delete(name)
    this.#portByName.set(name, sourcePort)
    const names = this.#namesByPort.get(sourcePort)
    if (names === undefined) this.#namesByPort.set(sourcePort, new Set([name]))
    else names.add(name)
    return before !== undefined
  }

  delete(name: string): void {
    const port = this.#portByName.get(name)
    if (port === undefined) return
    this.#portByName.delete(name)
    const names = this.#namesByPort.get(port)!
    names.delete(name)
    if (names.size === 0) this.#namesByPort.delete(port)
  }

  /** Of the interfaces that share a client, the one that calls from the owned port itself. */
  isFirst(port: number): boolean {
    return tenantPort(port, this.range).index === 0
  }

  /** Who calls from this port; of several that own it the first by name, whichever was configured first. */
  calling(port: number): string | undefined {
    const names = this.#namesByPort.get(tenantPort(port, this.range).owned)
    let first: string | undefined
    for (const name of names ?? []) if (first === undefined || name < first) first = name
    return first
  }
}
