/**
 * V8 interprets code until it has run often, and compiles it from what it has seen by then: without this, the first
 * tenth of a full table takes a node as long as a third of the rest. So a node rehearses before it is on the network,
 * in a world of its own and in virtual time: neighbours have one reflect routes, change them and take them back
 * (docs/decisions/0017).
 */
import type { SessionHandler } from '../bgp/session/handler.js'
import { offer } from '../bgp/session/offer.js'
import { BgpSession } from '../bgp/session/session.js'
import { defaultSettings } from '../bgp/session/settings.js'
import { inet, inetKey } from '../bgp/wire/family/inet.js'
import { Nlri } from '../bgp/wire/nlri.js'
import { BeginResult, UpdateWriter } from '../bgp/wire/update-writer.js'
import { Writer } from '../bgp/wire/writer.js'
import { parseInet4 } from '../net/inet.js'
import { writeAttributes } from './route-attributes.js'
import { LabWorld } from './world.js'

const as = 64512
const nodeAddress = '10.0.0.1'
const neighbourAddresses = ['10.0.0.11', '10.0.0.12']
const attributeSets = 2_500
const prefixesOfASet = 8
/** Of virtual time: longer than anything takes. */
const actMs = 10_000

/** Takes some tenths of a second. Gives what neighbours were told in it, and what it has left behind: nothing. */
export function rehearse(): { readonly updates: number; readonly attributeSets: number } {
  const world = new LabWorld()
  const audience = new Audience()
  const { node } = world.node({ hostname: 'node', address: nodeAddress, objects: [objects()] })
  const sessions = neighbourAddresses.map(address => neighbour(world, address, audience))
  world.run(actMs)
  const own = node.attributes.size
  for (const med of [10, 20, undefined]) {
    for (const chunk of updates(med)) sessions[0]!.send(chunk)
    world.run(actMs)
  }
  const attributeSets = node.attributes.size - own
  for (const session of sessions) session.stop({ subcode: 2 })
  node.stop()
  world.run(actMs)
  return { updates: audience.updates, attributeSets }
}

/** One that only listens, whatever it is told, and says what it is given. */
function neighbour(world: LabWorld, address: string, audience: Audience): BgpSession {
  const session = new BgpSession(
    address,
    {
      ...defaultSettings,
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
      log: { info() {}, warn() {}, debug() {} },
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
function updates(med: number | undefined): Uint8Array[] {
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
    const asPath = `65001 65002 ${100_000 + set}`
    const bytes = writeAttributes({
      origin: 'igp',
      asPath,
      nextHop: '10.0.0.11',
      localPreference: 100,
      ...(set % 3 === 0 && { med })
    })
    return writer.beginReach(bytes, 0, bytes.length, inet, options)
  }
  const take = (): void => {
    writer.finish()
    chunks.push(out.bytes.slice(0, out.at))
    out.at = 0
  }
  for (let set = 0; set < attributeSets; set++) {
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
