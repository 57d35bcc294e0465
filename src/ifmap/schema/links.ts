/**
 * Object types and the links between them (spec config A.1 to A.4), as tables that `schema.ts` reads.
 */

/** Every object type (A.1). */
export const objectTypeTable = `
access-control-list address-group alarm alias-ip alias-ip-pool analytics-alarm-node analytics-node
analytics-snmp-node api-access-list application-policy-set bgp-as-a-service bgp-router bgpvpn
bridge-domain card cli-config config-database-node config-node config-properties config-root
control-node-zone customer-attachment data-center-interconnect database-node device-chassis
device-functional-group device-image devicemgr-node discovery-service-assignment domain dsa-rule
e2-service-provider fabric fabric-namespace feature feature-config firewall-policy firewall-rule
floating-ip floating-ip-pool flow-node forwarding-class global-qos-config global-system-config
global-vrouter-config grpc-profile hardware hardware-inventory host-based-service instance-ip intent-map
interface-route-table job-template link-aggregation-group loadbalancer loadbalancer-healthmonitor
loadbalancer-listener loadbalancer-member loadbalancer-pool logical-interface logical-router
multicast-policy namespace netconf-profile network-device-config network-ipam network-policy node
node-profile overlay-role peering-policy physical-interface physical-role physical-router
policy-management port port-group port-profile port-tuple project provider-attachment qos-config qos-queue
role-config role-definition route-aggregate route-table route-target routing-instance routing-policy
security-group security-logging-object service-appliance service-appliance-set service-connection-module
service-endpoint service-group service-health-check service-instance service-object service-template
sflow-profile snmp-profile storm-control-profile sub-cluster subnet tag tag-type telemetry-profile
virtual-DNS virtual-DNS-record virtual-ip virtual-machine virtual-machine-interface virtual-network
virtual-port-group virtual-router webui-node
`

/** A row: the type that owns the reference, then those it may refer to; `+`: the link has an attribute (A.3). */
export const referenceTable = `
alias-ip project virtual-machine-interface
application-policy-set firewall-policy+ global-vrouter-config
bgp-as-a-service bgp-router control-node-zone+ service-health-check virtual-machine-interface
bgp-router bgp-router+ control-node-zone sub-cluster
customer-attachment floating-ip virtual-machine-interface
data-center-interconnect fabric logical-router routing-policy virtual-network
device-functional-group physical-role
device-image hardware
e2-service-provider peering-policy physical-router
fabric intent-map node-profile+ virtual-network+
feature feature
firewall-policy firewall-rule+ security-logging-object+
firewall-rule address-group security-logging-object+ service-group virtual-network
floating-ip project virtual-machine-interface
flow-node virtual-network
forwarding-class qos-queue
global-system-config bgp-router
hardware card
host-based-service virtual-network+
instance-ip flow-node logical-interface network-ipam physical-router virtual-machine-interface
  virtual-network virtual-router
interface-route-table service-instance+
link-aggregation-group physical-interface virtual-machine-interface
loadbalancer service-appliance-set service-instance virtual-machine-interface
loadbalancer-listener loadbalancer
loadbalancer-pool loadbalancer-healthmonitor loadbalancer-listener service-appliance-set service-instance
  virtual-machine-interface
logical-interface virtual-machine-interface
logical-router bgpvpn fabric physical-router route-table route-target service-instance
  virtual-machine-interface virtual-network+
network-device-config physical-router
network-ipam virtual-DNS
node node-profile
node-profile hardware job-template role-definition
physical-interface physical-interface port
physical-router bgp-router device-chassis device-functional-group device-image fabric intent-map
  node-profile overlay-role physical-role telemetry-profile virtual-network virtual-router
port-group port
port-profile storm-control-profile
port-tuple logical-router virtual-network
project alias-ip-pool application-policy-set floating-ip-pool namespace+
provider-attachment virtual-router
qos-config global-system-config
role-definition feature overlay-role physical-role
route-aggregate routing-instance service-instance+
routing-instance route-target+ routing-instance+
routing-policy interface-route-table routing-instance+ service-instance+
security-logging-object network-policy+ security-group+
service-appliance physical-interface+
service-connection-module service-object
service-endpoint physical-router service-connection-module service-object
service-health-check service-instance+
service-instance instance-ip+ service-template
service-template service-appliance-set
subnet virtual-machine-interface
tag tag tag-type
tag-type tag
telemetry-profile grpc-profile netconf-profile sflow-profile snmp-profile
virtual-ip loadbalancer-pool virtual-machine-interface
virtual-machine service-instance
virtual-machine-interface bgp-router bridge-domain+ interface-route-table physical-interface port-profile
  port-tuple qos-config routing-instance+ security-group security-logging-object service-endpoint
  service-health-check virtual-machine virtual-machine-interface virtual-network virtual-port-group+
virtual-network bgpvpn intent-map multicast-policy network-ipam+ network-policy+ qos-config route-table
  routing-policy+ security-logging-object service-health-check virtual-network
virtual-port-group physical-interface+ port-profile security-group virtual-machine-interface
virtual-router network-ipam+ sub-cluster virtual-machine
`

/** A row: the parent type, then its children (A.4). */
export const parentTable = `
alias-ip-pool alias-ip
config-root domain global-system-config policy-management tag
discovery-service-assignment dsa-rule
domain api-access-list namespace project service-template virtual-DNS
fabric fabric-namespace virtual-port-group
floating-ip-pool floating-ip
global-qos-config forwarding-class qos-config qos-queue
global-system-config alarm analytics-alarm-node analytics-node analytics-snmp-node api-access-list
  config-database-node config-node config-properties control-node-zone data-center-interconnect
  database-node device-image devicemgr-node fabric feature flow-node global-qos-config
  global-vrouter-config intent-map job-template node node-profile overlay-role physical-role
  physical-router role-definition service-appliance-set virtual-router webui-node
global-vrouter-config security-logging-object
instance-ip floating-ip
loadbalancer-pool loadbalancer-member
node port port-group
node-profile role-config
physical-interface logical-interface
physical-router cli-config hardware-inventory link-aggregation-group logical-interface physical-interface
policy-management address-group application-policy-set firewall-policy firewall-rule service-group
project address-group alarm api-access-list application-policy-set bgp-as-a-service bgpvpn
  device-functional-group firewall-policy firewall-rule grpc-profile host-based-service
  interface-route-table loadbalancer loadbalancer-healthmonitor loadbalancer-listener loadbalancer-pool
  logical-router multicast-policy netconf-profile network-ipam network-policy policy-management
  port-profile qos-config route-aggregate route-table routing-policy security-group
  security-logging-object service-group service-health-check service-instance sflow-profile snmp-profile
  storm-control-profile tag telemetry-profile virtual-ip virtual-machine-interface virtual-network
  virtual-port-group
role-definition feature-config
routing-instance bgp-router
security-group access-control-list
service-appliance-set service-appliance
service-instance port-tuple
virtual-DNS virtual-DNS-record
virtual-machine virtual-machine-interface
virtual-network access-control-list alias-ip-pool bridge-domain floating-ip-pool routing-instance
virtual-router virtual-machine-interface
`

/**
 * Links whose name is not `<owner>-<other>` (A.2). A row: owner, other, name. The project's rows differ for a
 * reference and a child of the same type; `child` marks the latter.
 */
export const linkNameTable = `
bgp-as-a-service bgp-router bgpaas-bgp-router
bgp-as-a-service control-node-zone bgpaas-control-node-zone
bgp-as-a-service service-health-check bgpaas-health-check
bgp-as-a-service virtual-machine-interface bgpaas-virtual-machine-interface
bgp-router bgp-router bgp-peering
customer-attachment provider-attachment attachment-info
customer-attachment routing-instance binding
logical-router bgpvpn bgpvpn-router
logical-router route-target logical-router-target
logical-router virtual-machine-interface logical-router-interface
physical-interface physical-interface physical-interface-connection
project application-policy-set project-default-application-policy-set
project application-policy-set project-application-policy-set child
project bgp-as-a-service project-bgpaas child
project tag project-scoped-tag child
routing-instance bgp-router instance-bgp-router child
routing-instance route-target instance-target
routing-instance routing-instance connection
service-appliance physical-interface service-appliance-interface
service-instance instance-ip service-instance-shared-ip
virtual-machine-interface interface-route-table virtual-machine-interface-route-table
virtual-machine-interface port-tuple port-tuple-interface
virtual-machine-interface service-health-check service-port-health-check
virtual-machine-interface virtual-machine-interface virtual-machine-interface-sub-interface
virtual-network bgpvpn bgpvpn-network
virtual-network service-health-check vn-health-check
virtual-network virtual-network virtual-network-provider-network
`

/** The complex type of each link attribute. A row: link name, type. */
export const linkAttributeTable = `
application-policy-set-firewall-policy FirewallSequence
attachment-info AttachmentInfoType
bgp-peering BgpPeeringAttributes
bgpaas-control-node-zone BGPaaSControlNodeZoneAttributes
binding BindingType
connection ConnectionType
fabric-node-profile SerialNumListType
fabric-virtual-network FabricNetworkTag
firewall-policy-firewall-rule FirewallSequence
firewall-policy-security-logging-object SloRateType
firewall-rule-security-logging-object SloRateType
host-based-service-virtual-network ServiceVirtualNetworkType
instance-target InstanceTargetType
interface-route-table-service-instance ServiceInterfaceTag
logical-router-virtual-network LogicalRouterVirtualNetworkType
project-namespace SubnetType
route-aggregate-service-instance ServiceInterfaceTag
routing-policy-routing-instance RoutingPolicyType
routing-policy-service-instance RoutingPolicyServiceInstanceType
security-logging-object-network-policy SecurityLoggingObjectRuleListType
security-logging-object-security-group SecurityLoggingObjectRuleListType
service-appliance-interface ServiceApplianceInterfaceType
service-health-check-service-instance ServiceInterfaceTag
service-instance-shared-ip ServiceInterfaceTag
virtual-machine-interface-bridge-domain BridgeDomainMembershipType
virtual-machine-interface-routing-instance PolicyBasedForwardingRuleType
virtual-machine-interface-virtual-port-group VMIVirtualPortGroupAttributes
virtual-network-network-ipam VnSubnetsType
virtual-network-network-policy VirtualNetworkPolicyType
virtual-network-routing-policy RoutingPolicyType
virtual-port-group-physical-interface VpgInterfaceParametersType
virtual-router-network-ipam VirtualRouterNetworkIpamType
`
