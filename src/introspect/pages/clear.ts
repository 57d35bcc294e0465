/**
 * ClearBgpNeighborReq (introspect §3.2): resets the session with a neighbour. As in the original it does so in test mode
 * alone, and says `success` false otherwise, and of a name that is no neighbour's. It has no module page.
 */
import { body, type Request } from '../sandesh/request.js'
import { bool, struct } from '../sandesh/schema.js'

const response = struct<boolean>('ClearBgpNeighborResp', [bool('success', 1, done => done)])

const order = { kind: 'hard', family: '', text: '', perSecond: 1, dryRun: false } as const

export const clearPages: readonly Request[] = [
  {
    module: undefined,
    name: 'ClearBgpNeighborReq',
    fields: [{ name: 'name', type: 'string' }],
    answer: (_view, query, operations) => {
      const done = operations?.clear({
        ...order,
        of: query.text('name'),
        operator: 'introspect, in test mode'
      })
      return body(response, done !== undefined && !('refused' in done))
    }
  }
]
