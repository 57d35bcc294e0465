/** A node, a daemon and a router of the lab: what the checks of one daemon stand on. */
import type { BgpPeer } from '../../src/bgp/peer/bgp-peer.js'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { LabRouter, LabRouterOptions } from '../../src/lab/router.js'
import type { Daemon, DaemonKind, DaemonNeighbor, DaemonOptions } from '../daemons/daemon.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { TestNode } from '../harness/node.js'
import {
  fabricObjects,
  type GlobalOptions,
  globalObject,
  type Neighbor,
  routerObjects
} from '../harness/objects.js'

export const nodeAs = 64512
export const clusterId = 9

/** The configuration's word for a family. */
export const apiName = (family: FamilyName): string =>
  family === 'evpn' ? 'e-vpn' : family === 'mvpn' ? 'inet-mvpn' : family

export interface StageOptions {
  readonly families: readonly FamilyName[]
  readonly daemon: Partial<Omit<DaemonOptions, 'neighbors'>> & { readonly as: number }
  /** How the daemon has the node. */
  readonly asNeighbor?: Partial<DaemonNeighbor>
  readonly otherNeighbors?: readonly DaemonNeighbor[]
  /** How the node has the daemon. */
  readonly peer?: Partial<Neighbor>
  /** AS of the lab's router. */
  readonly labAs?: number
  readonly globals?: Partial<GlobalOptions>
}

export class Stage {
  node!: TestNode
  daemon!: Daemon
  readonly nodeAddress: string
  readonly daemonAddress: string
  readonly labAddress: string
  #lab: LabRouter | undefined

  constructor(
    readonly ground: Ground,
    readonly kind: DaemonKind,
    readonly options: StageOptions
  ) {
    this.nodeAddress = ground.address(1)
    this.daemonAddress = ground.address(2)
    this.labAddress = ground.address(3)
  }

  async startDaemon(): Promise<Daemon> {
    const { families, daemon, asNeighbor, otherNeighbors = [] } = this.options
    const node = { name: 'weft', address: this.nodeAddress, as: nodeAs, ...asNeighbor }
    this.daemon = await this.kind.start(this.ground, {
      address: this.daemonAddress,
      routerId: this.ground.routerId(2),
      families,
      neighbors: [node, ...otherNeighbors],
      ...daemon
    })
    return this.daemon
  }

  async startNode(): Promise<TestNode> {
    this.node = await TestNode.start(this.ground, { address: this.nodeAddress, objects: this.objects({}) })
    return this.node
  }

  /** With another say about the daemon. */
  objects(peer: Partial<Neighbor>): object[] {
    const { options } = this
    const families = options.families.map(apiName)
    const neighbors = [
      {
        name: this.kind.name,
        as: options.daemon.as,
        address: this.daemonAddress,
        identifier: this.ground.routerId(2),
        port: bgpPort,
        families,
        ...options.peer,
        ...peer
      },
      {
        name: 'lab',
        as: options.labAs ?? nodeAs,
        address: this.labAddress,
        identifier: this.ground.routerId(3),
        port: bgpPort,
        passive: true,
        families
      }
    ]
    const own = {
      hostname: 'cn-a',
      as: nodeAs,
      address: this.nodeAddress,
      identifier: this.ground.routerId(1),
      port: bgpPort,
      clusterId,
      neighbors
    }
    return [globalObject({ as: nodeAs, ...options.globals }), ...fabricObjects(), ...routerObjects(own)]
  }

  /** The lab's router behind the node, connected. */
  async lab(options: Partial<LabRouterOptions> = {}): Promise<LabRouter> {
    if (this.#lab !== undefined) return this.#lab
    const lab = this.ground.router({
      name: 'lab',
      as: this.options.labAs ?? nodeAs,
      address: this.labAddress,
      families: this.options.families,
      neighbors: [{ address: this.nodeAddress, as: nodeAs, port: bgpPort }],
      ...options
    })
    await this.node.established('lab')
    return (this.#lab = lab)
  }

  async established(seconds?: number): Promise<BgpPeer> {
    return await this.node.established(this.kind.name, seconds)
  }

  get peer(): BgpPeer {
    return this.node.peer(this.kind.name)
  }
}
