/**
 * V8 interprets code until it has run often, and compiles it from what it has seen by then: without this, the first
 * tenth of a full table takes a node as long as a third of the rest. So a node rehearses before it is on the network,
 * in a world of its own: neighbours have it reflect routes, change them and take them back (docs/decisions/0017).
 */
import type { State } from '../bgp/fsm.js'
import type { Log, SessionHandler } from '../bgp/session/handler.js'
import { offer } from '../bgp/session/offer.js'
import { BgpSession } from '../bgp/session/session.js'
import { defaultSettings } from '../bgp/session/settings.js'
import { inet, inetKey } from '../bgp/wire/family/inet.js'
import { Nlri } from '../bgp/wire/nlri.js'
import { BeginResult, UpdateWriter } from '../bgp/wire/update-writer.js'
import { Writer } from '../bgp/wire/writer.js'
import { ControlNode } from '../control-node.js'
import { parseInet4 } from '../net/inet.js'
import { NodeScheduler } from '../runtime/node-scheduler.js'
import { ObjectStore } from './object-store.js'
import { writeAttributes } from './route-attributes.js'
import { LabWorld } from './world.js'

const as = 64512
const nodeAddress = '10.0.0.1'
const neighbourAddresses = ['10.0.0.11', '10.0.0.12']
const fewSets = 100
const manySets = 2_500
const prefixesOfASet = 8
/** How long a segment takes in the neighbours' world, or more. */
const segmentMs = 20
/** The node may not listen yet when they dial first: they do so again after some seconds of their time. */
const retryMs = 1000
/** Of real time, for each step: a rehearsal must not keep a node from its work. */
const mostMs = 3000
const silent: Log = { info() {}, warn() {}, debug() {} }

/** What became of it. */
export interface Rehearsal {
  /** UPDATEs that neighbours were told. */
  readonly updates: number
}

/**
 * Takes some tenths of a second. Twice, because V8 takes what only one node has ever had, its clock for one, for a
 * constant.
 */
export async function rehearse(): Promise<Rehearsal> {
  await perform(fewSets)
  return perform(manySets)
}

async function perform(sets: number): Promise<Rehearsal> {
  const world = new LabWorld()
  const audience = new Audience()
  // The scheduler is of the kind that the node will have: code is compiled for the classes that it has seen.
  const scheduler = new NodeScheduler()
  const node = new ControlNode({
    hostname: 'node',
    store: new ObjectStore(objects()),
    scheduler,
    transport: world.host(nodeAddress),
    bgp: { listen: [{ address: nodeAddress }] },
    xmpp: { address: nodeAddress },
    log: silent,
    random: Math.random
  })
  /** Lets the world, `stepMs` of its time in a turn of the event loop, and the node go on until it has come to that. */
  const until = async (condition: () => boolean, stepMs = segmentMs): Promise<void> => {
    const deadline = scheduler.now() + mostMs
    while (!condition()) {
      if (scheduler.now() > deadline) throw new Error('the rehearsal does not come to its end')
      world.run(stepMs)
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  node.start()
  const sessions = neighbourAddresses.map(address => neighbour(world, address, audience))
  const are = (state: State) => () => sessions.every(session => session.state === state)
  try {
    await until(are('established'), retryMs)
    const own = node.attributes.size
    // Each set has a message of its own at least; then every third changes; then all go.
    for (const [med, messages] of [
      [10, sets],
      [20, sets + Math.floor(sets / 3)],
      [undefined, sets + Math.floor(sets / 3) + 1]
    ] as const) {
      for (const chunk of updates(sets, med)) sessions[0]!.send(chunk)
      await until(() => audience.updates >= messages)
    }
    await until(() => node.attributes.size === own)
    return { updates: audience.updates }
  } finally {
    for (const session of sessions) session.stop({ subcode: 2 })
    await until(are('idle')).catch(() => {})
    node.stop()
  }
}

/** One that only listens, whatever it is told, and says what it is given. */
function neighbour(world: LabWorld, address: string, audience: Audience): BgpSession {
  const session = new BgpSession(
    address,
    {
      ...defaultSettings,
      // No keepalives: its clock is not the node's.
      holdTimeSeconds: 0,
      localAs: as,
      routerId: parseInet4(address)!,
      peerAs: as,
      families: [inet],
      capabilities: offer({ localAs: as, families: [{ family: inet }] }),
      remote: { address: nodeAddress, port: 179 },
      localAddress: address
    },
    audience,
    {
      scheduler: world.scheduler,
      transport: world.host(address),
      log: silent,
      random: () => 0.5
    }
  )
  session.start()
  return session
}

/** Hears everything and does nothing about it. */
class Audience implements SessionHandler {
  updates = 0

  update(): undefined {
    this.updates++
  }
  established(): void {}
  routeRefresh(): void {}
  closed(): void {}
  writable(): void {}
}

/** Announcements of all routes, a message for each set of attributes; with no MED, withdrawals. */
function updates(sets: number, med: number | undefined): Uint8Array[] {
  const out = new Writer(64 * 1024)
  const writer = new UpdateWriter(out)
  const nlri = new Nlri()
  const chunks: Uint8Array[] = []
  const options = {
    fourByteAs: true,
    addPath: false,
    extendedNextHop: false,
    maximumLength: 4096,
    form: 'standard'
  } as const
  const begin = (set: number): BeginResult => {
    if (med === undefined) return writer.beginWithdraw(inet, options)
    // Paths and communities of all lengths, as in a full table.
    const asPath = `65001 ${'65002 '.repeat(set % 9 === 8 ? 1 + (set % 70) : set % 6)}${100_000 + set}`
    const bytes = writeAttributes({
      origin: 'igp',
      asPath,
      nextHop: '10.0.0.11',
      localPreference: 100,
      ...(set % 3 === 0 && { med }),
      ...(set % 4 === 0 && { communities: set % 8 === 0 ? ['65001:77', '65001:78'] : ['65001:77'] }),
      ...(set % 50 === 7 && { largeCommunities: ['65001:1:2'] })
    })
    return writer.beginReach(bytes, 0, bytes.length, inet, options)
  }
  const take = (): void => {
    writer.finish()
    chunks.push(out.bytes.slice(0, out.at))
    out.at = 0
  }
  for (let set = 0; set < sets; set++) {
    if (begin(set) === BeginResult.outputFull) {
      take()
      begin(set)
    }
    for (let i = 0; i < prefixesOfASet; i++)
      writer.add(nlri.setKey(inetKey(firstAddress + (set * prefixesOfASet + i) * 256, 24)))
  }
  take()
  return chunks
}

const firstAddress = 20 * 2 ** 24

function objects(): string {
  const master = ['default-domain', 'default-project', 'ip-fabric', '__default__']
  const router = (name: string, address: string, type: string, neighbours: readonly string[]) => ({
    type: 'bgp_router',
    fq_name: [...master, name],
    parent_type: 'routing-instance',
    bgp_router_parameters: {
      router_type: type,
      autonomous_system: as,
      identifier: address,
      address,
      port: 179,
      ...(type === 'control-node' && { cluster_id: 1 }),
      address_families: { family: ['inet'] }
    },
    bgp_router_refs: neighbours.map(to => ({
      to: [...master, to],
      attr: { session: [{ attributes: [{ bgp_router: null }] }] }
    }))
  })
  return JSON.stringify([
    {
      type: 'global_system_config',
      fq_name: ['default-global-system-config'],
      autonomous_system: as
    },
    router('node', nodeAddress, 'control-node', neighbourAddresses),
    ...neighbourAddresses.map(address => router(address, address, 'router', []))
  ])
}
