/** Answers of a node as text for people. */
import type {
  AgentDetail,
  ExportsAnswer,
  InstanceAnswer,
  NeighborAnswer,
  NeighborDetail,
  SessionAnswer,
  SessionDetail,
  StatusAnswer
} from './api-types.js'
import type { CliIo } from './io.js'
import { neighborSessionText } from './neighbor-session-text.js'
import { type Column, printAge, printPairs, printTable } from './table.js'
import { updateErrorsText } from './update-errors-text.js'

const outOf = (count: { established: number; total: number }): string =>
  `${count.established} of ${count.total} established`

const confederationText = ({ confederation }: StatusAnswer): string | undefined =>
  confederation && `${confederation.identifier}, members ${confederation.members.join(' ')}`

export function statusText(status: StatusAnswer, io: CliIo): string {
  const parts = [
    printPairs([
      ['Node', status.hostname],
      ['State', status.functional ? 'Functional' : `Non-Functional: ${status.description}`],
      ['Running for', printAge(status.startTime, io.now())],
      ['Version', status.version],
      ['Router identifier', status.routerId],
      ['Local AS', status.localAs === 0 ? undefined : String(status.localAs)],
      ['Confederation', confederationText(status)],
      ['BGP', status.bgpListen],
      ...status.bgpListeners.filter(({ isOpen }) => !isOpen).map(listenerText),
      ['XMPP', status.xmppListen],
      ['Neighbors', outOf(status.neighbors)],
      ['Agents', outOf(status.agents)],
      ['Routing instances', String(status.instances)],
      ['Configuration', configText(status, io)],
      ...status.selectionDeferral.map((each): [string, string] => ['Deferred', deferralText(each, io)])
    ])
  ]
  if (status.connections.length > 0) {
    parts.push(
      printTable(
        [
          { title: 'Service', cell: c => (c.name === '' ? c.type : `${c.type}:${c.name}`) },
          { title: 'Address', cell: c => c.addresses.join(',') },
          { title: 'State', cell: c => c.status },
          { title: '', cell: c => c.description }
        ],
        status.connections,
        io.columns
      )
    )
  }
  return parts.join('\n\n')
}

const listenerText = ({
  address,
  failures,
  error
}: StatusAnswer['bgpListeners'][number]): [string, string] => [
  'BGP pending',
  `${address}: ${error === '' ? 'being opened' : error}, ${failures} attempts`
]

function deferralText({ family, waitsFor, until }: StatusAnswer['selectionDeferral'][number], io: CliIo) {
  const names = waitsFor.slice(0, namesShown).join(', ')
  const more = waitsFor.length > namesShown ? ` and ${waitsFor.length - namesShown} more` : ''
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - io.now()) / 1000))
  return `${family} is not advertised yet: waiting for ${names}${more}, ${seconds} s at most`
}
const namesShown = 5

function configText(status: StatusAnswer, io: CliIo): string {
  const read =
    status.configReadAt === undefined ? 'being read' : `read ${printAge(status.configReadAt, io.now())} ago`
  return status.configProblems === 0 ? read : `${read}, ${status.configProblems} problems`
}

const sessionColumns = <T extends SessionAnswer>(io: CliIo): Column<T>[] => [
  { title: 'Address', cell: s => s.address },
  { title: 'State', cell: s => s.state },
  { title: 'For', cell: s => printAge(s.lastStateAt, io.now()), align: 'right' },
  { title: 'Paths', cell: s => String(s.primaryPathCount), align: 'right' },
  { title: 'Flaps', cell: s => String(s.flapCount), align: 'right' },
  { title: 'Sending', cell: s => s.sendState }
]

export const neighborTable = (neighbors: readonly NeighborAnswer[], io: CliIo): string =>
  neighbors.length === 0
    ? 'No BGP neighbors.'
    : printTable<NeighborAnswer>(
        [
          { title: 'Neighbor', cell: n => n.name },
          { title: 'AS', cell: n => String(n.peerAs), align: 'right' },
          ...sessionColumns<NeighborAnswer>(io)
        ],
        neighbors,
        io.columns
      )

export const agentTable = (agents: readonly SessionAnswer[], io: CliIo): string =>
  agents.length === 0
    ? 'No agents.'
    : printTable([{ title: 'Agent', cell: a => a.name }, ...sessionColumns(io)], agents, io.columns)

export const exportTable = (exports: ExportsAnswer['exports'], io: CliIo): string =>
  exports.length === 0
    ? 'Nothing is exported.'
    : printTable(
        [
          { title: 'Kind', cell: e => e.kind },
          { title: 'To', cell: e => e.target, shorten: 'start' },
          { title: 'State', cell: e => (e.isUp ? 'Up' : 'Down') },
          { title: 'Sent', cell: e => String(e.sent), align: 'right' },
          { title: 'Dropped', cell: e => String(e.dropped), align: 'right' },
          { title: 'Last error', cell: e => e.lastError }
        ],
        exports,
        io.columns
      )

export const instanceTable = (instances: readonly InstanceAnswer[], io: CliIo): string =>
  instances.length === 0
    ? 'No routing instances.'
    : printTable(
        [
          { title: 'Instance', cell: i => i.name, shorten: 'start' },
          { title: 'VN', cell: i => String(i.virtualNetworkIndex), align: 'right' },
          { title: 'VXLAN', cell: i => String(i.vxlanId), align: 'right' },
          { title: 'Imports', cell: i => i.importTargets.join(' ') },
          { title: 'Exports', cell: i => i.exportTargets.join(' ') }
        ],
        instances,
        io.columns
      )

export const instanceText = (instance: InstanceAnswer, io: CliIo): string =>
  [
    printPairs([
      ['Instance', instance.name],
      ['Virtual network', `${instance.virtualNetwork} (index ${instance.virtualNetworkIndex})`],
      ['VXLAN', String(instance.vxlanId)],
      ['Imports', instance.importTargets.join(' ')],
      ['Exports', instance.exportTargets.join(' ')],
      ['Policies', instance.routingPolicies.map(policy => policy.name).join(' ')],
      ['Neighbors', instance.neighbors?.join(' ')]
    ]),
    printTable(
      [
        { title: 'Table', cell: t => t.name, shorten: 'start' },
        { title: 'Prefixes', cell: t => String(t.counts.prefixes), align: 'right' },
        { title: 'Primary', cell: t => String(t.counts.primaryPaths), align: 'right' },
        { title: 'Secondary', cell: t => String(t.counts.secondaryPaths), align: 'right' }
      ],
      instance.tables,
      io.columns
    )
  ].join('\n\n')

const sessionPairs = (
  session: SessionAnswer & SessionDetail,
  io: CliIo
): (readonly [string, string | undefined])[] => [
  ['Address', session.address],
  ['State', `${session.state} for ${printAge(session.lastStateAt, io.now())}`],
  ['Sending', session.sendState],
  ['Session', `${session.localEndpoint} to ${session.remoteEndpoint}, authentication ${session.authType}`],
  [
    'Hold time',
    session.state === 'Established'
      ? `${session.negotiatedHoldTimeSeconds} s (configured ${session.configuredHoldTimeSeconds} s)`
      : `configured ${session.configuredHoldTimeSeconds} s`
  ],
  ['Last event', session.lastEvent],
  ['Last close', session.closeReason],
  [
    'Flaps',
    session.flapTime === undefined
      ? '0'
      : `${session.flapCount}, the last ${printAge(session.flapTime, io.now())} ago`
  ],
  ['Paths', String(session.primaryPathCount)]
]

type Direction = readonly [string, SessionDetail['received']]

const messageTable = (session: SessionDetail, io: CliIo): string => {
  const message = (title: string): Column<Direction> => ({
    title,
    cell: ([, counts]) => String(counts.messages[title] ?? 0),
    align: 'right'
  })
  const update = (title: 'reach' | 'unreach'): Column<Direction> => ({
    title,
    cell: ([, counts]) => String(counts.updates[title]),
    align: 'right'
  })
  return printTable<Direction>(
    [
      { title: 'Messages', cell: ([direction]) => direction },
      ...['open', 'keepalive', 'update', 'notification'].map(message),
      update('reach'),
      update('unreach')
    ],
    [
      ['received', session.received],
      ['sent', session.sent]
    ],
    io.columns
  )
}

const typeText = ({ peerType, isMember }: NeighborDetail): string =>
  isMember ? 'another member of the confederation' : peerType

export function neighborText(neighbor: NeighborDetail, io: CliIo): string {
  const parts = [
    printPairs([
      ['Neighbor', neighbor.name],
      ['Instance', neighbor.instance],
      ['Router type', neighbor.routerType],
      ['AS', `${neighbor.peerAs} (${typeText(neighbor)}, local ${neighbor.localAs})`],
      ['Identifier', neighbor.identifier],
      ...sessionPairs(neighbor, io),
      ['Configured families', neighbor.configuredFamilies.join(' ')],
      ['Negotiated families', neighbor.negotiatedFamilies.join(' ')],
      ['Options', neighbor.options.map(({ option, value }) => `${option}: ${value}`).join('; ')],
      ['Last NOTIFICATION in', notificationText(neighbor.notificationIn, io)],
      ['Last NOTIFICATION out', notificationText(neighbor.notificationOut, io)],
      ['Says it is', [neighbor.saidName, neighbor.saidVersion].filter(part => part !== '').join(', ')],
      ['Other capabilities', neighbor.otherCapabilities.map(c => `${c.code} (${c.value})`).join(' ')],
      ['Malformed capabilities', neighbor.malformedCapabilities.join(' ')]
    ])
  ]
  parts.push(...neighborSessionText(neighbor, io))
  parts.push(messageTable(neighbor, io), ...updateErrorsText(neighbor, io))
  return parts.join('\n\n')
}

const notificationText = (
  notification: { readonly detail: string; readonly at: string } | undefined,
  io: CliIo
): string | undefined => notification && `${notification.detail}, ${printAge(notification.at, io.now())} ago`

export function agentText(agent: AgentDetail, io: CliIo): string {
  const parts = [printPairs([['Agent', agent.name], ...sessionPairs(agent, io)])]
  if (agent.instances.length > 0) {
    parts.push(
      printTable(
        [
          { title: 'Instance', cell: i => i.name, shorten: 'start' },
          { title: 'State', cell: i => i.state },
          { title: 'Id', cell: i => String(i.index), align: 'right' },
          { title: 'Imports', cell: i => i.importTargets.join(' ') }
        ],
        agent.instances,
        io.columns
      )
    )
  }
  parts.push(messageTable(agent, io))
  return parts.join('\n\n')
}
