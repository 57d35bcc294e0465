/**
 * The node as a process of its own with a daemon beside it, a router of the lab behind each of them, and nothing known
 * of the node but what it says:
 *
 *     lab -- node -- daemon -- behind
 *
 * Where the daemon forwards nothing, there is no `behind`.
 */
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { LabRouter, LabRouterOptions } from '../../src/lab/router.js'
import { parseInet4 } from '../../src/net/inet.js'
import type { Daemon, DaemonKind, DaemonNeighbor, DaemonOptions } from '../daemons/daemon.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { type NeighbourWords, NodeProcess, type NodeProcessOptions } from '../harness/node-process.js'
import {
  fabricObjects,
  type GlobalOptions,
  globalObject,
  type Neighbor,
  routerObjects
} from '../harness/objects.js'
import { until } from '../harness/until.js'
import { apiName, clusterId, nodeAs } from './stage.js'

export interface SceneOptions {
  readonly families: readonly FamilyName[]
  /** Default: that of the node, iBGP. */
  readonly daemonAs?: number
  readonly daemon?: Partial<Omit<DaemonOptions, 'neighbors' | 'address' | 'as'>>
  /** How the daemon has the node, and how it has the router behind it. */
  readonly asNeighbor?: Partial<DaemonNeighbor>
  readonly behindAsNeighbor?: Partial<DaemonNeighbor>
  /** How the node's objects have the daemon. */
  readonly peer?: Partial<Neighbor>
  /** What the node's own file says of the daemon, and of the lab. */
  readonly words?: Omit<NeighbourWords, 'address'>
  readonly labWords?: Omit<NeighbourWords, 'address'>
  /** That the node is in. */
  readonly confederation?: NodeProcessOptions['confederation']
  readonly lab?: Partial<LabRouterOptions>
  /** Its AS is by default that of the daemon. */
  readonly behind?: Partial<LabRouterOptions>
  readonly globals?: Partial<GlobalOptions>
  /** Nobody waits for the node's session with the daemon. */
  readonly mayStayDown?: boolean
}

export class Scene {
  readonly nodeAddress: string
  readonly daemonAddress: string
  readonly labAddress: string
  readonly behindAddress: string
  readonly daemonAs: number
  node!: NodeProcess
  daemon!: Daemon
  lab!: LabRouter
  /** Undefined: the daemon forwards nothing. */
  behind: LabRouter | undefined

  private constructor(
    readonly ground: Ground,
    readonly kind: DaemonKind,
    readonly options: SceneOptions
  ) {
    this.nodeAddress = ground.address(1)
    this.daemonAddress = ground.address(2)
    this.labAddress = ground.address(3)
    this.behindAddress = ground.address(4)
    this.daemonAs = options.daemonAs ?? nodeAs
  }

  /** All sessions are up. */
  static async start(ground: Ground, kind: DaemonKind, options: SceneOptions): Promise<Scene> {
    const scene = new Scene(ground, kind, options)
    await Promise.all([scene.#startDaemon(), scene.#startNode()])
    await scene.#startRouters()
    if (options.mayStayDown !== true) await scene.established()
    return scene
  }

  get forwards(): boolean {
    return !this.kind.cannot.has('forward')
  }

  /** `behind` where there must be one. */
  get far(): LabRouter {
    if (this.behind === undefined) throw new Error(`nothing is behind ${this.kind.name}`)
    return this.behind
  }

  async established(seconds?: number): Promise<void> {
    await this.node.established(this.kind.name, seconds)
  }

  /** Objects with another say about the daemon, or without it. */
  objects(peer: Partial<Neighbor> | undefined = {}, isThere = true): object[] {
    const { options } = this
    const families = options.families.map(apiName)
    const daemon: Neighbor = {
      name: this.kind.name,
      as: this.daemonAs,
      address: this.daemonAddress,
      identifier: this.ground.routerId(2),
      port: bgpPort,
      families,
      ...options.peer,
      ...peer
    }
    const lab: Neighbor = {
      name: 'lab',
      as: options.lab?.as ?? nodeAs,
      address: this.labAddress,
      identifier: this.ground.routerId(3),
      port: bgpPort,
      passive: true,
      families
    }
    const neighbors = isThere ? [daemon, lab] : [lab]
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

  async #startDaemon(): Promise<void> {
    const { families, daemon, asNeighbor, behindAsNeighbor, behind } = this.options
    const isInternal = this.daemonAs === nodeAs
    const behindAs = behind?.as ?? this.daemonAs
    const node: DaemonNeighbor = {
      name: 'weft',
      address: this.nodeAddress,
      as: nodeAs,
      passive: true,
      isClient: this.forwards && isInternal,
      ...asNeighbor
    }
    const second: DaemonNeighbor = {
      name: 'behind',
      address: this.behindAddress,
      as: behindAs,
      passive: true,
      isClient: behindAs === this.daemonAs,
      ...behindAsNeighbor
    }
    this.daemon = await this.kind.start(this.ground, {
      as: this.daemonAs,
      address: this.daemonAddress,
      routerId: this.ground.routerId(2),
      families,
      neighbors: this.forwards ? [node, second] : [node],
      ...daemon
    })
  }

  async #startNode(): Promise<void> {
    const { words, labWords, confederation } = this.options
    this.node = await NodeProcess.start(this.ground, {
      address: this.nodeAddress,
      objects: this.objects(),
      ...(confederation !== undefined && { confederation }),
      neighbours: [
        ...(words === undefined ? [] : [{ address: this.daemonAddress, ...words }]),
        ...(labWords === undefined ? [] : [{ address: this.labAddress, ...labWords }])
      ]
    })
  }

  async #startRouters(): Promise<void> {
    const { families, lab, behind } = this.options
    this.lab = this.ground.router({
      name: 'lab',
      as: nodeAs,
      address: this.labAddress,
      families,
      neighbors: [{ address: this.nodeAddress, as: nodeAs, port: bgpPort }],
      session: { routerId: parseInet4(this.ground.routerId(3))! },
      ...lab
    })
    if (this.forwards)
      this.behind = this.ground.router({
        name: 'behind',
        as: this.daemonAs,
        address: this.behindAddress,
        families,
        neighbors: [{ address: this.daemonAddress, as: this.daemonAs, port: bgpPort }],
        session: { routerId: parseInet4(this.ground.routerId(4))! },
        ...behind
      })
    await until(
      'the routers of the lab are connected',
      () => this.lab.isEstablished && this.behind?.isEstablished !== false,
      20,
      () => ({ lab: this.lab.isEstablished, behind: this.behind?.isEstablished })
    )
  }
}
