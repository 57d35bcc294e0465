import t from 'tap'
import type { DecodeContext } from '../../../src/bgp/wire/decode-context.js'
import { Reaction } from '../../../src/bgp/wire/decode-error.js'
import { codeOf } from '../../../src/bgp/wire/families.js'
import { UpdateDecoder } from '../../../src/bgp/wire/update.js'
import { attributesOf, bytesOf, contextOf, decode, hexOf, printSection, sectionsOf } from './support.js'
import { malformedUpdates } from './vectors/malformed-updates.js'
import { validUpdates } from './vectors/valid-updates.js'

const decoder = new UpdateDecoder()
const reactions = {
  reset: Reaction.resetSession,
  withdraw: Reaction.treatAsWithdraw,
  discard: Reaction.discardAttribute,
  skip: 0,
  ignore: 0,
  none: 0
}
const good = bytesOf(validUpdates[0]!.bytes)

for (const { id, name, bytes, error, reaction, data, sections, attributes, ...session } of malformedUpdates) {
  t.test(`${id} ${name}`, async t => {
    const message = bytesOf(bytes)
    t.equal(decode(decoder, message, contextOf(session)), reactions[reaction])
    const found = decoder.error
    t.equal(found === undefined ? '' : `${found.code}/${found.subcode}`, error)
    if (data !== undefined) t.equal(hexOf(found!.data!), data)
    t.strictSame(sectionsOf(decoder).map(printSection), sections)
    if (attributes !== undefined) t.equal(attributesOf(sectionsOf(decoder).at(-1)!), attributes)
    t.equal(decoder.skippedNlri, reaction === 'skip' ? 1 : 0)
    t.strictSame(decoder.ignoredFamilies, reaction === 'ignore' ? [codeOf(2, 1)] : [])
    t.equal(decode(decoder, good, contextOf()), 0, 'the next message is read as if nothing had been')
  })
  t.test(`${id} cut short`, async () => {
    const message = bytesOf(bytes)
    for (let cut = 19; cut < message.length; cut++) decoder.decode(message, 0, cut, contextOf(session))
  })
}

const header = 'ffffffffffffffffffffffffffffffff'
function update(attributes: string, nlri = '18cb0071', withdrawn = ''): Uint8Array {
  const u16 = (value: number): string => value.toString(16).padStart(4, '0')
  const body = u16(withdrawn.length / 2) + withdrawn + u16(attributes.length / 2) + attributes + nlri
  return bytesOf(`${header}${u16(19 + body.length / 2)}02${body}`)
}
const mandatory = '4001010040020602010000fde9400304c0000201'

t.test('the strongest of several errors wins, and all are reported', async t => {
  // ATOMIC_AGGREGATE of one byte: discard; MED of three: withdraw.
  t.equal(decode(decoder, update(`${mandatory}800403000032400601 00`.replace(' ', '')), contextOf()), 2)
  t.equal(decoder.error?.attribute, 4)
  t.strictSame(
    decoder.errors.map(({ attribute }) => attribute),
    [4, 6]
  )
  t.strictSame(decoder.discarded, [6])
  // … and an unknown well-known attribute: reset.
  t.equal(decode(decoder, update(`${mandatory}80040300003240960101`), contextOf()), 4)
  t.equal(decoder.sectionCount, 0)
})

t.test('withdrawals beside a malformed announcement are honoured', async t => {
  t.equal(decode(decoder, update('40010103', '18cb0071', '080a'), contextOf()), 2)
  t.strictSame(sectionsOf(decoder).map(printSection), ['inet - 10.0.0.0/8', 'inet - 203.0.113.0/24'])
})

t.test('malformed attributes without an announcement end the session (RFC 7606 §5.2)', async t => {
  t.equal(decode(decoder, update('40010103', ''), contextOf()), 4)
  t.equal(decoder.error?.subcode, 6)
  t.equal(decode(decoder, update('40010103', '', '080a'), contextOf()), 4)
  t.equal(decode(decoder, update('40060101', ''), contextOf()), 1, 'a discarded attribute does not')
})

/** ORIGIN and AS_PATH as ExaBGP repeats them when it withdraws, and the withdrawal of 2001:db8:1::/48. */
const gone = '800f0a000201 30 20010db80001'.replaceAll(' ', '')
const [withSet, fromOther] = ['40020c02010000fde901010000fea7', '40020602010000fea7'] as const
const attributeFilter = new Uint8Array(256)
attributeFilter[32] = 2
const large = `c0200c${'00'.repeat(12)}`
const refused: readonly [what: string, attributes: string, settings: Partial<DecodeContext>][] = [
  ['the operator has such routes withdrawn', large, { attributeFilter }],
  ['AS_PATH with a set', withSet, { rejectAsSets: true }],
  ['AS_PATH that begins with another AS', fromOther, { enforceFirstAs: true }],
  ['empty AS_PATH', '400200', {}]
]
for (const [what, attributes, settings] of refused)
  t.test(`withdrawn with an attribute that is not accepted, but can be read: ${what}`, async t => {
    const context = contextOf(settings)
    const both = ['inet - 10.0.0.0/8', 'inet6 - 2001:db8:1::/48']
    t.equal(decode(decoder, update(`40010100${attributes}${gone}`, '', '080a'), context), 2)
    t.strictSame(sectionsOf(decoder).map(printSection), both)
    t.equal(decode(decoder, update(`40010100${attributes}`, ''), context), 2, 'nothing at all')
    t.equal(decoder.sectionCount, 0)
    t.equal(
      decode(decoder, update(`40010103${attributes}${gone}`, '', '080a'), context),
      4,
      'and a malformed one'
    )
    t.equal(decoder.error?.subcode, 6)
    t.equal(decode(decoder, update(`${attributes}40010103${gone}`, ''), context), 4, 'in either order')
    t.equal(decoder.error?.subcode, 6)
  })

t.test('bad NLRI turn off their family where that is asked for', async t => {
  const bad = '800e1b0002011020010db8000000000000000000000001008120010db800'
  const context = contextOf({ disableFamilyOnError: true })
  t.equal(decode(decoder, update(bad + mandatory), context), Reaction.disableFamily)
  t.equal(decoder.errorFamily?.name, 'inet6')
  t.strictSame(sectionsOf(decoder).map(printSection), ['inet + 203.0.113.0/24'])
  t.equal(attributesOf(decoder.sections[0]!), mandatory)
  const worse = `${bad}40010103${mandatory.slice(8)}`
  t.equal(decode(decoder, update(worse), context), Reaction.disableFamily)
  t.strictSame(
    sectionsOf(decoder).map(printSection),
    ['inet - 203.0.113.0/24'],
    'a weaker error still counts'
  )
})

t.test('private attributes: a stranger loses the attribute, a control node the route', async t => {
  const edges = `${mandatory}c0f10104`
  t.equal(decode(decoder, update(edges), contextOf()), 1)
  t.equal(attributesOf(decoder.sections[0]!), mandatory)
  t.equal(decode(decoder, update(edges), contextOf({ controlNode: true })), 2)
  t.equal(decode(decoder, update(`${mandatory}c0f100`), contextOf({ controlNode: true })), 2, 'empty edges')
})

t.test('the filter of attributes comes before anything else', async t => {
  const attributeFilter = new Uint8Array(256)
  attributeFilter[8] = 1
  attributeFilter[32] = 2
  const context = contextOf({ attributeFilter })
  t.equal(decode(decoder, update(`${mandatory}c00803ffffff`), context), 1)
  t.equal(attributesOf(decoder.sections[0]!), mandatory)
  t.equal(decode(decoder, update(`${mandatory}c0200c${'00'.repeat(12)}`), context), 2)
})

t.test('next hops that cannot be used withdraw', async t => {
  for (const hop of ['00000000', '7f000001', 'e0000001', 'ffffffff']) {
    t.equal(decode(decoder, update(`${mandatory.slice(0, 26)}400304${hop}`), contextOf()), 2, hop)
    t.equal(decoder.error?.subcode, 8)
  }
  for (const hop of ['0'.repeat(32), `${'0'.repeat(31)}1`, `ff02${'0'.repeat(27)}1`]) {
    const reach = `800e1c00020110${hop}003020010db80001`
    t.equal(decode(decoder, update(reach + mandatory.slice(0, 26), ''), contextOf()), 2, hop)
  }
})

t.test('IPv6 next hops of IPv4 prefixes need the capability', async t => {
  const reach = `800e1800010110${'20010db8'.padEnd(32, '1')}00100a02${mandatory.slice(0, 26)}`
  t.equal(decode(decoder, update(reach, ''), contextOf()), 4)
  t.equal(decode(decoder, update(reach, ''), contextOf({ extendedNextHop: true })), 0)
})

t.test('AS4_PATH on a session with 4-byte numbers is dropped', async t => {
  t.equal(decode(decoder, update(`${mandatory}c011060201fa56ea01`), contextOf()), 1)
  t.equal(attributesOf(decoder.sections[0]!), mandatory)
})

t.test('an error says where it is', async t => {
  decode(decoder, update(`${mandatory}800403000032`), contextOf())
  t.equal(decoder.error?.offset, 23 + mandatory.length / 2)
  t.match(decoder.error?.what, /MULTI_EXIT_DISC of 3/)
})
