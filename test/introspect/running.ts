import { IntrospectServer } from '../../src/introspect/introspect-server.js'
import type { NodeView } from '../../src/introspect/view.js'
import { fixtureView } from './fixture-view.js'

export interface RunningServer {
  readonly port: number
  readonly errors: object[]
  get(path: string, init?: RequestInit): Promise<Response>
}

/** A server for one test, on a port of its own. */
export async function running(
  t: { teardown(end: () => Promise<void>): void },
  view: NodeView = fixtureView()
): Promise<RunningServer> {
  const errors: object[] = []
  const log = { error: (details: object) => errors.push(details) }
  const server = new IntrospectServer({ view, address: '127.0.0.1', port: 0, log })
  const { port } = await server.start()
  t.teardown(() => server.stop())
  return { port, errors, get: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) }
}
