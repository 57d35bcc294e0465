import type { Difference } from './compare.js'

/** A difference that is accounted for. All members that are given must match; then `why` explains it. */
export interface KnownDifference {
  /** `meant`: it stays. `missing`: a part of Weft is not there yet, and the entry goes when it is. */
  readonly kind: 'meant' | 'missing'
  readonly why: string
  /** Folder of the scenario; absent: all. */
  readonly folder?: string
  readonly step?: RegExp
  readonly actor?: RegExp
  readonly subject?: RegExp
  readonly recorded?: RegExp
  readonly ours?: RegExp
  /** Both sides are there, and equal once this has been taken out of them. */
  readonly without?: (text: string) => string
}

const networkNames = (text: string): string =>
  text.replace(/<virtual-network>[^<]*<\/virtual-network>/g, '<virtual-network/>')

const sortedNextHops = (text: string): string => {
  const hops = text.match(/<next-hop>.*?<\/next-hop>/g) ?? []
  return text.replace(/<next-hops>.*<\/next-hops>/, [...hops].sort().join(''))
}

const extendedCommunities = /c0:16:(\w*)/

/** Leaves out the extended communities that begin with one of the prefixes. */
const withoutCommunities =
  (...prefixes: readonly string[]) =>
  (text: string): string => {
    const value = extendedCommunities.exec(text)?.[1] ?? ''
    const kept = (value.match(/\w{16}/g) ?? []).filter(
      one => !prefixes.some(prefix => one.startsWith(prefix))
    )
    return text.replace(extendedCommunities, '').trim() + (kept.length > 0 ? ` c0:16:${kept.join('')}` : '')
  }

/** Differences whose reason is known. Whatever else differs is a mistake. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    kind: 'meant',
    why: 'the index of an instance is allocated by each node for itself, in the order of configuration',
    subject: /^1\/132 \d+:target:127\.0\.0\.\d+:\d+$/
  },
  {
    kind: 'meant',
    why: 'our OPEN offers more: 4-byte AS numbers (RFC 6793), route refresh (RFC 2918), long-lived restart',
    subject: /^message/,
    recorded: /^1 /,
    ours: /^1 /
  },
  {
    kind: 'meant',
    why: 'route refresh is answered with the routes (RFC 2918), by the original with NOTIFICATION 1/3 and the end',
    folder: 'base',
    actor: /^P2$/,
    step: /^1(2[6-9]|3\d)-/
  },
  {
    kind: 'meant',
    why: 'our OPEN goes out when TCP is up (RFC 4271 §8.2.2), also to a peer that will be refused',
    folder: 'base',
    actor: /^P[34]$/,
    step: /^12[89]-/,
    subject: /^message/
  },
  {
    kind: 'meant',
    why: 'a MED of 0 is passed on to iBGP as it came (RFC 4271 §5.1.4); the original leaves it out',
    subject: /^1\/1 /,
    without: text => text.replace(/ ?80:4:00000000/, '')
  },
  {
    kind: 'meant',
    why: 'two virtual networks of this configuration have index 2; which of them a route is said to be of is chance',
    folder: 'base',
    step: /^133-/,
    without: networkNames
  },
  {
    kind: 'meant',
    why: 'paths that tie in every step stand in the order of their sources, in the original in that of arrival',
    folder: 'connected-networks',
    actor: /^[ABC]$/,
    without: sortedNextHops
  },
  {
    kind: 'meant',
    why: 'an instance that is deleted is gone; in the original it stays half alive while agents are subscribed',
    folder: 'connected-networks',
    step: /^30-/,
    subject: /cobalt:cobalt 10\.2\.0\.20|^1\/132/
  },
  {
    kind: 'meant',
    why: 'with its only instance, the name of a virtual network is gone too: what came from it is of an unknown one',
    folder: 'connected-networks',
    step: /^30-/,
    actor: /^[ABC]$/,
    without: networkNames
  },
  {
    kind: 'meant',
    why: 'an instance that is created again works at once, with the routes that agents have published in it',
    folder: 'connected-networks',
    step: /^(3[1-5])-/,
    subject: /cobalt:cobalt|10\.2\.0\.20\/32|^1\/132/
  },
  {
    kind: 'meant',
    why: 'copies of VPN routes follow a changed VN index; the original leaves the old one on them',
    folder: 'connected-networks',
    step: /^32-/,
    without: text => networkNames(sortedNextHops(networkNames(text)))
  },
  {
    kind: 'missing',
    why: 'MVPN: source-AS and VRF-route-import communities are added to inet paths when it is enabled',
    folder: 'base',
    without: withoutCommunities('0009', '010b')
  },
  {
    kind: 'meant',
    why: 'no empty LARGE_COMMUNITIES when all tags went out as extended communities (spec bgp, corrections to 8)',
    folder: 'connected-networks',
    subject: /^1\/128/,
    without: text => text.replace(/ ?c0:32:(?= |$)/, '')
  }
]

export function knownDifference(difference: Difference, folder: string): KnownDifference | undefined {
  return knownDifferences.find(known => matches(known, difference, folder))
}

function matches(known: KnownDifference, difference: Difference, folder: string): boolean {
  const { step, actor, subject, recorded = '', ours = '' } = difference
  return (
    (known.folder ?? folder) === folder &&
    (known.step?.test(step) ?? true) &&
    (known.actor?.test(actor) ?? true) &&
    (known.subject?.test(subject) ?? true) &&
    (known.recorded?.test(recorded) ?? true) &&
    (known.ours?.test(ours) ?? true) &&
    (known.without === undefined ||
      (difference.recorded !== undefined &&
        difference.ours !== undefined &&
        known.without(recorded) === known.without(ours)))
  )
}
