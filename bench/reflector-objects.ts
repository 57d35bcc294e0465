/** Configuration objects of a plain route reflector, and of one instance for agents. */
import type { FamilyName } from './load/families.js'

const master = ['default-domain', 'default-project', 'ip-fabric', '__default__']
const as = 64_512
const familyOf: Record<FamilyName, string> = { inet: 'inet', vpnv4: 'inet-vpn', evpn: 'e-vpn' }

export interface ReflectorOptions {
  readonly port: number
  readonly holdSeconds: number
  readonly family: FamilyName
  readonly senders: number
  readonly receivers: number
}

/** Its own bgp-router, those of its clients (addresses as `bgp-load.ts` has them), and the peerings with them. */
export function reflectorObjects({
  port,
  holdSeconds,
  family,
  senders,
  receivers
}: ReflectorOptions): object[] {
  const address_families = { family: [familyOf[family]] }
  const clients = [
    ...Array.from({ length: senders }, (_, s) => `127.1.${s + 1}.1`),
    ...Array.from({ length: receivers }, (_, r) => `127.2.${Math.floor(r / 200)}.${(r % 200) + 1}`)
  ]
  const self = {
    ...ownRouter(port, address_families, holdSeconds),
    bgp_router_refs: clients.map(client => ({
      to: [...master, client],
      attr: { session: [{ attributes: [{ bgp_router: null, passive: true, address_families }] }] }
    }))
  }
  const routers = clients.map(client => ({
    type: 'bgp_router',
    fq_name: [...master, client],
    bgp_router_parameters: {
      router_type: 'router',
      autonomous_system: as,
      identifier: client,
      address: client,
      port: 179,
      address_families
    }
  }))
  return [systemConfig(), self, ...routers]
}

/** One network with one instance, as `load/item-counter.ts` names it. */
export function agentObjects({
  port,
  agentHoldSeconds
}: {
  port: number
  agentHoldSeconds: number
}): object[] {
  return [
    { ...systemConfig(), fast_convergence_parameters: { enable: true, xmpp_hold_time: agentHoldSeconds } },
    ownRouter(port, { family: ['inet-vpn'] }, 90),
    {
      type: 'virtual_network',
      fq_name: ['default-domain', 'bench', 'Z'],
      parent_type: 'project',
      virtual_network_network_id: 7
    },
    {
      type: 'routing_instance',
      fq_name: ['default-domain', 'bench', 'Z', 'vrf'],
      parent_type: 'virtual-network',
      routing_instance_is_default: true,
      route_target_refs: [{ to: ['target:64512:8000001'], attr: { import_export: null } }]
    }
  ]
}

const systemConfig = (): object => ({
  type: 'global_system_config',
  fq_name: ['default-global-system-config'],
  autonomous_system: as
})

const ownRouter = (port: number, address_families: object, hold_time: number): object => ({
  type: 'bgp_router',
  fq_name: [...master, 'weft'],
  bgp_router_parameters: {
    router_type: 'control-node',
    autonomous_system: as,
    identifier: '10.254.0.1',
    address: '127.0.0.1',
    port,
    cluster_id: 1,
    hold_time,
    address_families
  }
})
