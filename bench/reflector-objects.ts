/** Configuration objects of a plain route reflector: its own bgp-router, its clients, and the peerings with them. */
export interface ReflectorOptions {
  readonly hostname: string
  readonly address: string
  readonly port: number
  readonly as: number
  readonly clients: readonly { readonly name: string; readonly address: string }[]
  /** API names. */
  readonly families: readonly string[]
}

const master = ['default-domain', 'default-project', 'ip-fabric', '__default__']

export function reflectorObjects(options: ReflectorOptions): object[] {
  const { hostname, address, port, as, clients, families } = options
  const family = [...families]
  const self = {
    type: 'bgp_router',
    fq_name: [...master, hostname],
    bgp_router_parameters: {
      router_type: 'control-node',
      autonomous_system: as,
      identifier: address,
      address,
      port,
      cluster_id: 1,
      address_families: { family }
    },
    bgp_router_refs: clients.map(client => ({
      to: [...master, client.name],
      attr: { session: [{ attributes: [{ bgp_router: null, passive: true, address_families: { family } }] }] }
    }))
  }
  const routers = clients.map(client => ({
    type: 'bgp_router',
    fq_name: [...master, client.name],
    bgp_router_parameters: {
      router_type: 'router',
      autonomous_system: as,
      identifier: client.address,
      address: client.address,
      port: 179,
      address_families: { family }
    }
  }))
  return [self, ...routers]
}
