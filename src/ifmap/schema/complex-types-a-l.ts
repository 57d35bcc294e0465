/**
 * First half of the complex types of the configuration schema, in alphabetical order; members in schema order, which
 * is the order in which agents get them. A row: the type, then `<member>:<type>` for each member; `*` marks a list,
 * `=<value>` a default other than empty, 0 and false (spec config 1.6). `schema.ts` reads the table.
 */
export const complexTypesAToL = `
AclEntriesType dynamic:boolean acl-rule:AclRuleType*
AclRuleType match-condition:MatchConditionType action-list:ActionListType rule-uuid:string
  direction:string
ActionAsPathType expand:AsListType
ActionCommunityType add:CommunityListType remove:CommunityListType set:CommunityListType
ActionExtCommunityType add:ExtCommunityListType remove:ExtCommunityListType set:ExtCommunityListType
ActionListType simple-action:string gateway-name:string apply-service:string*
  service-properties:ServicePropertiesType mirror-to:MirrorActionType assign-routing-instance:string
  log:boolean alert:boolean qos-action:string host-based-service:boolean
ActionUpdateType as-path:ActionAsPathType community:ActionCommunityType
  extcommunity:ActionExtCommunityType local-pref:integer med:integer
AddressFamilies family:string*
AddressType subnet:SubnetType virtual-network:string security-group:string network-policy:string
  subnet-list:SubnetType*
AlarmAndList and_list:AlarmExpression*
AlarmExpression operation:string operand1:string operand2:AlarmOperand2 variables:string*
AlarmOperand2 uve_attribute:string json_value:string
AlarmOrList or_list:AlarmAndList*
AllocationPoolType start:string end:string vrouter-specific-pool:boolean
AllowedAddressPair ip:SubnetType mac:string address-mode:string
AllowedAddressPairs allowed-address-pair:AllowedAddressPair*
AsListType asn-list:integer*
AsnRangeType asn_min:integer asn_max:integer
AttachmentAddressType
AttachmentInfoType static:ProtocolStaticType bgp:ProtocolBgpType ospf:ProtocolOspfType state:string
AuthenticationData key-type:string key-items:AuthenticationKeyItem*
AuthenticationKeyItem key-id:integer key:string
AutonomousSystemsType asn:integer*
BGPaaSControlNodeZoneAttributes bgpaas-control-node-zone-type:string
BGPaaServiceParametersType port-start:integer=50000 port-end:integer=50512
BaremetalPortGroupInfo standalone-ports-supported:boolean node-uuid:string properties:PortGroupProperties
  address:string mode:string
BaremetalPortInfo pxe-enabled:boolean local-link-connection:LocalLinkConnection node-uuid:string
  address:string
BaremetalProperties memory-mb:integer cpu-arch:string local-gb:integer cpus:integer capabilities:string
BaremetalServerInfo network-interface:string driver:string properties:BaremetalProperties
  driver-info:DriverInfo name:string
BfdParameters time-interval:integer detection-time-multiplier:integer
BgpFamilyAttributes address-family:string loop-count:integer prefix-limit:BgpPrefixLimit
  default-tunnel-encap:string*
BgpParameters peer-autonomous-system:integer peer-ip-address:string peer-ip-address-list:string*
  hold-time:integer auth-data:AuthenticationData local-autonomous-system:integer multihop-ttl:integer
BgpPeeringAttributes session:BgpSession*
BgpPrefixLimit maximum:integer idle-timeout:integer
BgpRouterParams admin-down:boolean vendor:string cluster-id:integer autonomous-system:integer
  identifier:string address:string port:integer=179 source-port:integer hold-time:integer
  address-families:AddressFamilies auth-data:AuthenticationData local-autonomous-system:integer
  router-type:string gateway-address:string ipv6-gateway-address:string
BgpSession uuid:string attributes:BgpSessionAttributes*
BgpSessionAttributes bgp-router:string admin-down:boolean passive:boolean as-override:boolean
  hold-time:integer loop-count:integer local-autonomous-system:integer address-families:AddressFamilies
  auth-data:AuthenticationData family-attributes:BgpFamilyAttributes* private-as-action:string
  route-origin-override:RouteOriginOverride
BindingType
BridgeDomainMembershipType vlan-tag:integer
CliDiffInfoType username:string time:string config_changes:string
CliDiffListType commit-diff-info:CliDiffInfoType*
CloudInstanceInfo os-version:string operating-system:string roles:string* availability-zone:string
  instance-type:string machine-id:string volume-size:integer
CommunityAttributes community-attribute:string*
CommunityListType community:string*
ConnectionType destination-instance:string
ControlTrafficDscpType control:integer analytics:integer dns:integer
DefaultProtocolType bgp:ProtocolBgpType ospf:ProtocolOspfType
DeviceCredential credential:UserCredentials vendor:string device-family:string
DeviceCredentialList device-credential:DeviceCredential*
DeviceFamilyListType device-family:string*
DevicePlatformListType platform-name:string*
DhcpOptionType dhcp-option-name:string dhcp-option-value:string dhcp-option-value-bytes:string
DhcpOptionsListType dhcp-option:DhcpOptionType*
DiscoveryPubSubEndPointType ep-type:string ep-id:string ep-prefix:SubnetType ep-version:string
DiscoveryServiceAssignmentType publisher:DiscoveryPubSubEndPointType
  subscriber:DiscoveryPubSubEndPointType*
DnsSoaRecordType negative-cache-ttl-seconds:integer
DnsmasqLeaseParameters lease_expiry_time:integer client_id:string
DomainLimitsType project-limit:integer virtual-network-limit:integer security-group-limit:integer
DriverInfo ipmi-address:string deploy-ramdisk:string ipmi-password:string ipmi-port:string
  ipmi-username:string deploy-kernel:string
ESXIHostInfo username:string datacenter:string esxi-name:string cluster:string mac:string datastore:string
  password:string vcenter-server:string
ESXIProperties dvs_name:string dvs_id:string
EcmpHashingIncludeFields hashing-configured:boolean source-ip:boolean=true destination-ip:boolean=true
  ip-protocol:boolean=true source-port:boolean=true destination-port:boolean=true
EnabledInterfaceParams name:string stats-collection-frequency:StatsCollectionFrequency
EnabledSensorParams physical-health:boolean=true interface-health:boolean=true
  control-plane-health:boolean=true service-layer-health:boolean=true
EncapsulationPrioritiesType encapsulation:string*
EncryptionTunnelEndpoint tunnel-remote-ip-address:string
EncryptionTunnelEndpointList endpoint:EncryptionTunnelEndpoint*
ExecutableInfoListType executable-info:ExecutableInfoType*
ExecutableInfoType executable-path:string executable-args:string job-completion-weightage:integer=100
ExtCommunityListType community:string*
FabricNetworkTag network-type:string
FastConvergenceParametersType enable:boolean nh-reachability-check:boolean xmpp-hold-time:integer=90
FatFlowProtocols fat-flow-protocol:ProtocolType*
FieldNamesList field-names:string*
FirewallRuleEndpointType subnet:SubnetType virtual-network:string address-group:string tags:string*
  tag-ids:integer* any:boolean
FirewallRuleMatchTagsType tag-list:string*
FirewallRuleMatchTagsTypeIdList tag-type:integer*
FirewallSequence sequence:string
FirewallServiceGroupType firewall-service:FirewallServiceType*
FirewallServiceType protocol:string protocol-id:integer src-ports:PortType dst-ports:PortType
FloatingIpPoolSubnetType subnet-uuid:string*
FlowAgingTimeout protocol:string port:integer timeout-in-seconds:integer
FlowAgingTimeoutList flow-aging-timeout:FlowAgingTimeout*
GracefulRestartParametersType enable:boolean restart-time:integer=300 long-lived-restart-time:integer=300
  end-of-rib-timeout:integer=300 bgp-helper-enable:boolean xmpp-helper-enable:boolean
GrpcParameters allow-clients:SubnetListType enabled-sensor-params:EnabledSensorParams secure-mode:string
IdPermsType permissions:PermType uuid:UuidType enable:boolean created:dateTime last-modified:dateTime
  description:string user-visible:boolean=true creator:string
InstanceTargetType import-export:string
InterfaceMapType port-info:PortInfoType*
InterfaceMirrorType traffic-direction:string mirror-to:MirrorActionType
IpAddressesType ip-address:string*
IpamDnsAddressType tenant-dns-server-address:IpAddressesType virtual-dns-server-name:string
IpamSubnetType subnet:SubnetType default-gateway:string dns-server-address:string subnet-uuid:string
  enable-dhcp:boolean=true dns-nameservers:string* allocation-pools:AllocationPoolType*
  addr_from_start:boolean dhcp-option-list:DhcpOptionsListType host-routes:RouteTableType
  subnet-name:string alloc-unit:integer=1 created:dateTime last-modified:dateTime subscriber-tag:string
  vlan-tag:integer dhcp-relay-server:string*
IpamSubnets subnets:IpamSubnetType*
IpamType ipam-method:string ipam-dns-method:string ipam-dns-server:IpamDnsAddressType
  dhcp-option-list:DhcpOptionsListType cidr-block:SubnetType host-routes:RouteTableType
JunosServicePorts service-port:string*
KeyValuePair key:string value:string
KeyValuePairs key-value-pair:KeyValuePair*
LacpParams lacp-enable:boolean lacp-interval:string lacp-mode:string
LinklocalServiceEntryType linklocal-service-name:string linklocal-service-ip:string
  linklocal-service-port:integer ip-fabric-DNS-service-name:string ip-fabric-service-port:integer
  ip-fabric-service-ip:string*
LinklocalServicesTypes linklocal-service-entry:LinklocalServiceEntryType*
LoadbalancerHealthmonitorType admin-state:boolean=true monitor-type:string delay:integer timeout:integer
  max-retries:integer http-method:string url-path:string expected-codes:string
LoadbalancerListenerType protocol:string protocol-port:integer admin-state:boolean=true
  connection-limit:integer default-tls-container:string sni-containers:string*
LoadbalancerMemberType admin-state:boolean=true status:string status-description:string
  protocol-port:integer weight:integer=1 address:string subnet-id:string
LoadbalancerPoolType status:string status-description:string admin-state:boolean=true protocol:string
  loadbalancer-method:string subnet-id:string session-persistence:string persistence-cookie-name:string
LoadbalancerType status:string provisioning-status:string operating-status:string vip-subnet-id:string
  vip-address:string admin-state:boolean=true
LocalLinkConnection switch-info:string port-index:string port-id:string switch-id:string
LogicalRouterPRListParams logical-router-uuid:string physical-router-uuid-list:string*
LogicalRouterPRListType logical-router-list:LogicalRouterPRListParams*
LogicalRouterVirtualNetworkType logical-router-virtual-network-type:string=ExternalGateway
MACLimitControlType mac-limit:integer mac-limit-action:string=log
MACMoveLimitControlType mac-move-limit:integer mac-move-time-window:integer=10
  mac-move-limit-action:string=log
MacAddressesType mac-address:string*
MatchConditionType protocol:string src-address:AddressType src-port:PortType dst-address:AddressType
  dst-port:PortType ethertype:string
MirrorActionType analyzer-name:string encapsulation:string analyzer-ip-address:string
  analyzer-mac-address:string routing-instance:string udp-port:integer juniper-header:boolean=true
  nh-mode:string static-nh-header:StaticMirrorNhType nic-assisted-mirroring:boolean
  nic-assisted-mirroring-vlan:integer
MulticastSourceGroup source-address:string group-address:string action:string
MulticastSourceGroups multicast-source-group:MulticastSourceGroup*
NamespaceValue ipv4-cidr:SubnetListType asn:AutonomousSystemsType mac-addr:MacAddressesType
  asn-ranges:AsnRangeType* serial-nums:string*
`
