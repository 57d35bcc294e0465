/** Nodes reduced to their BGP side: tables, rib-outs, a listener and real peers, over the virtual network. */
import { AddPathTables } from '../../../src/bgp/export/add-path-table.js'
import { RibOuts } from '../../../src/bgp/export/rib-outs.js'
import { BgpPeer } from '../../../src/bgp/peer/bgp-peer.js'
import type { PeerEnvironment } from '../../../src/bgp/peer/peer-environment.js'
import { type PeerPolicy, plainPolicy } from '../../../src/bgp/peer/peer-policy.js'
import { plainReceive } from '../../../src/bgp/peer/receive-policy.js'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import type { RibContext } from '../../../src/bgp/rib/table.js'
import { Table } from '../../../src/bgp/rib/table.js'
import { BgpListener } from '../../../src/bgp/session/acceptor.js'
import type { Log } from '../../../src/bgp/session/handler.js'
import { type Offer, offer } from '../../../src/bgp/session/offer.js'
import { defaultSettings, type SessionSettings } from '../../../src/bgp/session/settings.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { Family, FamilyName } from '../../../src/bgp/wire/family.js'
import {
  VirtualNetwork,
  type VirtualNetworkOptions,
  type VirtualTransport
} from '../../../src/runtime/virtual-network.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import {
  type AttributeTexts,
  announce,
  key,
  localSource,
  pathsOf,
  ribContext,
  withdraw
} from '../rib/rib-helpers.js'
import { RawPeer } from '../session/nodes.js'

export class Lab {
  readonly scheduler: VirtualScheduler
  readonly network: VirtualNetwork

  constructor(seed = 1, options: VirtualNetworkOptions = {}) {
    this.scheduler = new VirtualScheduler(seed)
    this.network = new VirtualNetwork(this.scheduler, options)
  }

  node(address: string, as = 65001): LabNode {
    return new LabNode(this, address, as)
  }

  /** A neighbour that says exactly what a test has it say. */
  raw(address: string): RawPeer {
    return new RawPeer(this, this.network.host(address))
  }

  seconds(count: number): void {
    this.scheduler.run(count * 1000)
  }

  until(condition: () => boolean, seconds = 60): boolean {
    return this.scheduler.runUntil(condition, seconds * 1000)
  }
}

export interface PeerOptions {
  readonly families?: readonly FamilyName[]
  readonly session?: Partial<SessionSettings>
  readonly offer?: Partial<Offer>
  readonly policy?: Partial<PeerPolicy>
  readonly receive?: Partial<PeerPolicy['receive']>
}

const addressNumber = (address: string): number =>
  address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0)

export class LabNode {
  readonly context: RibContext = ribContext()
  readonly tables = new Map<string, Table>()
  readonly transport: VirtualTransport
  readonly peers = new Map<string, BgpPeer>()
  readonly ribOuts: RibOuts
  readonly local = localSource('local')
  readonly logged: string[] = []
  /** What its start says about End-of-RIBs. */
  mayEndRib = true

  constructor(
    readonly lab: Lab,
    readonly address: string,
    readonly as: number
  ) {
    const { scheduler } = lab
    this.transport = lab.network.host(address)
    this.ribOuts = new RibOuts(scheduler, new AddPathTables(this.context, scheduler))
    new BgpListener({
      scheduler,
      transport: this.transport,
      log: this.log,
      addresses: [{ port: 179 }],
      find: remote => this.peers.get(remote.address)?.session ?? 'unknown'
    }).start()
  }

  get log(): Log {
    const note = (_: object, message: string): void => {
      this.logged.push(message)
    }
    return { info: note, warn: note, debug() {} }
  }

  get environment(): PeerEnvironment {
    const { scheduler } = this.lab
    return {
      scheduler,
      transport: this.transport,
      random: () => scheduler.random.unit(),
      log: this.log,
      attributes: this.context.attributes,
      ribOuts: this.ribOuts,
      tableOf: (_, family) => this.table(family),
      targetFilter: () => undefined,
      mayEndRib: () => this.mayEndRib,
      sessionChanged: () => {}
    }
  }

  table(family: Family = familyNamed('inet')!): Table {
    let table = this.tables.get(family.name)
    if (table === undefined)
      this.tables.set(family.name, (table = new Table(`${family.name}.0`, family, this.context)))
    return table
  }

  /** Settings towards another node of the lab: iBGP where the AS is the same; all routes are reflected. */
  settings(to: { address: string; as: number }, options: PeerOptions = {}): [SessionSettings, PeerPolicy] {
    const families = (options.families ?? ['inet']).map(name => familyNamed(name)!)
    const session: SessionSettings = {
      ...defaultSettings,
      localAs: this.as,
      peerAs: to.as,
      routerId: addressNumber(this.address),
      families,
      capabilities: offer({
        localAs: this.as,
        families: families.map(family => ({ family })),
        gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 100 },
        ...options.offer
      }),
      remote: { address: to.address, port: 179 },
      ...options.session
    }
    const policy: PeerPolicy = {
      receive: {
        internal: to.as === this.as,
        peerAs: to.as,
        localAs: this.as,
        nodeAs: this.as,
        routerId: addressNumber(this.address),
        clusterId: addressNumber(this.address),
        ...plainReceive,
        ...options.receive
      },
      decode: {},
      helpsRestart: true,
      endOfRibSeconds: 300,
      ...plainPolicy,
      ...options.policy
    }
    return [session, policy]
  }

  peer(to: { address: string; as: number }, options: PeerOptions = {}): BgpPeer {
    const [session, policy] = this.settings(to, options)
    const peer = new BgpPeer(to.address, 'master', to.address, session, policy, this.environment)
    this.peers.set(to.address, peer)
    peer.start()
    return peer
  }

  announce(prefix: string, texts: AttributeTexts = {}, family?: Family): void {
    announce(this.context, this.table(family), prefix, this.local, { asPath: [], ...texts })
  }

  withdraw(prefix: string): boolean {
    return withdraw(this.table(), prefix, this.local)
  }

  /** Flags of the first path on the prefix in words; undefined: no route. */
  look(prefix: string): string | undefined {
    const [path] = pathsOf(this.table().find(key(prefix)))
    if (path === undefined) return undefined
    const { stale, llgrStale } = PathFlag
    if ((path.flags & llgrStale) !== 0) return 'llgr'
    return (path.flags & stale) !== 0 ? 'stale' : 'fresh'
  }

  /** All prefixes of the inet table that have a path, in order. */
  get prefixes(): string[] {
    const table = this.table()
    const prefixes: string[] = []
    for (let index = 0; index < table.indexEnd; index++) {
      const route = table.at(index)
      if (route?.paths !== undefined) prefixes.push(table.print(route))
    }
    return prefixes.sort()
  }
}

/** Two nodes with a session between them that is up. */
export function pair(lab: Lab, helper: PeerOptions = {}, restarter: PeerOptions = {}) {
  const [a, b] = [lab.node('10.0.0.1'), lab.node('10.0.0.2')]
  const toB = a.peer(b, helper)
  const toA = b.peer(a, restarter)
  lab.seconds(10)
  return { a, b, toA, toB }
}
