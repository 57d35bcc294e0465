/** The ids under which all paths of a table are told: by what receivers see of them, and by what is kept for them. */
import fc from 'fast-check'
import t from 'tap'
import { AddPathTables } from '../../../src/bgp/export/add-path-table.js'
import type { Path } from '../../../src/bgp/rib/path.js'
import { Protocol, Source, SourceKind } from '../../../src/bgp/rib/source.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { inetTable, intern, key, pathsOf, ribContext } from '../rib/rib-helpers.js'

const prefixes = [key('10.1.0.0/16'), key('10.2.0.0/16')]

function world() {
  const context = ribContext()
  const scheduler = new VirtualScheduler()
  const tables = new AddPathTables(context, scheduler)
  const of = inetTable(context)
  const all = tables.use(of)
  const sources = ['10.0.0.1', '10.0.0.2'].map(name => {
    const source = new Source(name, SourceKind.peer, Protocol.bgp)
    source.severalPaths = true
    return source
  })
  // What copies were made from: they may meet on one prefix with one source and one path id.
  const elsewhere = inetTable(context, 'elsewhere.inet.0')
  const attributes = intern(context.attributes)
  for (const prefix of prefixes) elsewhere.update(prefix, 0, prefix.length, sources[0]!, attributes, 0, 1)
  context.attributes.release(attributes)
  const origins = [undefined, ...prefixes.map(prefix => elsewhere.find(prefix)!)]

  const announce = (prefix: number, source: number, pathId: number, med = 0, origin = 0): void => {
    const attributes = intern(context.attributes, { med, asPath: [65010 + source] })
    const bytes = prefixes[prefix]!
    of.update(bytes, 0, bytes.length, sources[source]!, attributes, 0, pathId, 0, -1, origins[origin])
    context.attributes.release(attributes)
  }
  const withdraw = (prefix: number, source: number, pathId: number, origin = 0): void => {
    const bytes = prefixes[prefix]!
    of.withdraw(bytes, 0, bytes.length, sources[source]!, pathId, origins[origin])
  }
  /** The id of each path of the prefix, by what tells the path apart, as `rowOf` gives it. */
  const idsOf = (prefix: number): Map<string, number> => {
    const index = of.indexOf(prefixes[prefix]!)
    return new Map(
      index < 0 ? [] : pathsOf(of.find(prefixes[prefix]!)).map(path => [nameOf(path), rowOf(index, path)])
    )
  }
  const nameOf = ({ source, pathId, origin }: Path): string =>
    `${source.name} ${pathId} ${origin === undefined ? 0 : origins.indexOf(origin)}`
  const rowOf = (index: number, path: Path): number => {
    const { id, row } = tables.rowOf(of, index, path)!
    const told = all.pathsAt(row)!
    if (told.source !== path.source || told.attributes !== path.attributes) throw new Error('another path')
    const start = all.keyStart(row)
    if (new DataView(all.keys.buffer, all.keys.byteOffset).getUint32(start) !== id)
      throw new Error('another id')
    return id
  }
  return { context, scheduler, tables, of, all, announce, withdraw, idsOf }
}

t.test('a neighbour with ever new path ids leaves nothing behind', async t => {
  const { of, all, tables, announce, withdraw, idsOf } = world()
  announce(0, 1, 1)
  announce(0, 0, 1)
  const stays = idsOf(0).get('10.0.0.2 1 0')
  let highest = 0
  for (let pathId = 2; pathId <= 10_000; pathId++) {
    announce(0, 0, pathId)
    withdraw(0, 0, pathId - 1)
    for (const id of idsOf(0).values()) highest = Math.max(highest, id)
  }
  t.equal(highest, 3, 'an id that is free is given again')
  t.equal(idsOf(0).get('10.0.0.2 1 0'), stays, 'a path that stays keeps its own')
  t.equal(all.size, 2)
  t.ok(all.indexEnd <= 3)
  withdraw(0, 0, 10_000)
  withdraw(0, 1, 1)
  t.equal(all.indexEnd, 0)
  t.equal(of.indexEnd, 0)
  tables.leave(of)
})

const deed = fc.record({
  announces: fc.boolean(),
  prefix: fc.nat(1),
  source: fc.nat(1),
  pathId: fc.integer({ min: 1, max: 4 }),
  med: fc.nat(3),
  origin: fc.nat(2)
})

t.test('paths of a prefix have an id each, low, and theirs while they live', async () => {
  fc.assert(
    fc.property(fc.array(deed, { minLength: 5, maxLength: 80 }), deeds => {
      const { scheduler, tables, of, all, announce, withdraw, idsOf } = world()
      const most = [0, 0]
      let before = [idsOf(0), idsOf(1)]
      for (const { announces, prefix, source, pathId, med, origin } of deeds) {
        if (announces) announce(prefix, source, pathId, med, origin)
        else withdraw(prefix, source, pathId, origin)
        const now = [idsOf(0), idsOf(1)]
        for (const [at, ids] of now.entries()) {
          most[at] = Math.max(most[at]!, ids.size)
          if (new Set(ids.values()).size !== ids.size) throw new Error('two paths with one id')
          for (const [path, id] of ids) {
            if (id < 1 || id > most[at]) throw new Error(`${path} has id ${id} of at most ${most[at]}`)
            const was = before[at]!.get(path)
            if (was !== undefined && was !== id) throw new Error(`${path} had id ${was}, now ${id}`)
          }
        }
        if (all.size !== now[0]!.size + now[1]!.size) throw new Error('what is told is not what is there')
        before = now
      }
      tables.leave(of)
      scheduler.run(1000)
      return all.indexEnd === 0
    })
  )
})
