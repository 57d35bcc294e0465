/** Terms of a routing policy as text (introspect §3.8): `from { … }` and `then { … }`. */
import type { CommunityUpdate, PolicyMatch, PolicyTerm, PolicyUpdate } from '../../config/settings.js'

export const policyTerms = (terms: readonly PolicyTerm[]): { match: string; action: string }[] =>
  terms.map(({ match, update, action }) => ({
    match: block('from', matchLines(match)),
    action: block('then', [...updateLines(update), action])
  }))

const block = (word: string, lines: readonly string[]): string =>
  `${word} {\n${lines.map(line => `    ${line}\n`).join('')}}`

const listed = (word: string, values: readonly string[]): string[] =>
  values.length === 0 ? [] : [`${word} [ ${values.join(' ')} ]`]

function matchLines(match: PolicyMatch): string[] {
  return [
    ...listed('protocol', match.protocols),
    ...match.prefixes.map(({ prefix, type }) => `prefix ${prefix} ${type}`),
    ...listed(match.communityMatchAll ? 'community-all' : 'community', match.communities),
    ...listed(
      match.extendedCommunityMatchAll ? 'extcommunity-all' : 'extcommunity',
      match.extendedCommunities
    )
  ]
}

function updateLines(update: PolicyUpdate): string[] {
  return [
    ...listed('as-path expand', update.asPathExpand.map(String)),
    ...communityLines('community', update.communities),
    ...communityLines('extcommunity', update.extendedCommunities),
    ...(update.localPref === undefined ? [] : [`local-preference ${update.localPref}`]),
    ...(update.med === undefined ? [] : [`med ${update.med}`])
  ]
}

const communityLines = (word: string, { add, remove, set }: CommunityUpdate): string[] => [
  ...listed(`${word} add`, add),
  ...listed(`${word} remove`, remove),
  ...(set === undefined ? [] : [`${word} set [ ${set.join(' ')} ]`])
]
