/** Where next hops lead: a host route with paths to resolve leads to the next hops that they name. */

/**
 * `to` can be reached from `from`, which is another. Those of which it turns out that they do not lead there are added
 * to `away`, which answers for them from then on.
 */
export function leadsTo<Node>(
  from: Node,
  to: Node,
  nextOf: (node: Node) => Iterable<Node>,
  away: Set<Node>
): boolean {
  if (away.has(from)) return false
  const seen = new Set<Node>([from])
  for (const node of seen) {
    for (const next of nextOf(node)) {
      if (next === to) return true
      if (!away.has(next)) seen.add(next)
    }
  }
  for (const node of seen) away.add(node)
  return false
}
