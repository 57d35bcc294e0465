/** Objects in short, and a model that runs to its end at once. */
import { ConfigModel } from '../../src/config/config-model.js'
import { masterInstance, type SettingsChange } from '../../src/config/settings.js'
import type { ConfigObject } from '../../src/ifmap/config-object.js'
import { Graph } from '../../src/ifmap/graph.js'
import { parseObject } from '../../src/ifmap/object-parser.js'
import type { Scheduler } from '../../src/runtime/scheduler.js'

export const masterName = masterInstance.split(':')

/** In the API's form; throws what is wrong with it. */
export function object(json: Record<string, unknown>): ConfigObject {
  const { object, problems } = parseObject(json)
  if (object === undefined)
    throw new Error(problems.map(({ path, reason }) => `${path}: ${reason}`).join('; '))
  return object
}

export function router(name: readonly string[], parameters: object, peers: Record<string, unknown> = {}) {
  return object({
    type: 'bgp_router',
    fq_name: name,
    parent_type: 'routing-instance',
    bgp_router_parameters: parameters,
    bgp_router_refs: Object.entries(peers).map(([to, attr]) => ({ to: [...name.slice(0, -1), to], attr }))
  })
}

export const instance = (name: string, members: object = {}) =>
  object({
    type: 'routing_instance',
    fq_name: name.split(':'),
    parent_type: 'virtual-network',
    ...members
  })

/** Turns of the event loop, one at a time. */
export class Turns implements Scheduler {
  readonly #tasks: (() => void)[] = []
  now = () => 0
  wallClock = () => 0
  after = () => ({ cancel() {} })
  isTurnOver = false
  soon = (task: () => void) => void this.#tasks.push(task)

  /** One turn; false: there was nothing to do. */
  turn(): boolean {
    const task = this.#tasks.shift()
    task?.()
    return task !== undefined
  }

  runAll(): void {
    while (this.turn());
  }
}

export interface Running {
  readonly graph: Graph
  readonly model: ConfigModel
  readonly turns: Turns
  readonly changes: SettingsChange[]
}

export function start(objects: readonly ConfigObject[], hostname = 'cn', derivationsPerSlice = 500): Running {
  const graph = new Graph()
  const turns = new Turns()
  const changes: SettingsChange[] = []
  for (const one of objects) graph.update('store', one)
  const model = new ConfigModel({
    graph,
    scheduler: turns,
    hostname,
    derivationsPerSlice,
    changed: change => changes.push(change)
  })
  turns.runAll()
  return { graph, model, turns, changes }
}
