/**
 * Configuration of a small cluster, as the API writes it: two control nodes, a router of the underlay and a gateway
 * router, a gateway-less network `pods`, tenant networks `red` and `blue` that are connected, and `lonely`.
 */
export type ApiObject = Readonly<Record<string, unknown>> & {
  readonly type: string
  readonly fq_name: readonly string[]
}

export const fabric = ['default-domain', 'default-project', 'ip-fabric'] as const
export const masterInstance = [...fabric, '__default__'].join(':')
export const fabricInstance = [...fabric, 'ip-fabric'].join(':')
export const instanceOf = (network: string): string => `default-domain:demo:${network}:${network}`
export const networkOf = (network: string): string => `default-domain:demo:${network}`

export const routers = {
  'cn-a': { address: '10.0.0.1', as: 64512, type: 'control-node' },
  'cn-b': { address: '10.0.0.2', as: 64512, type: 'control-node' },
  edge: { address: '10.0.0.11', as: 65311, type: 'router' },
  gateway: { address: '10.0.0.12', as: 64512, type: 'router' }
} as const
export type RouterName = keyof typeof routers

const families: Readonly<Record<RouterName, readonly string[]>> = {
  'cn-a': ['route-target', 'inet-vpn', 'inet6-vpn', 'e-vpn', 'erm-vpn', 'inet'],
  'cn-b': ['route-target', 'inet-vpn', 'inet6-vpn', 'e-vpn', 'erm-vpn', 'inet'],
  edge: ['inet'],
  gateway: ['route-target', 'inet-vpn']
}

/** The control nodes with each other, and both with both routers. */
const peerings: Readonly<Record<RouterName, readonly RouterName[]>> = {
  'cn-a': ['cn-b', 'edge', 'gateway'],
  'cn-b': ['cn-a', 'edge', 'gateway'],
  edge: [],
  gateway: []
}

function router(name: RouterName): ApiObject {
  const { address, as, type } = routers[name]
  const master = [...fabric, '__default__']
  return {
    type: 'bgp_router',
    fq_name: [...master, name],
    parent_type: 'routing-instance',
    bgp_router_parameters: {
      router_type: type,
      autonomous_system: as,
      identifier: address,
      address,
      port: 179,
      address_families: { family: families[name] }
    },
    bgp_router_refs: peerings[name].map(other => ({
      to: [...master, other],
      attr: { session: [{ attributes: [{ bgp_router: null }] }] }
    }))
  }
}

function network(name: string, id: number): ApiObject {
  return {
    type: 'virtual_network',
    fq_name: networkOf(name).split(':'),
    parent_type: 'project',
    virtual_network_network_id: id
  }
}

function instance(name: string, target: number, connected: readonly string[] = []): ApiObject {
  return {
    type: 'routing_instance',
    fq_name: instanceOf(name).split(':'),
    parent_type: 'virtual-network',
    routing_instance_is_default: true,
    route_target_refs: [{ to: [`target:64512:${target}`], attr: { import_export: null } }],
    routing_instance_refs: connected.map(other => ({
      to: other.split(':'),
      attr: { destination_instance: null }
    }))
  }
}

export const clusterObjects: readonly ApiObject[] = [
  {
    type: 'global_system_config',
    fq_name: ['default-global-system-config'],
    autonomous_system: 64512,
    enable_4byte_as: true
  },
  router('cn-a'),
  router('cn-b'),
  router('edge'),
  router('gateway'),
  {
    type: 'virtual_network',
    fq_name: [...fabric],
    parent_type: 'project',
    virtual_network_network_id: 2
  },
  { type: 'routing_instance', fq_name: [...fabric, '__default__'], parent_type: 'virtual-network' },
  {
    type: 'routing_instance',
    fq_name: [...fabric, 'ip-fabric'],
    parent_type: 'virtual-network',
    route_target_refs: [{ to: ['target:64512:8000000'], attr: { import_export: null } }],
    routing_instance_refs: [{ to: instanceOf('pods').split(':'), attr: { destination_instance: null } }]
  },
  network('pods', 13),
  instance('pods', 8000005, [fabricInstance]),
  network('red', 21),
  instance('red', 8000021, [instanceOf('blue')]),
  network('blue', 22),
  instance('blue', 8000022, [instanceOf('red')]),
  network('lonely', 23),
  instance('lonely', 8000023)
]

/** As the text of an object file. */
export const textOf = (objects: readonly ApiObject[]): string => JSON.stringify(objects)
