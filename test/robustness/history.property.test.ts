/**
 * The end state depends on inputs alone, never on their order or timing: after any history of routes, changes of the
 * configuration and restarts, neighbours have been told what a node tells them that starts with the last configuration.
 *
 * WEFT_RUNS and WEFT_SEED choose how many histories, and which; a failure is shrunk and printed.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import type { ReceivedRoute } from '../../src/lab/router-session.js'
import {
  type Configuration,
  Neighbourhood,
  names,
  neighbours,
  plainConfiguration
} from '../support/neighbourhood.js'
import { type Claim, changed, histories, type Step } from './history.js'

const runs = Number(process.env.WEFT_RUNS ?? 6)
const seed = Number(process.env.WEFT_SEED ?? 1)

type Said = Map<string, Extract<Step, { does: 'announce' }>>
const idOf = ({ name, family, prefix, pathId }: Claim): string => [name, family, prefix, pathId].join(' ')

/** Goes through the history; gives the last configuration, and what neighbours say at the end. */
function live(it: Neighbourhood, history: readonly Step[]): { configuration: Configuration; said: Said } {
  let configuration = plainConfiguration
  const said: Said = new Map()
  it.run(60)
  for (const step of history) {
    switch (step.does) {
      case 'announce':
        said.set(idOf(step.of), step)
        it.routers[step.of.name].announce(step.of.family, step.of.prefix, step.route)
        break
      case 'withdraw': {
        const { name, family, prefix, pathId } = step.of
        if (said.delete(idOf(step.of))) it.routers[name].withdraw(family, prefix, pathId)
        break
      }
      case 'configure':
        configuration = changed(configuration, step.change)
        it.configure(configuration, step.objectsFirst)
        break
      case 'restart':
        it.routers[step.name].stop(step.how)
        it.world.run(step.awayMs)
        it.routers[step.name].start()
        break
      case 'wait':
        it.world.run(step.ms)
    }
  }
  it.run(900)
  return { configuration, said }
}

/** By neighbour and family. Path identifiers are the node's choice (RFC 7911 §3). */
function told(it: Neighbourhood): Record<string, string[]> {
  const all: Record<string, string[]> = {}
  const print = ({ pathId: _, ...route }: ReceivedRoute): string => JSON.stringify(route)
  for (const name of names)
    for (const family of neighbours[name].families)
      all[`${name} ${family}`] = it.told(name, family).map(print).sort()
  return all
}

const up = (it: Neighbourhood): string[] =>
  names.filter(name => it.peer(name)?.session.state === 'established')

// Many histories take as long as they take.
if (process.env.WEFT_RUNS !== undefined) t.setTimeout(0)
t.test('a node that has seen much is like one that has just begun', { timeout: 0 }, async t => {
  const property = fc.property(histories, fc.boolean(), (history, startsFirst) => {
    const lived = new Neighbourhood()
    const { configuration, said } = live(lived, history)
    const fresh = new Neighbourhood(configuration, 2)
    if (startsFirst) fresh.run(60)
    // In another order than they came in.
    for (const { of, route } of [...said.values()].reverse())
      fresh.routers[of.name].announce(of.family, of.prefix, route)
    fresh.run(600)
    assert.deepStrictEqual(up(lived), up(fresh))
    assert.deepStrictEqual(told(lived), told(fresh))
  })
  fc.assert(property, { numRuns: runs, seed })
  t.pass()
})
