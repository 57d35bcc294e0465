import fc from 'fast-check'
import t from 'tap'
import { PathFlag } from '../../src/bgp/rib/path.js'
import { Protocol, Source, SourceKind } from '../../src/bgp/rib/source.js'
import { agent, Lab, peer } from './lab.js'
import { type ModelPath, model } from './replication-model.js'

const names = ['amber', 'cobalt', 'onyx', 'slate']
const targets = [1, 2, 3, 4].map(number => `target:65010:${number}`)
const origins = ['originvn:65010:2', 'originvn:64999:3', 'originvn:64999:8000001']
const prefixes = ['10.1.0.0/24', '10.1.0.0/25']
const rds = ['65010:1', '65010:2']

const someTargets = fc.subarray(targets, { maxLength: 3 })
const path = {
  prefix: fc.constantFrom(...prefixes),
  source: fc.nat(3),
  localPref: fc.constantFrom(100, 200),
  communities: fc.tuple(someTargets, fc.subarray(origins, { maxLength: 1 })).map(parts => parts.flat()),
  infeasible: fc.integer({ max: 4, min: 0 }).map(n => n === 0),
  pathId: fc.nat(1)
}
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('publish' as const), table: fc.constantFrom(...names), ...path })
  },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('publish-vpn' as const), rd: fc.constantFrom(...rds), ...path })
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('withdraw' as const), which: fc.nat(20) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('configure' as const),
      table: fc.constantFrom(...names),
      both: someTargets,
      imports: someTargets,
      exports: someTargets,
      network: fc.nat(3)
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('remove' as const), table: fc.constantFrom(...names) })
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('slice' as const) }) }
)
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never

/** The node under test beside the inputs that the model is given. */
class Run {
  readonly lab = new Lab()
  readonly paths = new Map<string, ModelPath>()
  readonly #locals = [
    agent('a', '10.20.0.1'),
    agent('b', '10.20.0.2'),
    new Source('chain', SourceKind.serviceChain, Protocol.none),
    new Source('aggregate', SourceKind.aggregate, Protocol.none)
  ]
  readonly #peers = [peer('p'), peer('q'), peer('r', 64999), peer('s')]

  constructor() {
    this.#peers[3]!.severalPaths = true
  }

  apply(operation: Operation): void {
    const { lab } = this
    switch (operation.op) {
      case 'publish':
        if (lab.instances.get(operation.table) === undefined) return
        // Of the four one has no RD of its own.
        this.#publish(
          operation.table,
          operation.source === 3 ? '' : `10.20.0.${operation.source}:${operation.pathId}`,
          operation
        )
        break
      case 'publish-vpn':
        this.#publish('vpn', operation.rd, operation)
        break
      case 'withdraw': {
        const keys = [...this.paths.keys()]
        if (keys.length > 0) this.withdraw(keys[operation.which % keys.length]!)
        break
      }
      case 'configure':
        lab.configure(operation.table, {
          both: operation.both.join(' '),
          import: operation.imports.join(' '),
          export: operation.exports.join(' '),
          index: operation.network
        })
        break
      case 'remove':
        lab.remove(operation.table)
        for (const [key, { table }] of this.paths) if (table === operation.table) this.paths.delete(key)
        break
      case 'slice':
        lab.scheduler.runUntil(oneTask(), 0)
    }
  }

  withdraw(key: string): void {
    const path = this.paths.get(key)!
    this.paths.delete(key)
    const { table, rd, prefix, pathId } = path
    const vpn = table === 'vpn'
    const source = [...this.#locals, ...this.#peers].find(({ name }) => name === path.source)!
    if (vpn) this.lab.withdraw('bgp.l3vpn.0', `${rd}:${prefix}`, source, pathId)
    else this.lab.withdraw(`${table}.inet.0`, prefix, source)
  }

  #publish(table: string, rd: string, from: Extract<Operation, { prefix: string }>): void {
    const vpn = table === 'vpn'
    const source = (vpn ? this.#peers : this.#locals)[from.source]!
    const pathId = source.severalPaths ? from.pathId : 0
    const { prefix, localPref, communities, infeasible } = from
    const nextHop = vpn ? '10.30.0.1' : `10.20.0.${from.source}`
    const originates = source.kind !== SourceKind.serviceChain
    const feasible = !infeasible
    const path = {
      table,
      rd,
      prefix,
      source: source.name,
      pathId,
      nextHop,
      localPref,
      communities,
      feasible,
      originates
    }
    this.paths.set([table, vpn ? rd : '', prefix, source.name, pathId].join(' '), path)
    this.lab.publish(vpn ? 'bgp.l3vpn.0' : `${table}.inet.0`, vpn ? `${rd}:${prefix}` : prefix, source, {
      communities: communities.join(' '),
      nextHop,
      localPref,
      pathId,
      flags: infeasible ? PathFlag.noTunnelEncap : 0,
      ...(vpn || rd === '' ? {} : { rd })
    })
  }

  /** What the node has, and what it should have. */
  compare(): [Record<string, string[]>, Record<string, string[]>] {
    const instances = [...this.lab.instances].filter(({ isMaster }) => !isMaster)
    const wanted = model(
      instances.map(({ name, index, config }) => ({
        name,
        index,
        imports: config.importTargets.map(({ text }) => text),
        exports: config.exportTargets.map(({ text }) => text),
        network: config.virtualNetworkIndex
      })),
      [...this.paths.values()]
    )
    const found: Record<string, string[]> = {}
    for (const table of wanted.keys()) found[table] = this.lab.dump(table).sort()
    return [found, Object.fromEntries(wanted)]
  }
}

/** True from the second time it is asked: lets one task run. */
function oneTask(): () => boolean {
  let asked = 0
  return () => asked++ > 0
}

t.test('any sequence of changes ends where its inputs alone lead', async t => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60, size: 'max' }), operations => {
      const run = new Run()
      for (const operation of operations) run.apply(operation)
      run.lab.settle()
      const [found, wanted] = run.compare()
      if (JSON.stringify(found) !== JSON.stringify(wanted)) t.same(found, wanted)
      return JSON.stringify(found) === JSON.stringify(wanted)
    }),
    { numRuns: 400 }
  )
})

t.test('any sequence of changes can be undone without a trace', async t => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 40, size: 'max' }),
      fc.boolean(),
      (operations, pathsFirst) => {
        const run = new Run()
        for (const operation of operations) run.apply(operation)
        if (!pathsFirst) run.lab.remove(...names)
        if (!pathsFirst) for (const [key, { table }] of run.paths) if (table !== 'vpn') run.paths.delete(key)
        for (const key of [...run.paths.keys()]) run.withdraw(key)
        if (pathsFirst) run.lab.remove(...names)
        run.lab.instances.setIdentity({ as: 0, localAs: 0, identifier: 0 })
        run.lab.settle()
        const left = {
          ...run.lab.leftovers(),
          attributes: run.lab.rib.attributes.size,
          tasks: run.lab.scheduler.waiting
        }
        if (JSON.stringify(left) !== '{"attributes":0,"tasks":0}') t.same(left, { attributes: 0, tasks: 0 })
        return JSON.stringify(left) === '{"attributes":0,"tasks":0}'
      }
    ),
    { numRuns: 200 }
  )
})
