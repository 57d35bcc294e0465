/** The node as a whole. */
import { array, boolean, dateTime, described, integer, object, string, strings } from '../schema.js'

const connection = object('ServiceConnection', {
  type: string,
  name: string,
  addresses: strings,
  status: { type: 'string', enum: ['Initializing', 'Up', 'Down'] },
  description: string
})

const sessionTotals = object('SessionTotals', { total: integer, established: integer })

export const status = object(
  'Status',
  {
    hostname: string,
    version: string,
    startTime: dateTime,
    routerId: string,
    localAs: integer,
    globalAs: integer,
    confederation: described(
      object('Confederation', { identifier: integer, members: array(integer) }),
      'Absent: the node is in none (RFC 5065)'
    ),
    adminDown: boolean,
    functional: described(boolean, 'The node has all it needs to serve'),
    description: described(string, 'What is missing; empty when functional'),
    configReadAt: dateTime,
    configProblems: integer,
    connections: array(connection),
    neighbors: sessionTotals,
    agents: sessionTotals,
    instances: integer,
    bgpListen: described(string, 'Every address and port that is listened on for BGP, by commas'),
    bgpListeners: described(
      array(object('BgpListener', { address: string, isOpen: boolean, failures: integer, error: string })),
      'Every configured one; one that cannot be opened is tried again'
    ),
    xmppListen: string,
    selectionDeferral: described(
      array(object('DeferredSelection', { family: string, waitsFor: strings, until: dateTime })),
      'Families that ordinary neighbors are told nothing of yet after a start (RFC 4724 4.1), and who is waited for'
    )
  },
  ['routerId', 'confederation', 'configReadAt', 'bgpListen', 'xmppListen']
)

export const exportState = object('Export', {
  kind: { type: 'string', enum: ['bmp', 'mrt-updates', 'mrt-tables'] },
  target: described(string, 'A station, or the name of files'),
  isUp: boolean,
  sent: described(integer, 'Messages, records or files of tables'),
  dropped: described(
    integer,
    'Records or files that were lost, or connections cut off because a station did not read'
  ),
  lastError: string
})

export const configProblem = object('ConfigProblem', {
  object: string,
  where: string,
  what: string,
  since: dateTime
})
export const error = object('Error', { error: string })
