/** OPENs and UPDATEs within a confederation, and from outside of it (RFC 5065, RFC 7606 7.2). */
import t from 'tap'
import { type Capabilities, noCapabilities, Role } from '../../../src/bgp/wire/capabilities.js'
import { decodeContext } from '../../../src/bgp/wire/decode-context.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { type NegotiateSettings, negotiate } from '../../../src/bgp/wire/negotiate.js'
import { myAsOf, type Open } from '../../../src/bgp/wire/open.js'
import { UpdateDecoder } from '../../../src/bgp/wire/update.js'
import { readAttributes } from '../../../src/lab/route-attributes.js'
import { bytesOf, decode } from './support.js'

const inet = familyNamed('inet')!
const members = [65001, 65002, 70003]
const identifier = 64999

function openOf(as: number, routerId: number, more: Partial<Capabilities> = {}): Open {
  const multiprotocol = [{ afi: 1, safi: 1 }]
  return {
    myAs: myAsOf(as),
    holdTimeSeconds: 90,
    routerId,
    capabilities: { ...noCapabilities, multiprotocol, fourByteAs: as, ...more }
  }
}

interface OpenCase {
  readonly name: string
  readonly ours: number
  readonly theirs: number
  readonly wanted?: NegotiateSettings['peerAs']
  readonly members?: readonly number[]
  /** external, member; or the subcode and what the log says. */
  readonly becomes: readonly [external: boolean, member: true | undefined] | RegExp
}

const opens: readonly OpenCase[] = [
  { name: 'the own member AS', ours: 65001, theirs: 65001, becomes: [false, undefined] },
  { name: 'another member', ours: 65001, theirs: 65002, becomes: [true, true] },
  { name: 'another member with a large AS', ours: 65001, theirs: 70003, becomes: [true, true] },
  { name: 'outside', ours: identifier, theirs: 64500, becomes: [true, undefined] },
  { name: 'a member that we show as another AS', ours: 64777, theirs: 65002, becomes: [true, undefined] },
  { name: 'in no confederation', ours: 65001, theirs: 65002, members: [], becomes: [true, undefined] },
  {
    name: 'any other AS: outside',
    ours: identifier,
    theirs: 64500,
    wanted: 'external',
    becomes: [true, undefined]
  },
  {
    name: 'any other AS: a member',
    ours: identifier,
    theirs: 65002,
    wanted: 'external',
    becomes: /is a member/
  },
  { name: 'a list: a member', ours: 65001, theirs: 65002, wanted: [65002, 64500], becomes: [true, true] },
  { name: 'a list: outside', ours: 65001, theirs: 64500, wanted: [65002, 64500], becomes: /is no member/ },
  { name: 'the confederation itself', ours: identifier, theirs: identifier, becomes: /confederation's own/ }
]
for (const { name, ours, theirs, wanted = theirs, members: list = members, becomes } of opens) {
  t.test(`OPEN: ${name}`, async t => {
    const settings = { peerAs: wanted, families: [inet], ...(list.length > 0 && { members: list }) }
    const { ok, error } = negotiate(openOf(ours, 1), openOf(theirs, 2), settings)
    if (becomes instanceof RegExp) t.match(error, { code: 2, subcode: 2, what: becomes })
    else t.strictSame([ok?.external, ok?.member], becomes)
  })
}

t.test('roles are none of members (RFC 9234)', async t => {
  const role = { role: Role.provider }
  const settings = { peerAs: 65002, families: [inet], members, strictRole: true }
  const { ok } = negotiate(openOf(65001, 1, role), openOf(65002, 2, role), settings)
  t.match(ok, { member: true, localRole: undefined, peerRole: undefined })
})

// ---- UPDATEs

type From = 'outside' | 'member' | 'own'
const ends: Record<From, readonly [ours: number, theirs: number]> = {
  outside: [identifier, 64500],
  member: [65001, 65002],
  own: [65001, 65001]
}

interface UpdateCase {
  readonly name: string
  readonly from: From
  /** AS_PATH segments in hex, with AS numbers of four bytes. */
  readonly path: string
  /** As it is read; or what the log says, treated as withdrawn. */
  readonly reads: string | RegExp
  /** The node is in no confederation. */
  readonly alone?: boolean
  readonly empty?: boolean
  readonly anyFirst?: boolean
}
const [member, other] = ['0301 0000fdea', '0302 0000fdeb 0000fdea']

const updates: readonly UpdateCase[] = [
  { name: 'a route of it', from: 'member', path: member, reads: '(65002)' },
  { name: 'a route from outside', from: 'member', path: `${member} 0201 0000fbf4`, reads: '(65002) 64500' },
  {
    name: 'members, a set of them',
    from: 'member',
    path: `${member} 0402 0000fdeb 0000fdec`,
    reads: '(65002) [65003 65004]'
  },
  { name: 'within the own AS', from: 'own', path: `${member} 0201 0000fbf4`, reads: '(65002) 64500' },
  { name: 'within the own AS, plain', from: 'own', path: '0201 0000fbf4', reads: '64500' },
  { name: 'within the own AS, empty', from: 'own', path: '', reads: '' },
  {
    name: 'no leading AS_CONFED_SEQUENCE',
    from: 'member',
    path: '0201 0000fdea',
    reads: /does not begin with an AS_CONFED_SEQUENCE/
  },
  { name: 'a leading AS_CONFED_SET', from: 'member', path: '0401 0000fdea', reads: /does not begin with/ },
  {
    name: 'neither does it where the first AS may be any',
    from: 'member',
    path: '0201 0000fdea',
    anyFirst: true,
    reads: /does not begin with/
  },
  { name: 'another member first', from: 'member', path: other, reads: /begins with 65003 and not with/ },
  { name: 'which may be', from: 'member', path: other, anyFirst: true, reads: '(65003 65002)' },
  { name: 'an empty path', from: 'member', path: '', reads: /empty AS_PATH/ },
  { name: 'which may be', from: 'member', path: '', empty: true, reads: '' },
  { name: 'a segment without members', from: 'member', path: `${member} 0300`, reads: /an empty segment/ },
  { name: 'AS 0 among members', from: 'member', path: `${member} 0301 00000000`, reads: /AS 0/ },
  { name: 'a segment past the end', from: 'member', path: '0302 0000fdea', reads: /past the end/ },
  {
    name: 'segments of it',
    from: 'outside',
    path: `${member} 0201 0000fbf4`,
    reads: /a confederation segment/
  },
  {
    name: 'segments of it, behind',
    from: 'outside',
    path: `0201 0000fbf4 ${member}`,
    reads: /a confederation segment/
  },
  {
    name: 'a set of it',
    from: 'outside',
    path: '0401 0000fdea 0201 0000fbf4',
    reads: /a confederation segment/
  },
  { name: 'plain', from: 'outside', path: '0201 0000fbf4', reads: '64500' },
  { name: 'a node in none', from: 'own', alone: true, path: member, reads: /a confederation segment/ }
]

const hex = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, '0')
const attribute = (flags: number, code: number, value: string): string =>
  `${hex(flags, 1)}${hex(code, 1)}${hex(value.length / 2, 1)}${value}`

/** With next hop and LOCAL_PREF 200, and `more`. */
function update(path: string, more = ''): Uint8Array {
  const block = `40010100${attribute(0x40, 2, path.replaceAll(' ', ''))}400304c0000201400504000000c8${more}`
  const body = `0000${hex(block.length / 2, 2)}${block}18cb0071`
  return bytesOf(`${'ff'.repeat(16)}${hex(19 + body.length / 2, 2)}02${body}`)
}

function contextFrom(from: From, settings: Parameters<typeof decodeContext>[1] = {}, twoBytes = false) {
  const [ours, theirs] = ends[from]
  const { ok } = negotiate(
    openOf(ours, 1),
    twoBytes
      ? { ...openOf(theirs, 2), capabilities: { ...noCapabilities, multiprotocol: [{ afi: 1, safi: 1 }] } }
      : openOf(theirs, 2),
    { peerAs: theirs, families: [inet], members }
  )
  return decodeContext(ok!, { confederation: true, ...settings })
}

const decoder = new UpdateDecoder()
function read(bytes: Uint8Array, context: ReturnType<typeof contextFrom>) {
  decode(decoder, bytes, context)
  const section = decoder.sections[0]!
  return section.withdraw
    ? undefined
    : readAttributes(section.attributes, section.attributesStart, section.attributesEnd)
}

for (const { name, from, path, reads, alone = false, empty = false, anyFirst = false } of updates) {
  t.test(`UPDATE, ${from}: ${name}`, async t => {
    const settings = { confederation: !alone, allowEmptyAsPath: empty, enforceFirstAs: !anyFirst }
    const found = read(update(path), contextFrom(from, settings))
    if (typeof reads === 'string') {
      t.equal(found?.asPath, reads)
      t.equal(found?.localPreference, from === 'outside' ? undefined : 200)
    } else {
      t.equal(found, undefined)
      t.match(decoder.error, { code: 3, subcode: 11, what: reads })
    }
  })
}

t.test('what reflectors write is of one member AS', async t => {
  const more = `${attribute(0x80, 9, '0a000001')}${attribute(0x80, 10, '0a000002')}`
  const found = read(update(member, more), contextFrom('member'))
  t.match(found, { asPath: '(65002)', localPreference: 200, originatorId: undefined, clusterList: undefined })
  t.strictSame(decoder.discarded, [9, 10])
})

t.test('LOCAL_PREF may be missing between members (RFC 5065 5.2)', async t => {
  const bytes = update(member)
  const text = Buffer.from(bytes).toString('hex').replace('400504000000c8', '800404000000c8')
  t.match(read(bytesOf(text), contextFrom('member')), {
    asPath: '(65002)',
    med: 200,
    localPreference: undefined
  })
})

t.test('a member of two-byte AS numbers: AS4_PATH says nothing of members (RFC 6793 3)', async t => {
  const context = contextFrom('member', {}, true)
  const as4 = attribute(0xc0, 17, '030100011173 0202 00011170 00011171'.replaceAll(' ', ''))
  t.equal(
    read(update('0302 fdea 5ba0 0202 5ba0 5ba0', as4), context)?.asPath,
    '(65002 23456) 70000 70001',
    'its segments are dropped from AS4_PATH, and kept in front'
  )
  t.equal(read(update('0301 fdea'), context)?.asPath, '(65002)')
})
