/**
 * The confederation that the node is in (RFC 5065), as the node's own file says it: the configuration graph knows
 * nothing of the kind. The node's AS of the graph is its member AS.
 *
 *   bgp:
 *     confederation:
 *       identifier: 64999          # the AS that everybody outside sees
 *       members: [65001, 65002]    # AS of the members; that of the node may be among them; default: it alone
 */
import type { Section } from './yaml-section.js'

export interface Confederation {
  /** AS Confederation Identifier (RFC 5065 §2). */
  readonly identifier: number
  /** Member-AS numbers, ascending; the node's own need not be there. */
  readonly members: readonly number[]
}

export const confederationKeys: readonly string[] = ['identifier', 'members']

/** Undefined: something that has no default is missing or wrong, which has been reported. */
export function readConfederation(section: Section): Confederation | undefined {
  if (!section.has('identifier')) section.missing('identifier')
  const identifier = section.integer('identifier', 1, highestAs)
  const members = [...new Set(section.integers('members', 1, highestAs))].sort((a, b) => a - b)
  if (identifier === undefined) return undefined
  if (members.includes(identifier)) {
    return section.fail(
      'members',
      `${identifier} is the identifier of the confederation, and no member of it`
    )
  }
  return { identifier, members }
}

const highestAs = 2 ** 32 - 1
