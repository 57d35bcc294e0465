import fc from 'fast-check'
import t from 'tap'
import { type Capabilities, noCapabilities, Role } from '../../../src/bgp/wire/capabilities.js'
import { families } from '../../../src/bgp/wire/families.js'
import { myAsOf, type Open, type OpenForm, openAs, readOpen, writeOpen } from '../../../src/bgp/wire/open.js'
import { Writer } from '../../../src/bgp/wire/writer.js'
import { bytesOf, hexOf } from './support.js'
import { opens } from './vectors/opens.js'

function read(hex: string): Open {
  const bytes = bytesOf(hex)
  const { open, error } = readOpen(bytes, 0, bytes.length)
  if (open === undefined) throw new Error(error.what)
  return open
}

function written(open: Open, form: OpenForm = 'standard'): string {
  const to = new Writer(8192)
  writeOpen(to, open, form)
  return hexOf(to.bytes, 0, to.at)
}

/** The configured families in the order of spec bgp 3.1, and in that of the restart capabilities. */
const announced = 'inet inet6 inet-vpn inet6-vpn route-target evpn erm-vpn mvpn inet-labeled'.split(' ')
const restarted = 'inet inet-labeled inet-vpn evpn route-target erm-vpn mvpn inet6 inet6-vpn'.split(' ')
const codeOfFamily = (name: string): { afi: number; safi: number } => {
  const { afi, safi } = families.find(family => family.name === name)!
  return { afi, safi }
}

const controlNode: Open = {
  myAs: 64512,
  holdTimeSeconds: 90,
  routerId: 0x0a540503,
  capabilities: {
    ...noCapabilities,
    multiprotocol: announced.map(codeOfFamily),
    fourByteAs: 64512,
    gracefulRestart: {
      restarting: false,
      notification: true,
      restartTimeSeconds: 300,
      families: restarted.map(name => ({ ...codeOfFamily(name), forwardingPreserved: true }))
    },
    longLived: restarted.map(name => ({
      ...codeOfFamily(name),
      forwardingPreserved: true,
      staleTimeSeconds: 86400
    }))
  }
}

t.test('V01: no capabilities', async t => {
  t.same(read(opens.bare), {
    myAs: 65001,
    holdTimeSeconds: 90,
    routerId: 0x0a000001,
    capabilities: noCapabilities
  })
  t.equal(written(read(opens.bare)), opens.bare)
})

t.test('V02: contrail-control with everything', async t => {
  t.same(read(opens.controlNode), controlNode)
  t.equal(written(controlNode, 'control-node'), opens.controlNode)
})

t.test('V03: contrail-control just started, without graceful restart', async t => {
  const { capabilities } = read(opens.starting)
  const { gracefulRestart } = capabilities
  t.same(gracefulRestart, { restarting: true, notification: false, restartTimeSeconds: 0, families: [] })
  t.equal(written(read(opens.starting), 'control-node'), opens.starting)
})

t.test('T-CAP-1 V04: a parameter for each capability', async t => {
  const open = read(opens.modern)
  t.equal(open.myAs, 23456)
  t.equal(openAs(open), 4200000001)
  t.same(open.capabilities, {
    ...noCapabilities,
    multiprotocol: [
      { afi: 1, safi: 1 },
      { afi: 2, safi: 1 }
    ],
    routeRefresh: true,
    enhancedRouteRefresh: true,
    extendedMessage: true,
    role: Role.routeServer,
    extendedNextHop: [{ afi: 1, safi: 1, nextHopAfi: 2 }],
    addPath: [
      { afi: 1, safi: 1, receive: true, send: true },
      { afi: 2, safi: 1, receive: true, send: false }
    ],
    fourByteAs: 4200000001
  })
  t.same(read(written(open)), open, 'in one parameter it says the same')
})

t.test('T-CAP-1 V05: extended optional parameters', async t => {
  const open = read(opens.extended)
  t.equal(openAs(open), 65010)
  t.same(open.capabilities.multiprotocol, [{ afi: 1, safi: 1 }])
})

t.test('T-CAP-6 capabilities of 300 bytes go out in the extended form', async t => {
  const unknown = [
    { code: 200, value: new Uint8Array(150) },
    { code: 201, value: new Uint8Array(150) }
  ]
  const open = { ...controlNode, capabilities: { ...noCapabilities, unknown } }
  t.equal(written(open).slice(56, 60), 'ffff')
  t.same(read(written(open)), open)
  const fits = [{ code: 200, value: new Uint8Array(251) }]
  const short = { ...controlNode, capabilities: { ...noCapabilities, unknown: fits } }
  t.equal(written(short).slice(56, 62), 'ff02fd', 'and 253 do not')
  t.same(read(written(short)), short)
})

const malformed = [
  { id: 'M06', bytes: opens.version3, error: { code: 2, subcode: 1 }, data: '0004' },
  { id: 'M09', bytes: opens.holdTimeOne, error: { code: 2, subcode: 6 }, data: '0001' },
  { id: 'M10', bytes: opens.parameterType1, error: { code: 2, subcode: 4 }, data: '' },
  { id: 'M11', bytes: opens.parametersPastEnd, error: { code: 2, subcode: 0 }, data: '' },
  { id: 'M12', bytes: opens.capabilityPastParameter, error: { code: 2, subcode: 0 }, data: '' },
  { id: 'M14', bytes: opens.shortFourByteAs, error: { code: 2, subcode: 0 }, data: '' },
  {
    id: 'version before hold time',
    bytes: `${opens.version3.slice(0, 44)}0001${opens.version3.slice(48)}`,
    error: { code: 2, subcode: 1 },
    data: '0004'
  }
]
for (const { id, bytes, error, data } of malformed) {
  t.test(id, async t => {
    const message = bytesOf(bytes)
    const found = readOpen(message, 0, message.length).error
    t.match(found, error)
    t.equal(hexOf(found?.data ?? new Uint8Array(0)), data)
  })
}

t.test('T-CAP-4 capabilities of a wrong length are left out, and named', async t => {
  const lengths: [code: number, length: number][] = [
    [2, 1],
    [5, 5],
    [6, 1],
    [8, 3],
    [9, 2],
    [64, 1],
    [64, 5],
    [69, 3],
    [70, 1],
    [71, 6],
    [73, 1],
    [75, 0],
    [128, 1]
  ]
  for (const [code, length] of lengths) {
    const unknown = [
      { code, value: new Uint8Array(length).fill(0xff) },
      { code: 200, value: new Uint8Array(5) }
    ]
    const open = read(written({ ...controlNode, capabilities: { ...noCapabilities, unknown } }))
    t.same(open.capabilities, { ...noCapabilities, malformed: [code], unknown: [unknown[1]] }, `${code}`)
  }
})

const familyArbitrary = fc.record({ afi: fc.constantFrom(1, 2, 25), safi: fc.constantFrom(1, 4, 70, 128) })
const flagged = familyArbitrary.chain(code =>
  fc.boolean().map(forwardingPreserved => ({ ...code, forwardingPreserved }))
)
const someFamilies = fc.array(familyArbitrary, { maxLength: 3 })
const optional = <T>(name: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.option(value).map(found => (found === null ? {} : { [name]: found }))
const capabilities = fc
  .tuple(
    fc.record({
      multiprotocol: someFamilies,
      routeRefresh: fc.boolean(),
      enhancedRouteRefresh: fc.boolean(),
      extendedMessage: fc.boolean(),
      extendedNextHop: someFamilies.map(list => list.map(code => ({ ...code, nextHopAfi: 2 }))),
      multipleLabels: someFamilies.map(list => list.map(code => ({ ...code, count: 3 }))),
      addPath: someFamilies.map(list => list.map(code => ({ ...code, receive: true, send: false }))),
      unknown: fc.array(
        fc.uint8Array({ maxLength: 60 }).map(value => ({ code: 222, value })),
        { maxLength: 4 }
      ),
      malformed: fc.constant([])
    }),
    optional('fourByteAs', fc.integer({ min: 1, max: 0xffffffff })),
    optional('role', fc.constantFrom(...Object.values(Role))),
    optional(
      'gracefulRestart',
      fc.record({
        restarting: fc.boolean(),
        notification: fc.boolean(),
        restartTimeSeconds: fc.integer({ min: 0, max: 4095 }),
        families: fc.array(flagged, { maxLength: 3 })
      })
    ),
    optional(
      'longLived',
      fc.array(
        flagged.map(code => ({ ...code, staleTimeSeconds: 0x123456 })),
        { maxLength: 3 }
      )
    ),
    optional(
      'fqdn',
      fc.record({ host: fc.constantFrom('', 'röuter-1'), domain: fc.constantFrom('', 'example.net') })
    ),
    optional('softwareVersion', fc.constantFrom('x', 'weft 0.1.0'))
  )
  .map(parts => Object.assign({}, ...parts) as Capabilities)

t.test('what is written is read', async () => {
  fc.assert(
    fc.property(capabilities, capabilities => {
      const open = { ...controlNode, capabilities }
      const again = read(written(open))
      // Empty lists of optional values and absent ones are told apart; property order is not.
      t.same(again, open)
    }),
    { numRuns: 200 }
  )
})

t.test('T-CAP-4 mutations and truncations never throw', async t => {
  const originals = Object.values(opens).map(bytesOf)
  fc.assert(
    fc.property(
      fc.constantFrom(...originals),
      fc.nat(),
      fc.nat(255),
      fc.nat(),
      (original, where, value, length) => {
        const bytes = original.slice()
        bytes[19 + (where % (bytes.length - 19))] = value
        const end = 19 + (length % (bytes.length - 18))
        const { open, error } = readOpen(bytes, 0, end)
        return (open === undefined) !== (error === undefined)
      }
    ),
    { numRuns: 2000 }
  )
  t.equal(myAsOf(4200000001), 23456)
  t.equal(myAsOf(65535), 65535)
})
