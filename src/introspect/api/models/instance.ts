import { array, boolean, dateTime, integer, object, string, strings } from '../schema.js'
import { tableCounts } from './rib.js'

export const instance = object(
  'RoutingInstance',
  {
    name: string,
    virtualNetwork: string,
    virtualNetworkIndex: integer,
    vxlanId: integer,
    importTargets: strings,
    exportTargets: strings,
    alwaysSubscribe: boolean,
    allowTransit: boolean,
    pbbEvpn: boolean,
    deleted: boolean,
    deletedAt: dateTime,
    routingPolicies: array(object('InstancePolicy', { name: string, generation: integer })),
    neighbors: strings,
    tables: array(object('InstanceTable', { name: string, family: string, counts: tableCounts }))
  },
  ['deletedAt', 'neighbors']
)
