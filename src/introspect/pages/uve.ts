/**
 * The state that analytics and contrail-status read (introspect §5). The original keeps a cache of what it last sent;
 * here each answer is drawn from the node as it is.
 */
import { type Request, request } from '../sandesh/request.js'
import { i32, map, struct, structs, text, u32, writeResponse } from '../sandesh/schema.js'
import { messageList } from './messages.js'
import { instanceStatsUve } from './uve-instances.js'
import type { UveKind } from './uve-kind.js'
import { nodeStatusUve, routerStateUve } from './uve-node.js'
import { bgpPeerUve, flapUve, peerStatsUve, xmppPeerUve } from './uve-peers.js'

const kinds: readonly UveKind[] = [
  nodeStatusUve,
  routerStateUve,
  bgpPeerUve,
  xmppPeerUve,
  peerStatsUve,
  flapUve,
  instanceStatsUve
].sort((a, b) => (a.type < b.type ? -1 : 1))

interface Closing {
  readonly returned: number
  readonly period: number | undefined
}
const closingResponse = struct<Closing>('SandeshUVECacheResp', [
  u32('returned', 1, c => c.returned),
  i32('period', 2, c => c.period)
])

const typeInfo = struct<string>('SandeshUVETypeInfo', [
  text('type_name', 1, name => name, { link: 'SandeshUVECacheReq' }),
  u32('seq_num', 2, () => 0),
  i32('period', 3, () => 0),
  map('dsconf', 4, struct<string>('string', []), () => new Map<string, string>()),
  i32('timeout', 5, () => 0)
])
const typesResponse = struct<readonly string[]>('SandeshUVETypesResp', [
  structs('type_info', 1, typeInfo, t => t)
])

export const uvePages: readonly Request[] = [
  request('sandesh_uve', 'SandeshUVETypesReq', [], typesResponse, () => kinds.map(kind => kind.type)),
  {
    module: 'sandesh_uve',
    name: 'SandeshUVECacheReq',
    fields: [
      { name: 'tname', type: 'string' },
      { name: 'key', type: 'string' }
    ],
    answer: (view, query) => {
      const uve = kinds.find(kind => kind.type === query.text('tname'))
      let returned = 0
      const closing = (): string =>
        writeResponse(closingResponse, { returned, period: uve === undefined ? undefined : 0 })
      const slices = uve?.slices(view, query.text('key'), count => {
        returned += count
      })
      return messageList(uve?.message ?? '', slices ?? nothing(), closing)
    }
  }
]

async function* nothing(): AsyncGenerator<string> {}
