/**
 * The properties of every object type, in the order of the configuration schema (spec config 1.3, A.5).
 * A row: the object type, then `<property>:<type>` for each property. `+` marks a list or map property, which a
 * database holds element by element. The row `all` holds for every type. `schema.ts` reads the table.
 */
export const propertyTable = `
access-control-list access-control-list-entries:AclEntriesType access-control-list-hash:long
address-group address-group-prefix:SubnetListType+ draft-mode-state:string
alarm uve-keys:UveKeysType alarm-severity:integer alarm-rules:AlarmOrList+
alias-ip alias-ip-address:string alias-ip-address-family:string
all id-perms:IdPermsType perms2:PermType2 annotations:KeyValuePairs+ display-name:string
analytics-alarm-node analytics-alarm-node-ip-address:string
analytics-node analytics-node-ip-address:string
analytics-snmp-node analytics-snmp-node-ip-address:string
api-access-list api-access-list-entries:RbacRuleEntriesType
application-policy-set all-applications:boolean draft-mode-state:string
bgp-as-a-service autonomous-system:integer bgpaas-shared:boolean bgpaas-ip-address:string
  bgpaas-session-attributes:BgpSessionAttributes bgpaas-ipv4-mapped-ipv6-nexthop:boolean
  bgpaas-suppress-route-advertisement:boolean
bgp-router bgp-router-parameters:BgpRouterParams
bgpvpn bgpvpn-type:string route-target-list:RouteTargetList+ import-route-target-list:RouteTargetList+
  export-route-target-list:RouteTargetList+
bridge-domain isid:integer mac-learning-enabled:boolean mac-limit-control:MACLimitControlType
  mac-move-control:MACMoveLimitControlType mac-aging-time:integer
card interface-map:InterfaceMapType
cli-config accepted-cli-config:string commit-diff-list:CliDiffListType+
config-database-node config-database-node-ip-address:string
config-node config-node-ip-address:string
config-properties properties:KeyValuePairs
customer-attachment attachment-address:AttachmentAddressType
data-center-interconnect data-center-interconnect-bgp-hold-time:integer
  data-center-interconnect-mode:string data-center-interconnect-bgp-address-families:AddressFamilies
  data-center-interconnect-configured-route-target-list:RouteTargetList
  data-center-interconnect-type:string destination-physical-router-list:LogicalRouterPRListType
database-node database-node-ip-address:string
device-chassis device-chassis-type:string
device-functional-group device-functional-group-description:string
  device-functional-group-os-version:string
  device-functional-group-routing-bridging-roles:RoutingBridgingRolesType
device-image device-image-file-name:string device-image-vendor-name:string
  device-image-device-family:string device-image-supported-platforms:DevicePlatformListType
  device-image-os-version:string device-image-file-uri:string device-image-size:integer
  device-image-md5:string device-image-sha1:string
devicemgr-node devicemgr-node-ip-address:string
domain domain-limits:DomainLimitsType
dsa-rule dsa-rule-entry:DiscoveryServiceAssignmentType
e2-service-provider e2-service-provider-promiscuous:boolean
fabric fabric-ztp:boolean fabric-os-version:string fabric-credentials:DeviceCredentialList+
  fabric-enterprise-style:boolean disable-vlan-vn-uniqueness-check:boolean
fabric-namespace fabric-namespace-type:string fabric-namespace-value:NamespaceValue
feature-config feature-config-additional-params:KeyValuePairs feature-config-vendor-config:KeyValuePairs
firewall-policy draft-mode-state:string
firewall-rule action-list:ActionListType service:FirewallServiceType endpoint-1:FirewallRuleEndpointType
  endpoint-2:FirewallRuleEndpointType match-tags:FirewallRuleMatchTagsType+
  match-tag-types:FirewallRuleMatchTagsTypeIdList direction:string draft-mode-state:string
floating-ip floating-ip-address:string floating-ip-is-virtual-ip:boolean
  floating-ip-fixed-ip-address:string floating-ip-address-family:string
  floating-ip-port-mappings-enable:boolean floating-ip-port-mappings:PortMappings+
  floating-ip-traffic-direction:string
floating-ip-pool floating-ip-pool-subnets:FloatingIpPoolSubnetType
flow-node flow-node-ip-address:string flow-node-load-balancer-ip:string flow-node-inband-interface:string
forwarding-class forwarding-class-id:integer forwarding-class-dscp:integer
  forwarding-class-vlan-priority:integer forwarding-class-mpls-exp:integer
global-qos-config control-traffic-dscp:ControlTrafficDscpType
global-system-config autonomous-system:integer enable-4byte-as:boolean config-version:string
  graceful-restart-parameters:GracefulRestartParametersType
  fast-convergence-parameters:FastConvergenceParametersType plugin-tuning:PluginProperties
  data-center-interconnect-loopback-namespace:SubnetListType
  data-center-interconnect-asn-namespace:AsnRangeType ibgp-auto-mesh:boolean
  bgp-always-compare-med:boolean rd-cluster-seed:integer route-replication-threshold:integer
  ip-fabric-subnets:SubnetListType supported-device-families:DeviceFamilyListType
  supported-vendor-hardwares:VendorHardwaresType bgpaas-parameters:BGPaaServiceParametersType
  mac-limit-control:MACLimitControlType mac-move-control:MACMoveLimitControlType mac-aging-time:integer
  igmp-enable:boolean alarm-enable:boolean user-defined-log-statistics:UserDefinedLogStatList+
  enable-security-policy-draft:boolean tag-value-range:string supported-fabric-annotations:KeyValuePairs
  bgp-all-tags-are-global:boolean
global-vrouter-config ecmp-hashing-include-fields:EcmpHashingIncludeFields
  linklocal-services:LinklocalServicesTypes encapsulation-priorities:EncapsulationPrioritiesType
  vxlan-network-identifier-mode:string flow-export-rate:integer
  flow-aging-timeout-list:FlowAgingTimeoutList enable-security-logging:boolean encryption-mode:string
  encryption-tunnel-endpoints:EncryptionTunnelEndpointList+ forwarding-mode:string
  port-translation-pools:PortTranslationPools+
grpc-profile grpc-profile-is-default:boolean grpc-parameters:GrpcParameters
hardware-inventory hardware-inventory-inventory-info:string
host-based-service host-based-service-type:string
instance-ip instance-ip-address:string instance-ip-family:string instance-ip-mode:string
  secondary-ip-tracking-ip:SubnetType subnet-uuid:string instance-ip-subscriber-tag:string
  instance-ip-secondary:boolean instance-ip-local-ip:boolean service-instance-ip:boolean
  service-health-check-ip:boolean instance-ip-subnet:SubnetType
intent-map intent-map-intent-type:string
interface-route-table interface-route-table-routes:RouteTableType
job-template job-template-synchronous-job:boolean job-template-type:string
  job-template-concurrency-level:string job-template-playbooks:PlaybookInfoListType+
  job-template-recovery-playbooks:PlaybookInfoListType+ job-template-executables:ExecutableInfoListType+
  job-template-input-schema:string job-template-output-schema:string job-template-input-ui-schema:string
  job-template-output-ui-schema:string job-template-description:string
link-aggregation-group link-aggregation-group-lacp-enabled:boolean
loadbalancer loadbalancer-properties:LoadbalancerType loadbalancer-provider:string
loadbalancer-healthmonitor loadbalancer-healthmonitor-properties:LoadbalancerHealthmonitorType
loadbalancer-listener loadbalancer-listener-properties:LoadbalancerListenerType
loadbalancer-member loadbalancer-member-properties:LoadbalancerMemberType
loadbalancer-pool loadbalancer-pool-properties:LoadbalancerPoolType loadbalancer-pool-provider:string
  loadbalancer-pool-custom-attributes:KeyValuePairs
logical-interface logical-interface-vlan-tag:integer logical-interface-port-params:PortParameters
  logical-interface-type:string
logical-router configured-route-target-list:RouteTargetList vxlan-network-identifier:string
  logical-router-dhcp-relay-server:IpAddressesType logical-router-gateway-external:boolean
  logical-router-type:string
multicast-policy multicast-source-groups:MulticastSourceGroups+
namespace namespace-cidr:SubnetType
netconf-profile netconf-profile-is-default:boolean netconf-parameters:NetconfParameters
network-ipam network-ipam-mgmt:IpamType ipam-subnets:IpamSubnets+ ipam-subnet-method:string
  ipam-subnetting:boolean
network-policy network-policy-entries:PolicyEntriesType
node node_type:string esxi-info:ESXIHostInfo ip-address:string hostname:string
  bms-info:BaremetalServerInfo mac-address:string disk-partition:string interface-name:string
  cloud-info:CloudInstanceInfo
node-profile node-profile-type:string node-profile-vendor:string node-profile-device-family:string
  node-profile-hitless-upgrade:boolean node-profile-roles:NodeProfileRolesType
peering-policy peering-service:string
physical-interface ethernet-segment-identifier:string physical-interface-type:string
  physical-interface-mac-addresses:MacAddressesType physical-interface-port-id:string
  physical-interface-flow-control:boolean physical-interface-lacp-force-up:boolean
  physical-interface-port-params:PortParameters
physical-router physical-router-junos-service-ports:JunosServicePorts telemetry-info:TelemetryStateInfo
  physical-router-device-family:string physical-router-os-version:string physical-router-hostname:string
  physical-router-management-ip:string physical-router-management-mac:string
  physical-router-dataplane-ip:string physical-router-loopback-ip:string
  physical-router-replicator-loopback-ip:string physical-router-vendor-name:string
  physical-router-product-name:string physical-router-serial-number:string
  physical-router-vnc-managed:boolean physical-router-underlay-managed:boolean physical-router-role:string
  routing-bridging-roles:RoutingBridgingRolesType physical-router-snmp:boolean
  physical-router-lldp:boolean physical-router-user-credentials:UserCredentials
  physical-router-encryption-type:string physical-router-snmp-credentials:SNMPCredentials
  physical-router-dhcp-parameters:DnsmasqLeaseParameters physical-router-cli-commit-state:string
  physical-router-managed-state:string physical-router-onboarding-state:string
  physical-router-underlay-config:string physical-router-supplemental-config:string
  physical-router-autonomous-system:AutonomousSystemsType
port port-group-uuid:string bms-port-info:BaremetalPortInfo esxi-port-info:ESXIProperties label:string
port-group bms-port-group-info:BaremetalPortGroupInfo
port-profile port-profile-params:PortProfileParameters
project quota:QuotaType vxlan-routing:boolean alarm-enable:boolean enable-security-policy-draft:boolean
qos-config qos-config-type:string dscp-entries:QosIdForwardingClassPairs+
  vlan-priority-entries:QosIdForwardingClassPairs+ mpls-exp-entries:QosIdForwardingClassPairs+
  default-forwarding-class-id:integer
qos-queue min-bandwidth:integer max-bandwidth:integer qos-queue-identifier:integer
role-config role-config-config:string
route-aggregate aggregate-route-entries:RouteListType aggregate-route-nexthop:string
route-table routes:RouteTableType
routing-instance default-ce-protocol:DefaultProtocolType service-chain-information:ServiceChainInfo
  ipv6-service-chain-information:ServiceChainInfo evpn-service-chain-information:ServiceChainInfo
  evpn-ipv6-service-chain-information:ServiceChainInfo routing-instance-is-default:boolean
  routing-instance-has-pnf:boolean static-route-entries:StaticRouteEntriesType
  routing-instance-fabric-snat:boolean
routing-policy routing-policy-entries:PolicyStatementType term-type:string
security-group security-group-id:integer configured-security-group-id:integer
  security-group-entries:PolicyEntriesType
security-logging-object security-logging-object-rules:SecurityLoggingObjectRuleListType
  security-logging-object-rate:integer
service-appliance service-appliance-user-credentials:UserCredentials service-appliance-ip-address:string
  service-appliance-virtualization-type:string service-appliance-properties:KeyValuePairs
service-appliance-set service-appliance-set-virtualization-type:string
  service-appliance-set-properties:KeyValuePairs service-appliance-driver:string
  service-appliance-ha-mode:string
service-connection-module e2-service:string service-type:string
service-group service-group-firewall-service-list:FirewallServiceGroupType+ draft-mode-state:string
service-health-check service-health-check-properties:ServiceHealthCheckType
service-instance service-instance-properties:ServiceInstanceType service-instance-bindings:KeyValuePairs+
  service-instance-bgp-enabled:boolean
service-template service-template-properties:ServiceTemplateType service-config-managed:boolean
sflow-profile sflow-profile-is-default:boolean sflow-parameters:SflowParameters
snmp-profile snmp-profile-is-default:boolean snmp-parameters:SnmpParameters
storm-control-profile storm-control-parameters:StormControlParameters
sub-cluster sub-cluster-asn:integer sub-cluster-id:integer
subnet subnet-ip-prefix:SubnetType
tag tag-type-name:string tag-value:string tag-predefined:boolean tag-id:string
tag-type tag-type-id:string
telemetry-profile telemetry-profile-is-default:boolean
virtual-DNS virtual-DNS-data:VirtualDnsType
virtual-DNS-record virtual-DNS-record-data:VirtualDnsRecordType
virtual-ip virtual-ip-properties:VirtualIpType
virtual-machine server-type:string
virtual-machine-interface port-security-enabled:boolean
  virtual-machine-interface-mac-addresses:MacAddressesType
  virtual-machine-interface-dhcp-option-list:DhcpOptionsListType
  virtual-machine-interface-host-routes:RouteTableType
  virtual-machine-interface-allowed-address-pairs:AllowedAddressPairs vrf-assign-table:VrfAssignTableType
  virtual-machine-interface-device-owner:string virtual-machine-interface-disable-policy:boolean
  ecmp-hashing-include-fields:EcmpHashingIncludeFields
  virtual-machine-interface-properties:VirtualMachineInterfacePropertiesType
  virtual-machine-interface-bindings:KeyValuePairs+
  virtual-machine-interface-fat-flow-protocols:FatFlowProtocols+ vlan-tag-based-bridge-domain:boolean
  igmp-enable:boolean
virtual-network virtual-network-category:string virtual-network-properties:VirtualNetworkType
  virtual-network-routed-properties:VirtualNetworkRoutedPropertiesType
  ecmp-hashing-include-fields:EcmpHashingIncludeFields provider-properties:ProviderDetails
  is-provider-network:boolean virtual-network-network-id:integer port-security-enabled:boolean
  fabric-snat:boolean route-target-list:RouteTargetList import-route-target-list:RouteTargetList
  export-route-target-list:RouteTargetList router-external:boolean is-shared:boolean mtu:integer
  external-ipam:boolean flood-unknown-unicast:boolean multi-policy-service-chains-enabled:boolean
  address-allocation-mode:string virtual-network-fat-flow-protocols:FatFlowProtocols+
  mac-learning-enabled:boolean mac-limit-control:MACLimitControlType
  mac-move-control:MACMoveLimitControlType mac-aging-time:integer pbb-evpn-enable:boolean
  pbb-etree-enable:boolean layer2-control-word:boolean igmp-enable:boolean mac-ip-learning-enable:boolean
virtual-port-group virtual-port-group-lacp-enabled:boolean virtual-port-group-trunk-port-id:string
  virtual-port-group-user-created:boolean virtual-port-group-type:string
virtual-router virtual-router-type:string virtual-router-dpdk-enabled:boolean
  virtual-router-sriov-physical-networks:KeyValuePairs+ virtual-router-ip-address:string
webui-node webui-node-ip-address:string
`
