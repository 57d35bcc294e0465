/**
 * Where the node takes BGP connections, as its own file says it: one place, or several, each of which is opened, and
 * tried again, by itself.
 *
 *   bgp: { address: 192.0.2.1, port: 179 }      # one; default: all addresses, the port of the bgp-router object
 *
 *   bgp:
 *     port: 179                                 # of entries without one
 *     listen:
 *       - { address: 0.0.0.0 }                  # all of IPv4
 *       - { address: "2001:db8::1", port: 1179 }
 */
import { canonicalAddress } from '../net/scoped-ip.js'
import type { Section } from './yaml-section.js'

export interface ListenPlace {
  /** Undefined: all addresses, IPv4 and IPv6. `0.0.0.0`, `::`: all of that family. */
  readonly address: string | undefined
  /** Undefined: that of the own bgp-router object. */
  readonly port: number | undefined
}

export const listenKeys = ['address', 'port'] as const

/** `entries` are those of `listen` in `bgp`; at least one place is given. */
export function readListen(bgp: Section, entries: readonly Section[]): ListenPlace[] {
  const port = bgp.port()
  if (entries.length === 0) return [{ address: bgp.address(), port }]
  if (bgp.has('address')) bgp.fail('address', "'address' cannot stand beside 'listen'")
  const places: ListenPlace[] = []
  for (const entry of entries) {
    const place = { address: entry.address(), port: entry.port() ?? port }
    const other = places.find(each => clash(each, place))
    if (other === undefined) places.push(place)
    else entry.fail('address', `${print(place)} is taken by an entry before it: ${print(other)}`)
  }
  return places
}

/** What a node that listens at `before` opens and closes when it is told of `after`, in words. */
export function listenChange(
  before: readonly ListenPlace[],
  after: readonly ListenPlace[]
): { readonly opens: readonly string[]; readonly closes: readonly string[] } {
  const spelled = ({ address, port }: ListenPlace): string =>
    print({ address: address === undefined ? undefined : canonicalAddress(address), port })
  const [was, is] = [before.map(spelled), after.map(spelled)]
  return {
    opens: is.filter(place => !was.includes(place)),
    closes: was.filter(place => !is.includes(place))
  }
}

/** What the system would refuse to have open beside each other; port 0 is any that is free. */
function clash(a: ListenPlace, b: ListenPlace): boolean {
  if (a.port !== b.port || a.port === 0) return false
  if (a.address === undefined || b.address === undefined) return true
  const [x, y] = [canonicalAddress(a.address)!, canonicalAddress(b.address)!]
  return x === y || (x.includes(':') === y.includes(':') && (isAll(x) || isAll(y)))
}

const isAll = (address: string): boolean => address === '0.0.0.0' || address === '::'

const print = ({ address, port }: ListenPlace): string =>
  `${address ?? 'all addresses'}${port === undefined ? '' : `, port ${port}`}`
