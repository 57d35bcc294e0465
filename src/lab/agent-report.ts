/** What agents have learned, for people. */
import { printTable } from '../cli/table.js'
import type { AgentEvent, LabAgent } from './agent.js'
import type { LearnedRoute } from './agent-message.js'
import { type AgentFamily, familyNumbers } from './agent-text.js'

const familyByNumbers = new Map(
  Object.entries(familyNumbers).map(([name, numbers]) => [numbers as string, name])
)

/** A line per thing that happened; none for what is not worth one. */
export function describeEvent(event: AgentEvent): string[] {
  if (event.kind === 'established') return ['connected']
  if (event.kind === 'closed') {
    const what = event.wasEstablished ? 'connection lost' : 'cannot connect'
    return [`${what}: ${event.error?.message ?? 'closed by the control node'}`]
  }
  const { message } = event
  switch (message.kind) {
    case 'items':
      return message.routes.map(route => `+ ${where(message)}  ${route.id}  ${describePaths(route)}`)
    case 'retracts':
      return message.ids.map(id => `- ${where(message)}  ${id}`)
    case 'endOfRib':
      return ['end of routes']
    case 'malformed':
      return [`malformed message: ${message.what}`]
    case 'other':
      return []
  }
}

const where = ({ numbers, instance }: { numbers: string; instance: string }): string => {
  const family = familyByNumbers.get(numbers) ?? numbers
  return family === 'inet' ? instance : `${instance} (${family})`
}

/** `via 10.61.0.21 label 30, 10.61.0.22 label 31; local preference 200` */
export function describePaths(route: LearnedRoute): string {
  const hops = route.nextHops.map(({ address, label }) =>
    label === 0 ? address : `${address} label ${label}`
  )
  const network = route.virtualNetwork === '' ? '' : `, network ${route.virtualNetwork}`
  return `via ${hops.join(' and ') || 'nowhere'}${network}`
}

/** The tables of the agents, one row per route; of several agents each. */
export function routesTable(
  agents: readonly LabAgent[],
  instances: readonly { readonly name: string; readonly family?: AgentFamily }[],
  columns: number | undefined
): string {
  const rows = agents.flatMap(agent =>
    instances.flatMap(({ name, family = 'inet' }) =>
      [...agent.routes(name, family).values()].map(route => ({ agent, name, route }))
    )
  )
  if (rows.length === 0) return '(no routes)'
  return printTable(
    [
      { title: 'AGENT', cell: ({ agent }) => agent.name },
      { title: 'INSTANCE', cell: ({ name }) => shortInstance(name), shorten: 'start' },
      { title: 'PREFIX', cell: ({ route }) => route.id },
      { title: 'NEXT HOP', cell: ({ route }) => route.nextHops.map(hop => hop.address).join(' ') },
      { title: 'LABEL', cell: ({ route }) => route.nextHops.map(hop => hop.label || '-').join(' ') },
      { title: 'NETWORK', cell: ({ route }) => route.virtualNetwork, shorten: 'start' }
    ],
    rows,
    columns
  )
}

/** `default-domain:k8s:pods:pods` is `k8s:pods` to people. */
export function shortInstance(name: string): string {
  const parts = name.split(':')
  const [domain, project, network, instance] = parts
  if (parts.length !== 4 || domain !== 'default-domain') return name
  if (instance === '__default__') return 'master'
  return network === instance ? `${project}:${network}` : parts.slice(1).join(':')
}
