/**
 * Which nodes a change reaches (spec config 7.2). A row per node type, a cell per event: `self` is a change of the
 * node, a link name a link of that name that came, went, or that the change travelled along. The cell lists where
 * it goes next: `self` puts the node on the list of changed nodes, a link name follows all such links.
 *
 * Beyond the original it also reacts to an instance target's attribute, to a sub-cluster's id, to whether machines share
 * a client of BGP as a service, and along the way from an instance to its VXLAN parent (spec config 11, 11 and 14).
 */
export type ReactionMap = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

export const reactionMap: ReactionMap = {
  'bgp-peering': { 'bgp-peering': ['self'] },
  'bgp-router': {
    self: ['bgp-peering'],
    'bgp-router-sub-cluster': ['self'],
    'bgpaas-bgp-router': ['bgp-peering']
  },
  'bgp-as-a-service': { self: ['bgpaas-bgp-router'] },
  'sub-cluster': { self: ['bgp-router-sub-cluster'] },
  connection: { self: ['connection'], connection: ['connection'] },
  'instance-target': { self: ['instance-target'], 'instance-target': ['instance-target'] },
  'routing-instance': {
    'instance-target': ['self', 'connection'],
    connection: ['self'],
    'virtual-network-routing-instance': ['self'],
    'routing-policy-routing-instance': ['self'],
    'route-aggregate-routing-instance': ['self']
  },
  'routing-policy-routing-instance': {
    'routing-policy-routing-instance': ['routing-policy-routing-instance']
  },
  // A new sequence is a change of the policy, which owns the reference.
  'routing-policy': { self: ['routing-policy-routing-instance'] },
  'route-aggregate': { self: ['route-aggregate-routing-instance'] },
  'virtual-network': {
    self: ['virtual-network-routing-instance'],
    'virtual-machine-interface-virtual-network': ['virtual-network-routing-instance'],
    'virtual-network-routing-instance': ['logical-router-virtual-network']
  },
  'virtual-machine-interface': {
    'logical-router-interface': ['virtual-machine-interface-virtual-network']
  },
  'logical-router-virtual-network': {
    'logical-router-virtual-network': ['logical-router-virtual-network']
  },
  'logical-router': { 'logical-router-virtual-network': ['logical-router-interface'] },
  'global-system-config': {},
  'global-qos-config': {}
}
