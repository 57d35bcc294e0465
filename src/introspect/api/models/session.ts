/** What sessions with neighbors and with agents have in common. */
import { array, boolean, dateTime, integer, object, string } from '../schema.js'

const socketCounts = object('SocketCounts', {
  bytes: integer,
  calls: integer,
  blockedMs: { type: 'number' },
  blockedCount: integer,
  errors: integer
})
const sessionCounts = object('SessionCounts', {
  messages: object('MessageCounts', {
    open: integer,
    keepalive: integer,
    notification: integer,
    update: integer,
    close: integer
  }),
  updates: object('UpdateCounts', { reach: integer, unreach: integer, endOfRib: integer }),
  socket: socketCounts
})

export const sessionProperties = {
  name: string,
  encoding: { type: 'string', enum: ['BGP', 'XMPP'] },
  address: string,
  state: string,
  sendState: string,
  deleted: boolean,
  flapCount: integer,
  flapTime: dateTime,
  lastState: string,
  lastStateAt: dateTime,
  lastEvent: string,
  primaryPathCount: integer,
  negotiatedHoldTimeSeconds: integer
} as const
export const sessionOptional = ['flapTime', 'lastStateAt']

export const detailProperties = {
  closedAt: dateTime,
  remoteEndpoint: string,
  localEndpoint: string,
  sendReady: boolean,
  configuredHoldTimeSeconds: integer,
  closeReason: string,
  authType: string,
  tables: array(
    object('NeighborTable', {
      name: string,
      subscribed: boolean,
      currentRequest: string,
      pendingRequest: string
    })
  ),
  received: sessionCounts,
  sent: sessionCounts
} as const
export const detailOptional = ['closedAt']
