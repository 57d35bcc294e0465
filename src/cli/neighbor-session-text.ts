/** A neighbour's capabilities, families and counters, as text for people. */
import type { NeighborDetail, NeighborSessionAnswer, TcpAnswer } from './api-types.js'
import type { CliIo } from './io.js'
import { printAge, printPairs, printTable } from './table.js'

export function neighborSessionText({ session, familyCounts }: NeighborDetail, io: CliIo): string[] {
  const { lastError, keepaliveSeconds, blockedCount, blockedMs, pendingBytes, tcp } = session
  const parts = [
    printPairs([
      ['Keepalive', keepaliveSeconds === 0 ? undefined : `every ${keepaliveSeconds} s`],
      ['Last error', lastError && `${lastError.text}, ${printAge(lastError.at, io.now())} ago`],
      ['Connections', countsText(session.connections)],
      ['Errors', countsText(session.errors)],
      ['Came round', countsText(session.loops)],
      [
        'Waiting for the socket',
        `${pendingBytes} bytes; it was full ${blockedCount} times, ${Math.round(blockedMs)} ms`
      ],
      ['TCP', tcp && tcpText(tcp)]
    ])
  ]
  const capabilities = capabilityRows(session)
  if (capabilities.length > 0)
    parts.push(
      printTable(
        [
          { title: 'Capability', cell: c => c.text },
          { title: 'Sent', cell: c => (c.sent ? 'yes' : '-') },
          { title: 'Received', cell: c => (c.received ? 'yes' : '-') }
        ],
        capabilities,
        io.columns
      )
    )
  const families = session.families.map(state => ({
    ...state,
    counts: familyCounts.find(({ family }) => family === state.family)
  }))
  if (families.length > 0) parts.push(familyTable(families, io))
  return parts
}

type Family = NeighborSessionAnswer['families'][number] & {
  readonly counts: NeighborDetail['familyCounts'][number] | undefined
}

const familyTable = (families: readonly Family[], io: CliIo): string =>
  printTable<Family>(
    [
      { title: 'Family', cell: f => f.family },
      { title: 'Received', cell: f => String(f.counts?.received ?? '-'), align: 'right' },
      { title: 'Accepted', cell: f => String(f.counts?.accepted ?? '-'), align: 'right' },
      { title: 'Limit', cell: f => (f.prefixLimit === 0 ? '-' : String(f.prefixLimit)), align: 'right' },
      { title: 'Advertised', cell: f => String(f.counts?.advertised ?? '-'), align: 'right' },
      { title: 'Waiting', cell: waitingText, align: 'right' },
      { title: 'Group', cell: groupText, align: 'right' },
      { title: 'End-of-RIB', cell: f => waysText(f.endOfRibReceived, f.endOfRibSent) },
      { title: 'Path ids', cell: f => waysText(f.pathIdsReceived, f.pathIdsSent) },
      { title: 'Restart', cell: f => (f.restartState === 'NONE' ? '-' : f.restartState) }
    ],
    families,
    io.columns
  )

/** Routes, and for how long the oldest of them. */
const waitingText = ({ pendingRoutes, oldestChangeMs }: Family): string =>
  oldestChangeMs === undefined ? String(pendingRoutes) : `${pendingRoutes}, ${oldestChangeMs} ms`

/** How many are told the same, and whether the neighbour keeps step with them. */
const groupText = ({ groupSize, inStep }: Family): string =>
  groupSize === 0 ? '-' : `${groupSize}${inStep ? '' : ' behind'}`

const waysText = (isIn: boolean, isOut: boolean): string =>
  isIn && isOut ? 'in, out' : isIn ? 'in' : isOut ? 'out' : '-'

function tcpText(tcp: TcpAnswer): string {
  const { rttMicroseconds, rttVariationMicroseconds, retransmits, congestionWindow, unacknowledged } = tcp
  const ms = (microseconds: number): string => (microseconds / 1000).toFixed(1)
  return (
    `round trip ${ms(rttMicroseconds)} ms, varying by ${ms(rttVariationMicroseconds)} ms; ` +
    `${retransmits} segments sent again; window ${congestionWindow}, ${unacknowledged} not acknowledged`
  )
}

/** Those that are not 0: `dials 3, connect errors 1`. */
const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${words(name)} ${count}`)
    .join(', ')

const words = (name: string): string => name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)

function capabilityRows({ capabilitiesSent, capabilitiesReceived }: NeighborSessionAnswer) {
  const sent = new Set(capabilitiesSent)
  const received = new Set(capabilitiesReceived)
  return [...new Set([...sent, ...received])].map(text => ({
    text,
    sent: sent.has(text),
    received: received.has(text)
  }))
}
