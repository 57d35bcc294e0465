/**
 * Texts that have to parse: addresses, prefixes, route targets, families (spec config 1.9, 8.2). `parseObject`
 * checks kinds and the derivation of settings leaves out what does not parse; this says so to whoever wrote it.
 */
import { parseInet4, parseInet4Prefix } from '../net/inet.js'
import { parseInet6Prefix } from '../net/inet6.js'
import { parseIp } from '../net/ip.js'
import { parseRouteTarget } from '../net/route-target.js'
import { canonicalAddress, lacksZone } from '../net/scoped-ip.js'
import type { ConfigObject, Json, ObjectProblem } from './config-object.js'
import { didYouMean } from './did-you-mean.js'

/** Undefined: the text is good. */
type Check = (text: string) => string | undefined

/** Those of the original, and then ours (spec config 1.9). */
const families = [
  'inet',
  'inet-labeled',
  'inet-vpn',
  'inet6',
  'inet6-vpn',
  'e-vpn',
  'erm-vpn',
  'inet-mvpn',
  'route-target',
  'inet6-labeled',
  'inet6-mvpn'
]
const routerTypes = ['control-node', 'external-control-node', 'router', 'bgpaas-server', 'bgpaas-client']

const address: Check = text => (parseIp(text) === undefined ? `'${text}' is no IP address` : undefined)
const neighbourAddress: Check = text =>
  canonicalAddress(text) === undefined
    ? `'${text}' is no IP address`
    : lacksZone(text)
      ? `'${text}' is link-local: it needs its interface, as in ${text}%eth0`
      : undefined
const inet4: Check = text => (parseInet4(text) === undefined ? `'${text}' is no IPv4 address` : undefined)
const prefix: Check = text =>
  parseInet4Prefix(text) === undefined && parseInet6Prefix(text) === undefined
    ? `'${text}' is no prefix, which is written address/length`
    : undefined
const routeTarget: Check = text =>
  parseRouteTarget(text) === undefined
    ? `'${text}' is no route target, which is written target:<as>:<number> or target:<IPv4 address>:<number>`
    : undefined
const oneOf =
  (what: string, known: readonly string[]): Check =>
  text =>
    known.includes(text) ? undefined : `unknown ${what} '${text}'${didYouMean(text, known)}`

/** The path to texts, where `*` is every entry of a list. Absent and empty texts are good. */
type CheckedPath = readonly [path: string, check: Check, severity?: 'warning']

/**
 * By object type. A warning where the original skips the entry and takes the rest (spec config 1.9, 8.2): so may
 * whoever relies on that.
 */
const checks: Readonly<Record<string, readonly CheckedPath[]>> = {
  'bgp-router': [
    ['bgp_router_parameters.identifier', inet4],
    ['bgp_router_parameters.address', neighbourAddress],
    ['bgp_router_parameters.gateway_address', inet4],
    ['bgp_router_parameters.ipv6_gateway_address', address],
    ['bgp_router_parameters.router_type', oneOf('router type', routerTypes)],
    ['bgp_router_parameters.address_families.family.*', oneOf('family', families)]
  ],
  'routing-instance': [
    ['static_route_entries.route.*.prefix', prefix, 'warning'],
    ['static_route_entries.route.*.next_hop', address, 'warning'],
    ['static_route_entries.route.*.route_target.*', routeTarget, 'warning'],
    ['service_chain_information.service_chain_address', address, 'warning'],
    ['service_chain_information.prefix.*', prefix, 'warning'],
    ['ipv6_service_chain_information.service_chain_address', address, 'warning'],
    ['ipv6_service_chain_information.prefix.*', prefix, 'warning']
  ],
  'virtual-network': [
    ['route_target_list.route_target.*', routeTarget],
    ['import_route_target_list.route_target.*', routeTarget],
    ['export_route_target_list.route_target.*', routeTarget]
  ],
  'logical-router': [['configured_route_target_list.route_target.*', routeTarget]],
  'route-aggregate': [
    ['aggregate_route_entries.route.*', prefix, 'warning'],
    ['aggregate_route_nexthop', address, 'warning']
  ],
  'routing-policy': [
    ['routing_policy_entries.term.*.term_match_condition.prefix.*.prefix', prefix, 'warning']
  ],
  'virtual-router': [['virtual_router_ip_address', address]],
  'instance-ip': [['instance_ip_address', address]]
}

/** Of attributes of references, by the type that is referred to. */
const attributeChecks: typeof checks = {
  'bgp-router': [
    ['session.*.attributes.*.address_families.family.*', oneOf('family', families)],
    ['session.*.attributes.*.family_attributes.*.address_family', oneOf('family', families)],
    [
      'session.*.attributes.*.private_as_action',
      oneOf('private AS action', ['remove', 'remove-all', 'replace-all'])
    ],
    ['session.*.attributes.*.route_origin_override.origin', oneOf('origin', ['IGP', 'EGP', 'INCOMPLETE'])]
  ],
  'route-target': [['import_export', oneOf('direction', ['import', 'export'])]]
}

export function checkValues(object: ConfigObject): ObjectProblem[] {
  const problems: ObjectProblem[] = []
  const report = (
    path: readonly (string | number)[],
    reason: string | undefined,
    severity: ObjectProblem['severity'] = 'error'
  ) => {
    if (reason !== undefined) problems.push({ severity, path, reason })
  }
  if (object.type === 'route-target') report(['fq_name'], routeTarget(object.name))
  for (const [path, check, severity] of checks[object.type] ?? []) {
    for (const found of textsAt(object.properties, path.split('.'), [])) {
      report(found.path, check(found.text), severity)
    }
  }
  const indexes = new Map<string, number>()
  for (const reference of object.references) {
    const member = `${reference.type.replaceAll('-', '_')}_refs`
    const index = indexes.get(member) ?? 0
    indexes.set(member, index + 1)
    if (reference.type === 'route-target') report([member, index, 'to'], routeTarget(reference.name))
    for (const [path, check] of attributeChecks[reference.type] ?? []) {
      const start = [member, index, 'attr']
      for (const found of textsAt(reference.attribute, path.split('.'), start))
        report(found.path, check(found.text))
    }
  }
  return problems
}

interface FoundText {
  readonly path: readonly (string | number)[]
  readonly text: string
}

function* textsAt(
  value: Json | undefined,
  pattern: readonly string[],
  path: readonly (string | number)[]
): Generator<FoundText> {
  const [part, ...rest] = pattern
  if (part === undefined) {
    if (typeof value === 'string' && value !== '') yield { path, text: value }
  } else if (part === '*') {
    if (!Array.isArray(value)) return
    for (const [index, entry] of value.entries()) yield* textsAt(entry, rest, [...path, index])
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    yield* textsAt((value as { readonly [member: string]: Json })[part], rest, [...path, part])
  }
}
