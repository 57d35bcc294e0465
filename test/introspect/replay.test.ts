/** Pages against those recorded from the original: the same structures, fields, types, identifiers and attributes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { allRequests } from '../../src/introspect/requests.js'
import { ask } from './pages/ask.js'
import { collectStructures, type Structures } from './pages/structure.js'

const folder = process.env.WEFT_CAPTURES ?? join(import.meta.dirname, '../../../shared/captures')

/** Shorter forms of structures that the recordings only have whole. */
const unrecorded = new Set(['ShowRouteAggregateSummaryReq', 'ShowPathResolverSummaryReq'])

t.test(
  'recorded pages (T-ST-4)',
  { skip: existsSync(folder) ? false : `NO RECORDINGS in ${folder}: set WEFT_CAPTURES` },
  async t => {
    const recorded: Structures = new Map()
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.xml')) continue
      const text = readFileSync(join(folder, file), 'utf8')
      if (text.startsWith('<?xml-stylesheet') && !text.includes('type="rlist"'))
        collectStructures(text, recorded)
    }
    t.ok(recorded.size > 50, `${recorded.size} structures`)

    const own: Structures = new Map()
    for (const name of allRequests().keys())
      if (!unrecorded.has(name)) collectStructures(await ask(name), own)
    collectStructures(
      await ask('ShowMulticastManagerDetailReq', 'x=default-domain:acme:blue:blue.ermvpn.0'),
      own
    )
    collectStructures(await ask('ShowMvpnManagerDetailReq', 'x=default-domain:acme:blue:blue.mvpn.0'), own)
    collectStructures(await ask('IFMapPerClientNodesShowReq', 'x=0'), own)
    collectStructures(await ask('IFMapPerClientLinksShowReq', 'x=0'), own)
    collectStructures(
      await ask(
        'ShowMvpnProjectManagerDetailReq',
        'x=default-domain:default-project:ip-fabric:ip-fabric.ermvpn.0'
      ),
      own
    )

    let compared = 0
    for (const [name, variants] of own) {
      const known = recorded.get(name)
      if (known === undefined) continue
      compared++
      for (const variant of variants) if (!known.has(variant)) t.equal(variant, [...known][0], name)
    }
    t.ok(compared > 50, `${compared} structures compared`)
    const missing = [...recorded.keys()].filter(name => !own.has(name))
    t.comment(`recorded, and not drawn from the fixture: ${missing.join(' ')}`)
  }
)
