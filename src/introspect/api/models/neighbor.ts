import {
  array,
  boolean,
  dateTime,
  described,
  integer,
  type JsonSchema,
  object,
  string,
  strings
} from '../schema.js'
import { neighborSession } from './neighbor-session.js'
import { detailOptional, detailProperties, sessionOptional, sessionProperties } from './session.js'

const neighborProperties = {
  ...sessionProperties,
  instance: string,
  peerType: string,
  isMember: described(boolean, 'External, and a member of our confederation (RFC 5065)'),
  peerAs: integer,
  localAs: integer,
  identifier: string,
  routerType: string,
  adminDown: boolean
} as const
export const neighborSummary = object('NeighborSummary', neighborProperties, sessionOptional)

const notification = object('Notification', {
  text: string,
  detail: described(string, 'With what was said (RFC 9003) or enclosed (RFC 8538)'),
  code: integer,
  subcode: integer,
  data: described(string, 'At most 64 bytes, in hexadecimal digits'),
  at: dateTime
})
const reaction: JsonSchema = {
  type: 'string',
  enum: ['attribute-discard', 'treat-as-withdraw', 'family-disable', 'session-reset'],
  description: 'What was done about it (RFC 7606)'
}
const attribute = described(string, 'Path attribute; empty: the NLRI, or the message as a whole')
export const neighbor = object(
  'Neighbor',
  {
    ...neighborProperties,
    ...detailProperties,
    localIdentifier: string,
    clusterId: string,
    passive: boolean,
    asOverride: boolean,
    originOverride: string,
    as4: boolean,
    privateAsAction: string,
    port: integer,
    configuredFamilies: strings,
    offeredFamilies: strings,
    negotiatedFamilies: strings,
    gracefulRestartFamilies: strings,
    gracefulRestartTimeSeconds: integer,
    longLivedGracefulRestartFamilies: strings,
    longLivedGracefulRestartTimeSeconds: integer,
    families: array(
      object('NeighborFamily', {
        family: string,
        loopCount: integer,
        prefixLimit: integer,
        idleTimeoutSeconds: integer,
        gatewayAddress: string
      })
    ),
    options: described(
      array(object('ConfiguredOption', { option: string, value: string })),
      "Options of the node's own file that differ from what holds without them; of keys, their number"
    ),
    session: neighborSession,
    familyCounts: array(
      object('NeighborFamilyCounts', {
        family: string,
        received: integer,
        accepted: integer,
        advertised: integer
      })
    ),
    notificationIn: notification,
    notificationOut: notification,
    otherCapabilities: described(
      array(object('Capability', { code: integer, value: described(string, 'Hexadecimal digits') })),
      'Capabilities of its OPEN that mean nothing here'
    ),
    malformedCapabilities: described(array(integer), 'Codes of capabilities left out for their length'),
    saidName: described(string, 'Name that the neighbor gives itself (capability 73)'),
    saidVersion: described(string, 'Software that the neighbor says it runs (capability 75)'),
    updateErrors: described(
      array(object('UpdateErrorCount', { attribute, reaction, count: integer })),
      'Errors in UPDATEs since the start of the node'
    ),
    offendingMessages: described(
      array(
        object('OffendingMessage', {
          at: dateTime,
          error: string,
          code: integer,
          subcode: integer,
          reaction,
          attribute,
          offset: described(integer, 'Of the error, in bytes from the start of the message'),
          what: string,
          bytes: described(string, 'The whole message, in hexadecimal digits')
        })
      ),
      'The last 16 UPDATEs with an error, oldest first'
    ),
    skippedNlri: described(integer, 'NLRI passed over because they could not be read or are of unknown type'),
    ignoredFamilies: described(integer, 'Times that routes of a family not agreed on were ignored')
  },
  [...sessionOptional, ...detailOptional, 'originOverride', 'notificationIn', 'notificationOut']
)
