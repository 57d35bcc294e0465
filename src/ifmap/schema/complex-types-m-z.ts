/**
 * Second half of the complex types of the configuration schema, in alphabetical order; members in schema order, which
 * is the order in which agents get them. A row: the type, then `<member>:<type>` for each member; `*` marks a list,
 * `=<value>` a default other than empty, 0 and false (spec config 1.6). `schema.ts` reads the table.
 */
export const complexTypesMToZ = `
NetconfParameters enabled-sensor-params:EnabledSensorParams
NodeProfileRoleType physical-role:string rb-roles:string*
NodeProfileRolesType role-mappings:NodeProfileRoleType*
OspfParameters auth-data:AuthenticationData hello-interval:integer=10 dead-interval:integer=40
  area-id:string area-type:string advertise-loopback:boolean orignate-summary-lsa:boolean
PermType owner:string owner-access:integer group:string group-access:integer other-access:integer
PermType2 owner:string owner-access:integer=7 global-access:integer share:ShareType*
PimParameters rp-ip-address:string* mode:string=sparse-dense enable-all-interfaces:boolean
PlaybookInfoListType playbook-info:PlaybookInfoType*
PlaybookInfoType playbook-uri:string multi-device-playbook:boolean refresh-token:boolean vendor:string
  device-family:string job-completion-weightage:integer=100 sequence-no:integer
PluginProperties plugin-property:PluginProperty*
PluginProperty property:string value:string
PolicyBasedForwardingRuleType direction:string vlan-tag:integer src-mac:string dst-mac:string
  mpls-label:integer service-chain-address:string ipv6-service-chain-address:string protocol:string
PolicyEntriesType policy-rule:PolicyRuleType*
PolicyRuleType rule-sequence:SequenceType rule-uuid:string direction:string protocol:string
  src-addresses:AddressType* src-ports:PortType* application:string* dst-addresses:AddressType*
  dst-ports:PortType* action-list:ActionListType ethertype:string created:dateTime last-modified:dateTime
  description:string
PolicyStatementType term:PolicyTermType*
PolicyTermType term-match-condition:TermMatchConditionType term-action-list:TermActionListType
PortGroupProperties miimon:integer xmit-hash-policy:string
PortInfoType name:string type:string port-speed:string channelized:boolean channelized-port-speed:string
  port-group:string labels:string*
PortMap protocol:string src-port:integer dst-port:integer
PortMappings port-mappings:PortMap*
PortParameters port-disable:boolean port-mtu:integer port-description:string
PortProfileParameters port-params:PortParameters flow-control:boolean lacp-params:LacpParams
  bpdu-loop-protection:boolean port-cos-untrust:boolean
PortTranslationPool protocol:string port-range:PortType port-count:integer
PortTranslationPools port-translation-pool:PortTranslationPool*
PortType start-port:integer end-port:integer=65535
PrefixListMatchType interface-route-table-uuid:string* prefix-type:string
PrefixMatchType prefix:string prefix-type:string
ProtocolBgpType autonomous-system:integer
ProtocolOspfType area:integer
ProtocolStaticType route:string*
ProtocolType protocol:string port:integer ignore-address:string source-prefix:SubnetType
  source-aggregate-prefix-length:integer destination-prefix:SubnetType
  destination-aggregate-prefix-length:integer
ProviderDetails segmentation-id:integer physical-network:string
QosIdForwardingClassPair key:integer forwarding-class-id:integer
QosIdForwardingClassPairs qos-id-forwarding-class-pair:QosIdForwardingClassPair*
QuotaType defaults:integer floating-ip:integer instance-ip:integer virtual-machine-interface:integer
  virtual-network:integer virtual-router:integer virtual-DNS:integer virtual-DNS-record:integer
  bgp-router:integer network-ipam:integer access-control-list:integer network-policy:integer
  floating-ip-pool:integer service-template:integer service-instance:integer logical-router:integer
  security-group:integer security-group-rule:integer subnet:integer global-vrouter-config:integer
  loadbalancer:integer loadbalancer-listener:integer loadbalancer-pool:integer loadbalancer-member:integer
  loadbalancer-healthmonitor:integer virtual-ip:integer security-logging-object:integer
  route-table:integer firewall-group:integer firewall-policy:integer firewall-rule:integer
  host-based-service:integer
RbacPermType role-name:string role-crud:string
RbacRuleEntriesType rbac-rule:RbacRuleType*
RbacRuleType rule-object:string rule-field:string rule-perms:RbacPermType*
RouteFilterProperties route:string route-type:string route-type-value:string
RouteFilterType route-filter-properties:RouteFilterProperties*
RouteListType route:string*
RouteOriginOverride origin-override:boolean origin:string=IGP
RouteTableType route:RouteType*
RouteTargetList route-target:string*
RouteType prefix:string next-hop:string next-hop-type:string community-attributes:CommunityAttributes
RoutedProperties physical-router-uuid:string logical-router-uuid:string routed-interface-ip-address:string
  loopback-ip-address:string routing-protocol:string bgp-params:BgpParameters ospf-params:OspfParameters
  pim-params:PimParameters static-route-params:StaticRouteParameters bfd-params:BfdParameters
  routing-policy-params:RoutingPolicyParameters
RoutingBridgingRolesType rb-roles:string*
RoutingPolicyParameters import-routing-policy-uuid:string* export-routing-policy-uuid:string*
RoutingPolicyServiceInstanceType left-sequence:string right-sequence:string
RoutingPolicyType sequence:string
SNMPCredentials version:integer=2 local-port:integer retries:integer timeout:integer v2-community:string
  v3-security-name:string v3-security-level:string v3-security-engine-id:string v3-context:string
  v3-context-engine-id:string v3-authentication-protocol:string v3-authentication-password:string
  v3-privacy-protocol:string v3-privacy-password:string v3-engine-id:string v3-engine-boots:integer
  v3-engine-time:integer
SecurityLoggingObjectRuleEntryType rule-uuid:string rate:integer=100
SecurityLoggingObjectRuleListType rule:SecurityLoggingObjectRuleEntryType*
SequenceType major:integer minor:integer
SerialNumListType serial-num:string*
ServiceApplianceInterfaceType interface-type:string
ServiceChainInfo routing-instance:string prefix:string* service-chain-address:string
  service-instance:string source-routing-instance:string service-chain-id:string sc-head:boolean
  retain-as-path:boolean
ServiceHealthCheckType enabled:boolean health-check-type:string monitor-type:string delay:integer
  delayUsecs:integer timeout:integer timeoutUsecs:integer max-retries:integer http-method:string
  url-path:string expected-codes:string target-ip-all:boolean target-ip-list:IpAddressesType
ServiceInstanceInterfaceType virtual-network:string ip-address:string static-routes:RouteTableType
  allowed-address-pairs:AllowedAddressPairs
ServiceInstanceType auto-policy:boolean availability-zone:string management-virtual-network:string
  left-virtual-network:string left-ip-address:string right-virtual-network:string right-ip-address:string
  interface-list:ServiceInstanceInterfaceType* scale-out:ServiceScaleOutType ha-mode:string
  virtual-router-id:string service-virtualization-type:string
ServiceInterfaceTag interface-type:string
ServicePropertiesType retain-as-path:boolean
ServiceScaleOutType max-instances:integer=1 auto-scale:boolean
ServiceTemplateInterfaceType service-interface-type:string shared-ip:boolean static-route-enable:boolean
ServiceTemplateType version:integer=1 service-mode:string service-type:string image-name:string
  service-scaling:boolean interface-type:ServiceTemplateInterfaceType* flavor:string
  ordered-interfaces:boolean service-virtualization-type:string availability-zone-enable:boolean
  vrouter-instance-type:string instance-data:string
ServiceVirtualNetworkType virtual-network-type:string
SflowParameters stats-collection-frequency:StatsCollectionFrequency agent-id:string
  adaptive-sample-rate:integer=300 enabled-interface-type:string
  enabled-interface-params:EnabledInterfaceParams*
ShareType tenant:string tenant-access:integer
SloRateType rate:integer=-1
SnmpParameters enabled-sensor-params:EnabledSensorParams
StaticMirrorNhType vtep-dst-ip-address:string vtep-dst-mac-address:string vni:integer
StaticRouteEntriesType route:StaticRouteType*
StaticRouteParameters interface-route-table-uuid:string* next-hop-ip-address:string*
StaticRouteType prefix:string next-hop:string route-target:string* community:string*
StatsCollectionFrequency sample-rate:integer=2000 polling-interval:integer direction:string
StormControlParameters storm-control-actions:string* recovery-timeout:integer
  no-unregistered-multicast:boolean no-registered-multicast:boolean no-unknown-unicast:boolean
  no-multicast:boolean no-broadcast:boolean bandwidth-percent:integer
StructuredSyslogDSCPMap dscpListIPv4:StructuredSyslogDSCPType* dscpListIPv6:StructuredSyslogDSCPType*
StructuredSyslogDSCPType dscp-value:string alias-code:string
StructuredSyslogLANSegmentList LANSegmentList:StructuredSyslogLANSegmentType*
StructuredSyslogLANSegmentType vpn:string network-ranges:string
StructuredSyslogLinkType overlay:string underlay:string link-type:string traffic-destination:string
  metadata:string
StructuredSyslogLinkmap links:StructuredSyslogLinkType*
SubnetListType subnet:SubnetType*
SubnetType ip-prefix:string ip-prefix-len:integer
TelemetryResourceInfo name:string path:string rate:string
TelemetryStateInfo resource:TelemetryResourceInfo* server-ip:string server-port:integer
TermActionListType update:ActionUpdateType action:string action-next-value:string external:string
  as-path-expand:string as-path-prepend:string
TermMatchConditionType protocol:string* prefix:PrefixMatchType* community:string community-list:string*
  community-match-all:boolean extcommunity-list:string* extcommunity-match-all:boolean family:string
  as-path:integer* external:string local-pref:integer nlri-route-type:integer*
  prefix-list:PrefixListMatchType* route-filter:RouteFilterType
TimerType start-time:dateTime on-interval:dateTime off-interval:dateTime end-time:dateTime
UserCredentials username:string password:string
UserDefinedLogStat name:string pattern:string
UserDefinedLogStatList statlist:UserDefinedLogStat*
UuidType uuid-mslong:long uuid-lslong:long
UveKeysType uve-key:string*
VMIVirtualPortGroupAttributes vlan-tag:integer native-vlan-tag:integer
VendorHardwaresType vendor-hardware:string*
VirtualDnsRecordType record-name:string record-type:string record-class:string record-data:string
  record-ttl-seconds:integer record-mx-preference:integer record-source-name:string
VirtualDnsType domain-name:string dynamic-records-from-client:boolean record-order:string=random
  default-ttl-seconds:integer next-virtual-DNS:string floating-ip-record:string external-visible:boolean
  reverse-resolution:boolean soa-record:DnsSoaRecordType
VirtualIpType address:string status:string status-description:string admin-state:boolean=true
  protocol:string protocol-port:integer connection-limit:integer subnet-id:string
  persistence-cookie-name:string persistence-type:string
VirtualMachineInterfacePropertiesType service-interface-type:string interface-mirror:InterfaceMirrorType
  local-preference:integer sub-interface-vlan-tag:integer max-flows:integer
VirtualNetworkPolicyType sequence:SequenceType timer:TimerType
VirtualNetworkRoutedPropertiesType routed-properties:RoutedProperties* shared_across_all_lrs:boolean
VirtualNetworkType allow-transit:boolean network-id:integer vxlan-network-identifier:integer
  forwarding-mode:string rpf:string mirror-destination:boolean max-flows:integer mtu:integer
VirtualRouterNetworkIpamType allocation-pools:AllocationPoolType* subnet:SubnetType*
VnSubnetsType ipam-subnets:IpamSubnetType* host-routes:RouteTableType
VpgInterfaceParametersType ae-num:integer
VrfAssignRuleType match-condition:MatchConditionType vlan-tag:integer routing-instance:string
  ignore-acl:boolean
VrfAssignTableType vrf-assign-rule:VrfAssignRuleType*
`
