/** Every option, and what its change does to the session whose it is: no more than its row says, and to no other. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  type Effect,
  keyOf,
  type NeighbourOptionName,
  type NeighbourOptions,
  neighbourOptionRows,
  printOptionTable
} from '../../../../src/config/neighbour-options.js'
import { names, OptionLab, objects } from './option-lab.js'

interface Sample {
  readonly before?: NeighbourOptions
  readonly after: NeighbourOptions
}

/** A new option does not compile here before it has a sample. */
const samples: Record<NeighbourOptionName, Sample> = {
  description: { after: { description: 'upstream, rack 4' } },
  adminDown: { after: { adminDown: true } },
  gracefulShutdown: { after: { gracefulShutdown: true } },
  acceptGracefulShutdown: { after: { acceptGracefulShutdown: false } },
  shutdownText: { after: { shutdownText: 'back at noon' } },
  passive: { after: { passive: true } },
  localAddress: { before: { localAddress: '10.0.0.1' }, after: { localAddress: '10.0.0.99' } },
  connectRetry: { after: { connectRetry: 7 } },
  idleHold: { after: { idleHold: 1 } },
  ttlSecurity: { after: { ttlSecurity: 1 } },
  multihop: { after: { multihop: 5 } },
  dscp: { after: { dscp: 10 } },
  maximumSegmentSize: { after: { maximumSegmentSize: 1000 } },
  md5Key: { before: { md5Key: ['old'] }, after: { md5Key: ['new', 'old'] } },
  localAs: { after: { localAs: 64999 } },
  localAsNoPrepend: { before: { localAs: 64999 }, after: { localAs: 64999, localAsNoPrepend: true } },
  localAsReplaceAs: { before: { localAs: 64999 }, after: { localAs: 64999, localAsReplaceAs: true } },
  localAsDualAs: { before: { localAs: 64999 }, after: { localAs: 64999, localAsDualAs: true } },
  holdTime: { after: { holdTime: 30 } },
  minimumHoldTime: { after: { minimumHoldTime: 20 } },
  keepalive: { after: { keepalive: 3 } },
  sendHold: { after: { sendHold: 0 } },
  role: { after: { role: 'provider' } },
  strictRole: {
    before: { role: 'provider' },
    after: { role: 'provider', strictRole: true }
  },
  addPath: { after: { addPath: 'both' } },
  extendedMessages: { after: { extendedMessages: true } },
  extendedNextHop: { after: { extendedNextHop: true } },
  import: { after: { import: 'none' } },
  allowAsIn: { after: { allowAsIn: 3 } },
  enforceFirstAs: { after: { enforceFirstAs: false } },
  allowEmptyAsPath: { after: { allowEmptyAsPath: true } },
  rejectAsSets: { after: { rejectAsSets: true } },
  aigp: { after: { aigp: true } },
  discardAttributes: { after: { discardAttributes: [8] } },
  withdrawAttributes: { after: { withdrawAttributes: [40] } },
  nlriError: { after: { nlriError: 'disable-family' } },
  prefixLimit: {
    after: {
      prefixLimit: { all: { maximum: 9, warningPercent: 75, action: 'reset', idleSeconds: 0 }, families: {} }
    }
  },
  export: { after: { export: 'none' } },
  advertisementInterval: { after: { advertisementInterval: 5 } },
  prefixLimitOut: { after: { prefixLimitOut: { all: 9, families: {} } } },
  addPathSelect: { before: { addPath: 'both' }, after: { addPath: 'both', addPathSelect: 1 } },
  nextHop: { after: { nextHop: 'self' } },
  asOverride: { after: { asOverride: true } },
  removePrivateAs: { after: { removePrivateAs: 'remove-all' } },
  sendCommunities: { after: { sendCommunities: ['standard'] } },
  clusterId: { after: { clusterId: 77 } },
  routeReflectorClient: { after: { routeReflectorClient: true } }
}

const key = (options: NeighbourOptions | undefined): string | undefined => options?.md5Key?.[0]

function lab({ before }: Sample): OptionLab {
  const session = { ...(key(before) !== undefined && { md5Keys: [key(before)!] }) }
  const seen = before?.localAs === undefined ? {} : { nodeAs: before.localAs }
  const lab = new OptionLab({ options: before ?? {}, edge: { session }, ...seen })
  lab.routers.other.announce('inet', '10.1.0.0/16', {
    asPath: '65312 65000 65311',
    communities: ['65312:1'],
    largeCommunities: ['65312:1:1']
  })
  lab.routers.edge.announce('inet', '10.2.0.0/16')
  return lab.settle()
}

/** What the wire shows. */
function felt(lab: OptionLab): Effect | 'resend or none' {
  const { lastNotificationSent } = lab.peer('edge').session.statistics
  if (lab.flaps('edge') === 0) return lab.refreshes('edge') > 0 ? 'refresh' : 'resend or none'
  return lastNotificationSent?.code === 6 && lastNotificationSent.subcode === 6 ? 'reset' : 'close'
}

for (const [name, sample] of Object.entries(samples) as [NeighbourOptionName, Sample][]) {
  const { effect } = neighbourOptionRows[name]
  t.test(`T-PEER-2 ${keyOf(name)}: ${effect}`, async t => {
    const it = lab(sample)
    const updates = it.updates('edge')
    const others = names.filter(other => other !== 'edge')
    const before = others.map(other => [it.flaps(other), it.refreshes(other)])
    it.change(sample.after)
    it.run(3)
    t.equal(felt(it), effect === 'resend' || effect === 'none' ? 'resend or none' : effect)
    if (effect === 'none') t.equal(it.updates('edge'), updates, 'nothing is sent')
    t.strictSame(
      others.map(other => [it.flaps(other), it.refreshes(other)]),
      before,
      'nobody else feels it'
    )
    t.match(it.logged.find(({ message }) => message === 'options of a neighbour changed')?.fields, {
      changed: [`${keyOf(name)}: ${effect}`]
    })
    it.change(sample.after)
    const flaps = it.flaps('edge')
    it.run(1)
    t.equal(it.flaps('edge'), flaps, 'the same again does nothing')
  })
}

t.test(
  'T-PEER-2 what the graph says of one neighbour resets that one alone, and only where it must',
  async t => {
    const changes: [string, object, flaps: number][] = [
      ['session edge', { address_families: { family: ['inet'] } }, 1],
      ['session edge', { hold_time: 33 }, 1],
      ['session edge', { as_override: true }, 0],
      ['session edge', { private_as_action: 'remove-all' }, 0],
      ['session edge', { loop_count: 2 }, 0],
      ['session edge', { passive: true }, 0],
      ['session edge', { family_attributes: [{ address_family: 'inet', prefix_limit: { maximum: 7 } }] }, 1],
      ['node', { cluster_id: 77 }, 0]
    ]
    for (const [where, what, flaps] of changes) {
      const it = lab({ after: {} })
      it.lab.store.replace(JSON.stringify(objects({ [where]: what })))
      it.run(3)
      t.equal(it.flaps('edge'), flaps, `${where} ${JSON.stringify(what)}`)
      for (const name of names) if (name !== 'edge') t.equal(it.flaps(name), 0, `${name} stays`)
    }
  }
)

t.test('a neighbour without route refresh is reset where the others are asked for their routes', async t => {
  const it = new OptionLab()
  const { session } = it.routers.edge.sessions.get('10.0.0.1')!
  const { capabilities } = session.settings
  session.update({ ...session.settings, capabilities: { ...capabilities, routeRefresh: false } })
  it.settle()
  it.change({ allowAsIn: 1 })
  it.run(2)
  t.match(it.peer('edge').session.statistics.lastNotificationSent, { code: 6, subcode: 6 })
})

t.test('the documentation has the table of the rows', async t => {
  t.match(readFileSync('docs/operations.md', 'utf8'), printOptionTable())
})
