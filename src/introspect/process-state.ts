/** Whether the node calls itself functional, and what it says is missing (introspect §4.4). */
import type { NodeView, ServiceConnection } from './view.js'

export interface ProcessState {
  readonly functional: boolean
  /** For people and for contrail-status; empty when functional. */
  readonly description: string
}

const nameOf = (service: { type: string; name: string }): string =>
  service.name === '' ? service.type : `${service.type}:${service.name}`

/** The faults of the connections, then those of the configuration, in the order that tools expect. */
export function processState(view: NodeView): ProcessState {
  const node = view.process.node()
  const faults = [connectionFault(view)]
  if (view.process.configReadAt() === undefined) faults.push('IFMap Server End-Of-RIB not computed')
  if (node.routerId === undefined || node.localAs === 0 || node.globalAs === 0) {
    faults.push('No BGP configuration for self')
  }
  if (node.adminDown) faults.push('BGP is administratively down')
  const description = faults.filter(fault => fault !== '').join(', ')
  return { functional: description === '', description }
}

function connectionFault(view: NodeView): string {
  const connections = view.process.connections()
  const expected = view.process.expectedConnections()
  if (connections.length !== expected.length) {
    const [kind, names] =
      connections.length < expected.length
        ? ['Missing', without(expected.map(nameOf), connections.map(nameOf))]
        : ['Extra', without(connections.map(nameOf), expected.map(nameOf))]
    return `Number of connections:${connections.length}, Expected:${expected.length} ${kind}: ${names.join(',')}`
  }
  const down = connections.filter((c: ServiceConnection) => c.status !== 'Up')
  return down.length === 0 ? '' : `${down.map(nameOf).join(', ')} connection down`
}

const without = (all: readonly string[], others: readonly string[]): string[] =>
  all.filter(name => !others.includes(name))
