/** The router of the demonstration: a real one where one is installed, otherwise a simulated one. */
import { existsSync } from 'node:fs'
import type { Endpoint } from '../../runtime/transport.js'

/** What the demonstration wants of the router `edge` of examples/quick-start. */
export interface DemoRouter {
  /** 'FRR 8.4.4' */
  readonly kind: string
  isEstablished(): Promise<boolean>
  /** Prefix to next hops: what it has learned by BGP, its own routes left out. */
  routes(): Promise<ReadonlyMap<string, readonly string[]>>
  announce(prefix: string): Promise<void>
  withdraw(prefix: string): Promise<void>
  /** Its table in its own words, and the command that shows it. */
  table(): Promise<{ readonly command: string; readonly text: string }>
  stop(): Promise<void>
}

export interface DemoRouterOptions {
  readonly as: number
  /** Listens here and dials from here; also its identifier. */
  readonly local: Endpoint
  readonly node: Endpoint
  readonly nodeAs: number
  /** For its files and sockets; it is there, and removed afterwards. */
  readonly folder: string
}

export type DemoRouterFactory = (options: DemoRouterOptions) => Promise<DemoRouter>

/** The first of the paths that there is. */
export const installed = (...paths: readonly string[]): string | undefined => paths.find(existsSync)
