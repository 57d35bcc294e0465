import type { ControlNode } from '../../control-node.js'
import type * as view from '../view/process.js'
import { familyName, printEndpoint, shortName } from './names.js'

export function processView(
  node: ControlNode,
  version: string,
  exports: () => readonly view.ExportState[]
): view.ProcessView {
  const { scheduler } = node.options
  return {
    now: () => scheduler.wallClock(),
    node: () => nodeInfo(node, version),
    // Configuration comes from files: there is nothing that the process is connected to.
    connections: () => [],
    expectedConnections: () => [],
    exports,
    configReadAt: () => node.configReadAt,
    configProblems: () => [
      ...[...node.problems].map(([{ file, line, path, reason }, since]) => ({
        object: file,
        where: [line === 0 ? '' : `line ${line}`, path].filter(Boolean).join(', '),
        what: reason,
        since
      })),
      ...[...node.peers.unmatched].map(([address, since]) => ({
        object: 'bgp.neighbours',
        where: address,
        what: 'no neighbour has this address: its options are of nobody',
        since
      })),
      ...[...node.peers.keyConflicts].map(([name, { why, since }]) => ({
        object: 'bgp-router',
        where: name,
        what: why,
        since
      })),
      ...[node.subclusterProblem ?? []].flat().map(({ name, what, since }) => ({
        object: 'sub-cluster',
        where: name,
        what,
        since
      }))
    ]
  }
}

function nodeInfo(node: ControlNode, version: string): view.NodeInfo {
  const { hostname, scheduler } = node.options
  const self = node.globals?.self
  const bgp = node.bgpListener.endpoints.map(printEndpoint)
  const xmpp = node.xmpp.endpoint
  return {
    hostname,
    hostAddresses: self?.address === undefined ? [] : [self.address],
    version,
    startTime: scheduler.wallClock() - (scheduler.now() - node.startedAt),
    routerId: self === undefined || self.identifier === 0 ? undefined : self.identifierText,
    localAs: self?.localAs ?? 0,
    globalAs: self?.as ?? 0,
    confederation: node.peers.membership,
    adminDown: self?.adminDown ?? false,
    bgpListen: bgp.length === 0 ? undefined : bgp.join(', '),
    bgpListeners: node.bgpListener.ports.map(({ address, endpoint, failures, error }) => ({
      address: printEndpoint(endpoint ?? { address: 'all addresses', ...address }),
      isOpen: endpoint !== undefined,
      failures,
      error: error?.message ?? ''
    })),
    xmppListen: xmpp === undefined ? undefined : printEndpoint(xmpp),
    selectionDeferral: node.selection.deferred.map(({ family, waitsFor, until }) => ({
      family: familyName(family),
      waitsFor: waitsFor.map(name => shortName(name, node.peers.get(name)?.instance ?? '')),
      until: scheduler.wallClock() + until - scheduler.now()
    }))
  }
}
