/** What `weft lab agent` is asked to play, from the words of its command line. */
import { parseInet4, printInet4 } from '../net/inet.js'
import { parseIp } from '../net/ip.js'
import type { Endpoint } from '../runtime/transport.js'
import { masterInstance, type PublishedRoute } from './agent-text.js'

export interface Subscription {
  readonly instance: string
  readonly id: number
}

export interface Publication {
  readonly instance: string
  readonly route: PublishedRoute
}

/** One agent of a group: each has its own name, addresses and prefixes. */
export interface AgentPlan {
  readonly name: string
  readonly address: string | undefined
  readonly nextHop: string
  readonly publications: readonly Publication[]
}

/** Says what is wrong with an argument; the caller knows which one it is. */
export class ArgumentFault extends Error {}

/** `master` for the name that nobody wants to type. */
const instanceNamed = (name: string): string => (name === 'master' ? masterInstance : name)

/** 127.0.0.1, 127.0.0.1:5269, [::1]:5269 */
export function parseServer(text: string): Endpoint {
  const match = /^\[(.+)\](?::(\d+))?$/.exec(text) ?? /^([^:]+)(?::(\d+))?$/.exec(text)
  const port = Number(match?.[2] ?? 5269)
  if (match === null || parseIp(match[1]!) === undefined || port < 1 || port > 65535)
    throw new ArgumentFault(`'${text}' is no address and port, as 127.0.0.1:5269 is`)
  return { address: match[1]!, port }
}

/** INSTANCE:ID; instance names hold colons themselves. */
export function parseSubscription(text: string): Subscription {
  const match = /^(.+):(\d+)$/.exec(text)
  if (match === null)
    throw new ArgumentFault(`'${text}' is no INSTANCE:ID, as default-domain:demo:red:red:7 is`)
  return { instance: instanceNamed(match[1]!), id: Number(match[2]) }
}

/** INSTANCE=PREFIX[:LABEL] */
export function parsePublication(text: string): Publication {
  const match = /^(.+)=([0-9a-fA-F.:]+\/\d+)(?::(\d+))?$/.exec(text)
  const [, instance, prefix, label] = match ?? []
  if (instance === undefined || prefix === undefined || parseIp(prefix.split('/')[0]!) === undefined)
    throw new ArgumentFault(
      `'${text}' is no INSTANCE=PREFIX[:LABEL], as default-domain:demo:red:red=10.1.0.3/32:16 is`
    )
  return {
    instance: instanceNamed(instance),
    route: { prefix, ...(label !== undefined && { label: Number(label) }) }
  }
}

/** `count` agents: the first as given, the others with the next names, addresses and prefixes. */
export function planAgents(
  first: { name: string; address?: string; nextHop: string; publications: readonly Publication[] },
  count: number
): AgentPlan[] {
  return Array.from({ length: count }, (_, i) => ({
    name: i === 0 ? first.name : nextName(first.name, i),
    address: first.address === undefined ? undefined : nextAddress(first.address, i),
    nextHop: nextAddress(first.nextHop, i),
    publications: first.publications.map(({ instance, route }) => {
      const [address = '', length = ''] = route.prefix.split('/')
      return { instance, route: { ...route, prefix: `${nextAddress(address, i)}/${length}` } }
    })
  }))
}

/** vr-01 is followed by vr-02, agent by agent-2. */
function nextName(name: string, steps: number): string {
  const digits = /\d+$/.exec(name)?.[0]
  if (digits === undefined) return `${name}-${steps + 1}`
  return name.slice(0, -digits.length) + String(Number(digits) + steps).padStart(digits.length, '0')
}

function nextAddress(address: string, steps: number): string {
  if (steps === 0) return address
  const inet = parseInet4(address)
  if (inet === undefined) throw new ArgumentFault(`more than one agent needs IPv4 addresses, not ${address}`)
  return printInet4((inet + steps) >>> 0)
}
