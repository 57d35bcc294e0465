/** Configuration objects, as the API's JSON has them (spec config 1.9, 10). */
const masterName = ['default-domain', 'default-project', 'ip-fabric', '__default__']

export interface OwnRouter {
  readonly hostname: string
  readonly as: number
  readonly address: string
  /** Absent: the address, which must then be of IPv4. */
  readonly identifier?: string
  readonly port: number
  /** Route reflector; absent: none. */
  readonly clusterId?: number
  readonly adminDown?: boolean
  readonly neighbors: readonly Neighbor[]
}

export interface Neighbor {
  readonly name: string
  readonly as: number
  readonly address: string
  readonly identifier?: string
  readonly port: number
  readonly passive?: boolean
  readonly holdTimeSeconds?: number
  readonly adminDown?: boolean
  readonly md5Key?: string
  /** API names of families. */
  readonly families: readonly string[]
  /** Per family: most prefixes, and the pause after more. */
  readonly prefixLimit?: { readonly maximum: number; readonly idleSeconds: number }
}

export function routerObjects(own: OwnRouter): object[] {
  const families = [...new Set(own.neighbors.flatMap(neighbor => neighbor.families))]
  const self = {
    type: 'bgp_router',
    fq_name: [...masterName, own.hostname],
    parent_type: 'routing-instance',
    bgp_router_parameters: {
      router_type: 'control-node',
      autonomous_system: own.as,
      identifier: own.identifier ?? own.address,
      address: own.address,
      port: own.port,
      ...(own.clusterId !== undefined && { cluster_id: own.clusterId }),
      ...(own.adminDown === true && { admin_down: true }),
      address_families: { family: families }
    },
    bgp_router_refs: own.neighbors.map(neighbor => ({
      to: [...masterName, neighbor.name],
      attr: { session: [{ attributes: [sessionAttributes(neighbor)] }] }
    }))
  }
  return [self, ...own.neighbors.map(routerObject)]
}

const sessionAttributes = (neighbor: Neighbor): object => ({
  bgp_router: null,
  passive: neighbor.passive === true,
  ...(neighbor.adminDown === true && { admin_down: true }),
  ...(neighbor.holdTimeSeconds !== undefined && { hold_time: neighbor.holdTimeSeconds }),
  address_families: { family: neighbor.families },
  ...(neighbor.md5Key !== undefined && {
    auth_data: { key_type: 'md5', key_items: [{ key_id: 0, key: neighbor.md5Key }] }
  }),
  ...(neighbor.prefixLimit !== undefined && {
    family_attributes: neighbor.families.map(family => ({
      address_family: family,
      prefix_limit: {
        maximum: neighbor.prefixLimit!.maximum,
        idle_timeout: neighbor.prefixLimit!.idleSeconds
      }
    }))
  })
})

const routerObject = (neighbor: Neighbor): object => ({
  type: 'bgp_router',
  fq_name: [...masterName, neighbor.name],
  parent_type: 'routing-instance',
  bgp_router_parameters: {
    router_type: 'router',
    autonomous_system: neighbor.as,
    identifier: neighbor.identifier ?? neighbor.address,
    address: neighbor.address,
    port: neighbor.port,
    address_families: { family: neighbor.families }
  }
})

export interface GlobalOptions {
  readonly as: number
  readonly gracefulRestart?: {
    readonly restartSeconds: number
    /** Default 0: not at all. */
    readonly longLivedSeconds?: number
    /** Default 30; for a fifth of it the node counts as starting. */
    readonly endOfRibSeconds?: number
  }
  /** Hold time towards agents, in seconds. */
  readonly xmppHoldTime?: number
}

export const globalObject = (options: GlobalOptions): object => ({
  type: 'global_system_config',
  fq_name: ['default-global-system-config'],
  autonomous_system: options.as,
  enable_4byte_as: true,
  graceful_restart_parameters:
    options.gracefulRestart === undefined
      ? { enable: false }
      : {
          enable: true,
          restart_time: options.gracefulRestart.restartSeconds,
          long_lived_restart_time: options.gracefulRestart.longLivedSeconds ?? 0,
          end_of_rib_timeout: options.gracefulRestart.endOfRibSeconds ?? 30,
          bgp_helper_enable: true,
          xmpp_helper_enable: false
        },
  ...(options.xmppHoldTime !== undefined && {
    fast_convergence_parameters: {
      enable: true,
      nh_reachability_check: false,
      xmpp_hold_time: options.xmppHoldTime
    }
  })
})

export interface NetworkOptions {
  /** domain, project, network. */
  readonly name: readonly [string, string, string]
  readonly id: number
  readonly target: string
  /** Instances that it is connected with, by name. */
  readonly connected?: readonly string[]
}

/** A virtual network and its routing instance. */
export function networkObjects({ name, id, target, connected = [] }: NetworkOptions): object[] {
  return [
    { type: 'virtual_network', fq_name: name, parent_type: 'project', virtual_network_network_id: id },
    {
      type: 'routing_instance',
      fq_name: [...name, name[2]],
      parent_type: 'virtual-network',
      routing_instance_is_default: true,
      route_target_refs: [{ to: [target], attr: { import_export: null } }],
      routing_instance_refs: connected.map(instance => ({
        to: instance.split(':'),
        attr: { destination_instance: null }
      }))
    }
  ]
}

/** The fabric network with its master instance; parents are implied. */
export const fabricObjects = (): object[] => [
  {
    type: 'virtual_network',
    fq_name: masterName.slice(0, 3),
    parent_type: 'project',
    is_provider_network: true,
    virtual_network_network_id: 2
  },
  { type: 'routing_instance', fq_name: masterName, parent_type: 'virtual-network' }
]
