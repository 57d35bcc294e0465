/** Routing policies of an instance (spec config 1.9, 8.2; spec routing 6.4). */
import type { JsonObject } from '../ifmap/config-object.js'
import type { Node } from '../ifmap/node.js'
import { canonicalPrefix, child, children, flag, integer, integers, text, texts } from './members.js'
import type { CommunityUpdate, PolicyMatch, PolicyTerm, RoutingPolicySettings } from './settings.js'

/** Attached policies with an object, in the order of their sequence as text: `"10"` before `"2"`. */
export function derivePolicies(instance: Node): RoutingPolicySettings[] {
  const policies: RoutingPolicySettings[] = []
  for (const middle of instance.neighbours('routing-policy-routing-instance')) {
    const sequence = text(middle.attribute, 'sequence')
    for (const policy of middle.neighbours('routing-policy-routing-instance')) {
      if (policy.type !== 'routing-policy' || policy.object === undefined) continue
      const entries = child(policy.object.properties, 'routing_policy_entries')
      policies.push({ name: policy.name, sequence, terms: children(entries, 'term').map(termOf) })
    }
  }
  return policies.sort((a, b) => byteOrder(a.sequence, b.sequence) || byteOrder(a.name, b.name))
}

const byteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function termOf(term: JsonObject): PolicyTerm {
  const actions = child(term, 'term_action_list')
  const update = child(actions, 'update')
  const action = text(actions, 'action')
  return {
    match: matchOf(child(term, 'term_match_condition')),
    update: {
      asPathExpand: integers(child(child(update, 'as_path'), 'expand'), 'asn_list'),
      communities: communityUpdateOf(child(update, 'community')),
      extendedCommunities: communityUpdateOf(child(update, 'extcommunity')),
      // 0 means "leave it" for both.
      localPref: integer(update, 'local_pref') || undefined,
      med: integer(update, 'med') || undefined
    },
    action: action === 'accept' || action === 'reject' ? action : 'next'
  }
}

function matchOf(condition: JsonObject | undefined): PolicyMatch {
  const community = text(condition, 'community')
  return {
    protocols: texts(condition, 'protocol'),
    prefixes: children(condition, 'prefix').flatMap(entry => {
      const prefix = canonicalPrefix(text(entry, 'prefix'))
      const type = text(entry, 'prefix_type')
      return prefix === undefined
        ? []
        : [{ prefix, type: type === 'longer' || type === 'orlonger' ? type : 'exact' }]
    }),
    communities: [...texts(condition, 'community_list'), ...(community === '' ? [] : [community])],
    communityMatchAll: flag(condition, 'community_match_all'),
    extendedCommunities: texts(condition, 'extcommunity_list'),
    extendedCommunityMatchAll: flag(condition, 'extcommunity_match_all')
  }
}

function communityUpdateOf(update: JsonObject | undefined): CommunityUpdate {
  const set = child(update, 'set')
  return {
    add: texts(child(update, 'add'), 'community'),
    remove: texts(child(update, 'remove'), 'community'),
    set: set === undefined ? undefined : texts(set, 'community')
  }
}
