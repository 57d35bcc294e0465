import { BgpExporter } from '../../bgp/export/bgp-exporter.js'
import { delayBoundsMs } from '../../bgp/export/delay-counts.js'
import type { RibOut } from '../../bgp/export/rib-out.js'
import type { RibOutCounts } from '../../bgp/export/rib-out-counts.js'
import type { ControlNode } from '../../control-node.js'
import type * as view from '../view/rib.js'
import { ageMs } from './age.js'
import { instancesFrom } from './instance-order.js'
import { familyName, shortName } from './names.js'

/** In order of table; within a table in order of making. */
export function* ribOutViews(node: ControlNode): Generator<view.RibOut> {
  const tables = instancesFrom(node).flatMap(instance => [...instance.tables.values()])
  for (const table of tables.sort((a, b) => (a.name < b.name ? -1 : 1)))
    for (const ribOut of node.ribOuts.of(table)) yield ribOutView(node, ribOut)
}

function ribOutView(node: ControlNode, ribOut: RibOut<unknown>): view.RibOut {
  const { exporter, table } = ribOut
  const { scheduler } = node.options
  const policy = exporter instanceof BgpExporter ? exporter.group.policy : undefined
  const receivers: string[] = []
  for (const { name } of ribOut.receivers) {
    const peer = policy === undefined ? undefined : node.peers.get(name)
    receivers.push(peer === undefined ? name : shortName(name, peer.instance))
  }
  return {
    table: table.name,
    encoding: policy === undefined ? 'XMPP' : 'BGP',
    peerType: policy === undefined ? 'XMPP' : policy.internal ? 'IBGP' : 'EBGP',
    peerAs: policy === undefined ? 0 : policy.internal ? policy.localAs : policy.peerAs,
    receivers: receivers.sort(),
    // Receivers that catch up are told the table in bulk; those in step hear of updates.
    bulk: {
      ...queue(ribOut.laggardCounts, ribOut.laggardPending, ribOut.laggardCount),
      oldestChangeMs: ageMs(scheduler, ribOut.laggardsWaitSince)
    },
    update: {
      ...queue(ribOut.counts, ribOut.pending, 0),
      oldestChangeMs: ageMs(scheduler, ribOut.waitingSince)
    }
  }
}

export function messagesTold({ ribOuts }: ControlNode): ReturnType<view.RibView['messagesTold']> {
  const total = { BGP: { built: 0, sent: 0 }, XMPP: { built: 0, sent: 0 } }
  for (const [exporter, { built, sent }] of ribOuts.ended) {
    const of = total[exporter === BgpExporter ? 'BGP' : 'XMPP']
    of.built += built
    of.sent += sent
  }
  for (const { exporter, counts, laggardCounts } of ribOuts.all()) {
    const of = total[exporter instanceof BgpExporter ? 'BGP' : 'XMPP']
    of.built += counts.messagesBuilt + laggardCounts.messagesBuilt
    of.sent += counts.messagesSent + laggardCounts.messagesSent
  }
  return (['BGP', 'XMPP'] as const).map(encoding => ({ encoding, ...total[encoding] }))
}

/** By family, in order of its name. */
export const updateDelays = ({ ribOuts }: ControlNode): view.UpdateDelays[] =>
  [...ribOuts.delays]
    .sort(([a], [b]) => (a.name < b.name ? -1 : 1))
    .map(([family, { buckets, count, sumMs }]) => ({
      family: familyName(family),
      count,
      sumMs,
      buckets: buckets.map((changes, i) => ({ upToMs: delayBoundsMs[i], changes }))
    }))

const queue = (counts: RibOutCounts, pendingUpdates: number, markers: number) => ({
  pendingUpdates,
  markers,
  messagesBuilt: counts.messagesBuilt,
  messagesSent: counts.messagesSent,
  reach: counts.reach,
  unreach: counts.unreach,
  tailDequeues: counts.slices,
  peerDequeues: 0,
  markerSplits: counts.left,
  markerMerges: counts.returned,
  markerMoves: 0
})
