import fc from 'fast-check'
import t from 'tap'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { inetKey } from '../../../src/bgp/wire/family/inet.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import { Framer } from '../../../src/bgp/wire/framer.js'
import { Nlri } from '../../../src/bgp/wire/nlri.js'
import { UpdateDecoder } from '../../../src/bgp/wire/update.js'
import { BeginResult, UpdateWriter } from '../../../src/bgp/wire/update-writer.js'
import { Writer } from '../../../src/bgp/wire/writer.js'
import {
  attributesOf,
  bytesOf,
  contextOf,
  decode,
  encodeOptions,
  hexOf,
  printSection,
  rewrite,
  type SessionOptions,
  sectionsOf
} from './support.js'
import { validUpdates } from './vectors/valid-updates.js'

const inet = familyNamed('inet')!
const decoder = new UpdateDecoder()
const nlri = new Nlri()
const mandatory = bytesOf('4001010040020602010000fde9400304c0000201')

/** All that the messages in `to` say, section by section. */
function readBack(to: Writer, session: SessionOptions): string[] {
  const framer = new Framer()
  framer.limit = 65535
  framer.push(to.bytes.subarray(0, to.at))
  const found: string[] = []
  while (framer.next()) {
    decoder.decode(framer.bytes, framer.start, framer.end, contextOf(session))
    if (decoder.error !== undefined) throw new Error(decoder.error.what)
    for (const section of sectionsOf(decoder))
      found.push(`${printSection(section)} | ${attributesOf(section)}`)
    if (decoder.endOfRib !== undefined) found.push(`end ${decoder.endOfRib.name}`)
  }
  return found
}

/** Vectors of which this encoder has another form: order of attributes, the Partial bit, several sections at once. */
const otherForm = new Set(['V19', 'V20', 'V39', 'V50', 'V54', 'V58', 'V60'])

for (const { id, name, bytes, sections, attributes, endOfRib, ...session } of validUpdates) {
  t.test(`T-UPD-1, T-UPD-10 ${id} ${name}`, async t => {
    const { addPath = false, extendedNextHop = false, twoByteAs } = session
    for (const form of ['standard', 'control-node'] as const) {
      const options = { ...encodeOptions, addPath, extendedNextHop, fourByteAs: twoByteAs !== true, form }
      const to = new Writer(10_000)
      const message = bytesOf(bytes)
      decode(decoder, message, contextOf(session))
      t.ok(rewrite(decoder, new UpdateWriter(to), options))
      if (form === 'standard' && !otherForm.has(id)) t.equal(hexOf(to.bytes, 0, to.at), bytes)
      if (form === 'control-node' && (id === 'V19' || id === 'V20')) t.equal(hexOf(to.bytes, 0, to.at), bytes)
      const again = attributes.slice()
      const expected = sections.map(text => `${text} | ${text.includes(' + ') ? again.shift() : ''}`)
      if (endOfRib !== undefined) expected.push(`end ${endOfRib}`)
      t.strictSame(readBack(to, session), expected)
    }
  })
}

t.test('contrail-control has its own order, and label 1 in withdrawals', async t => {
  const options = { ...encodeOptions, form: 'control-node' as const }
  const to = new Writer(10_000)
  const updates = new UpdateWriter(to)
  const set = bytesOf(
    '400101004002004003040a5405098004040000000040050400000064c0080400000001c010080002fc0000000064' +
      'c016050006000000e0c80101010201aa'
  )
  const vpn = familyNamed('inet-vpn')!
  nlri.reset().setKey(vpn.parse('64512:1:10.0.0.0/8')!)
  nlri.label = 0x10
  t.equal(updates.beginReach(set, 0, set.length, vpn, options), BeginResult.ok)
  t.ok(updates.add(nlri))
  updates.finish()
  const written = hexOf(to.bytes, 0, to.at)
  const start = '40010100 40050400000064 400200 c0080400000001 c010080002fc0000000064'.replaceAll(' ', '')
  t.equal(written.slice(46, 46 + start.length), start)
  t.ok(written.includes('c016050006000000e0c80101900e'), 'unknown ones, then MP_REACH_NLRI')
  t.notOk(written.includes('010201aa'), 'internal attributes stay')
  t.notOk(written.includes('800404'), 'nor does MED 0 go out')
  to.at = 0
  nlri.label = 0
  updates.beginWithdraw(vpn, options)
  updates.add(nlri)
  updates.finish()
  t.ok(hexOf(to.bytes, 0, to.at).endsWith('60000001 0000fc0000000001 0a'.replaceAll(' ', '')))
  t.equal(nlri.label, 0)
})

t.test('T-UPD-2 messages are filled to the last byte', async t => {
  for (const maximumLength of [4096, 300, 65535]) {
    const to = new Writer(200_000)
    const updates = new UpdateWriter(to)
    const options = { ...encodeOptions, maximumLength }
    const begin = (): void => {
      t.equal(updates.beginReach(mandatory, 0, mandatory.length, inet, options), BeginResult.ok)
    }
    begin()
    const count = 40_000
    for (let i = 0; i < count; i++) {
      nlri.reset().setKey(inetKey((10 << 24) | (i << 8), 24))
      if (updates.add(nlri)) continue
      begin()
      if (!updates.add(nlri)) t.fail('the second try must fit')
    }
    updates.finish()
    const room = maximumLength - 23 - mandatory.length
    const perMessage = Math.floor(room / 4)
    t.equal(updates.messages, Math.ceil(count / perMessage))
    const back = readBack(to, {})
    t.equal(back.length, updates.messages)
    const prefixes = back.flatMap(text => text.split(' |')[0]!.split(' ').slice(2))
    t.equal(prefixes.length, count)
    t.equal(new Set(prefixes).size, count)
  }
})

const fills = ['inet', 'inet6', 'inet-vpn'].flatMap(name =>
  [true, false].flatMap(reach => (['standard', 'control-node'] as const).map(form => ({ name, reach, form })))
)
for (const { name, reach, form } of fills) {
  t.test(`${name} ${reach ? 'announcements' : 'withdrawals'} fill messages in the form ${form}`, async t => {
    const family = familyNamed(name)!
    const options = { ...encodeOptions, form }
    const to = new Writer(100_000)
    const updates = new UpdateWriter(to)
    const texts = { inet: '10.0.0.0/16', inet6: '2001:db8::/32', 'inet-vpn': '64512:1:10.0.0.0/24' }
    nlri.reset().setKey(family.parse(texts[name as 'inet'])!)
    const begin = (): BeginResult =>
      reach
        ? updates.beginReach(mandatory, 0, mandatory.length, family, options)
        : updates.beginWithdraw(family, options)
    t.equal(begin(), BeginResult.ok)
    const ends: number[] = []
    let size = 0
    while (ends.length < 3) {
      const at = to.at
      if (updates.add(nlri)) {
        size = to.at - at
        continue
      }
      ends.push(to.at)
      begin()
    }
    updates.finish()
    for (const [i, end] of ends.entries()) {
      const length = end - (ends[i - 1] ?? 0)
      t.ok(length <= 4096 && length + size > 4096, `${length} bytes`)
    }
    t.equal(readBack(to, {}).length, 3)
  })
}

t.test('T-UPD-2 exactly full: 4096 bytes pass, one more prefix begins a message', async t => {
  // 23 + 20 bytes, then 4053 of NLRI: 1013 of 4 bytes, one of 1.
  const to = new Writer(10_000)
  const updates = new UpdateWriter(to)
  updates.beginReach(mandatory, 0, mandatory.length, inet, encodeOptions)
  for (let i = 0; i < 1013; i++) t.ok(updates.add(nlri.reset().setKey(inetKey(i << 8, 24))))
  t.ok(updates.add(nlri.reset().setKey(inetKey(0, 0))))
  t.equal(to.at, 4096)
  t.notOk(updates.add(nlri))
  t.notOk(updates.tooLong)
  t.equal(to.at, 4096)
  t.equal(updates.messages, 1)
})

const many = (size: number): Uint8Array => {
  const value = new Uint8Array(size)
  return Uint8Array.from([...mandatory, 0xd0, 200, size >> 8, size, ...value])
}
t.test('attributes that leave no room', async t => {
  const to = new Writer(10_000)
  const updates = new UpdateWriter(to)
  const full = 4096 - 23 - mandatory.length - 4
  const nearly = many(full - 4)
  t.equal(updates.beginReach(nearly, 0, nearly.length, inet, encodeOptions), BeginResult.ok)
  t.notOk(updates.add(nlri.reset().setKey(inetKey(0, 32))), 'a prefix of 5 bytes where 4 are left')
  t.ok(updates.tooLong)
  t.equal(to.at, 0, 'nothing is left behind')
  for (const family of ['inet', 'inet6', 'evpn'] as FamilyName[]) {
    const set = many(full)
    t.equal(updates.beginReach(set, 0, set.length, familyNamed(family)!, encodeOptions), BeginResult.tooLong)
    t.equal(to.at, 0)
  }
  t.equal(updates.messages, 0)
})

t.test('an output without room for a whole message', async t => {
  const to = new Writer(6000)
  const updates = new UpdateWriter(to)
  t.equal(updates.endOfRib(inet, encodeOptions), BeginResult.ok)
  t.equal(hexOf(to.bytes, 0, to.at), 'ffffffffffffffffffffffffffffffff00170200000000')
  to.at = 3000
  t.equal(updates.beginWithdraw(inet, encodeOptions), BeginResult.outputFull)
  t.equal(updates.endOfRib(inet, encodeOptions), BeginResult.outputFull)
  t.equal(to.at, 3000)
})

t.test('a message without NLRI is taken back', async t => {
  const to = new Writer(6000)
  const updates = new UpdateWriter(to)
  updates.beginReach(mandatory, 0, mandatory.length, inet, encodeOptions)
  updates.finish()
  updates.beginWithdraw(inet, encodeOptions)
  updates.finish()
  t.equal(to.at, 0)
  t.equal(updates.messages, 0)
})

t.test('a message that is still open is finished with its own attributes', async t => {
  const vpn = familyNamed('inet-vpn')!
  const to = new Writer(6000)
  const updates = new UpdateWriter(to)
  const sets = ['', 'c010080002fc0000000064'].map(more => bytesOf(`${hexOf(mandatory)}${more}`))
  for (const [i, set] of sets.entries()) {
    nlri.reset().setKey(vpn.parse(`64512:1:10.0.${i}.0/24`)!)
    nlri.label = 0x101
    t.equal(updates.beginReach(set, 0, set.length, vpn, encodeOptions), BeginResult.ok)
    t.ok(updates.add(nlri))
  }
  updates.beginWithdraw(vpn, encodeOptions)
  t.ok(updates.add(nlri))
  updates.finish()
  const found = readBack(to, {})
  t.equal(found.length, 3)
  t.notMatch(found[0], 'c010')
  t.match(found[1], 'c010')
})

t.test('next hops that a session cannot say', async t => {
  const updates = new UpdateWriter(new Writer(6000))
  const begin = (hex: string, family: FamilyName, extendedNextHop = false): BeginResult => {
    const set = bytesOf(hex)
    return updates.beginReach(set, 0, set.length, familyNamed(family)!, { ...encodeOptions, extendedNextHop })
  }
  const inet6Hop = `40010100400200400310${'20'.repeat(16)}`
  t.equal(begin('40010100400200', 'inet'), BeginResult.noNextHop)
  t.equal(begin(inet6Hop, 'inet'), BeginResult.noNextHop)
  t.equal(begin(inet6Hop, 'inet', true), BeginResult.ok)
  t.equal(begin(inet6Hop, 'inet-vpn'), BeginResult.noNextHop)
  t.equal(begin(inet6Hop, 'inet-vpn', true), BeginResult.ok)
  t.equal(begin(inet6Hop, 'inet6'), BeginResult.ok)
  t.equal(begin(inet6Hop, 'inet6-vpn'), BeginResult.ok)
  t.equal(begin(inet6Hop, 'evpn'), BeginResult.ok)
})

const asNumber = fc.constantFrom(1, 23456, 65001, 65535, 65536, 4200000001)
const segment = fc.record({
  type: fc.constantFrom(1, 2, 2, 2),
  numbers: fc.oneof(
    fc.array(asNumber, { minLength: 1, maxLength: 3 }),
    fc.array(asNumber, { minLength: 200, maxLength: 255 })
  )
})
t.test('T-AS-2 a path survives a session with 2-byte numbers', async () => {
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0')
  fc.assert(
    fc.property(
      fc.array(segment, { maxLength: 3 }),
      fc.option(asNumber),
      fc.boolean(),
      (segments, aggregator, form) => {
        // Neighbouring sequences are joined on receipt, so the original has none.
        const path = segments
          .filter(({ type }, i) => type === 1 || segments[i - 1]?.type !== 2)
          .map(
            ({ type, numbers }) =>
              hex(type, 2) + hex(numbers.length, 2) + numbers.map(as => hex(as, 8)).join('')
          )
          .join('')
        const long = path.length / 2 > 255
        const set = bytesOf(
          `40010100${long ? '5002' : '4002'}${hex(path.length / 2, long ? 4 : 2)}${path}400304c0000201400504000000 64`.replace(
            ' ',
            ''
          ) + (aggregator === null ? '' : `c00708${hex(aggregator, 8)}0a000001`)
        )
        const to = new Writer(10_000)
        const updates = new UpdateWriter(to)
        const options = {
          ...encodeOptions,
          fourByteAs: false,
          form: form ? ('standard' as const) : ('control-node' as const)
        }
        if (updates.beginReach(set, 0, set.length, inet, options) !== BeginResult.ok) return true
        updates.add(nlri.reset().setKey(inetKey(0, 0)))
        updates.finish()
        const [back] = readBack(to, { twoByteAs: true, internal: true })
        return back === `inet + 0.0.0.0/0 | ${hexOf(set)}`
      }
    ),
    { numRuns: 300 }
  )
})
