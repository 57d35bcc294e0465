/** Exact bytes of spec routing 5.3 and of the vectors V28 to V57 of spec bgp. */
import fc from 'fast-check'
import t from 'tap'
import {
  defaultGatewayCommunity,
  ExtendedKind,
  encapsulationCommunity,
  encapsulationsOf,
  esImportCommunity,
  esiLabelCommunity,
  esiLabelOf,
  eTreeCommunity,
  eTreeOf,
  findExtended,
  findExtendedValue,
  isRouteOrigin,
  isRouteTarget,
  isSourceAs,
  isVxlan,
  LoadBalanceField,
  loadBalanceCommunity,
  loadBalanceOf,
  localSequenceNumberCommunity,
  localSequenceNumberOf,
  macMobilityCommunity,
  macMobilityOf,
  multicastFlagsCommunity,
  multicastFlagsOf,
  routerMacCommunity,
  routerMacOf,
  sourceAsAt,
  sourceAsCommunity,
  TunnelType,
  vrfRouteImportCommunity
} from '../../../src/bgp/wire/ext-communities.js'
import {
  parseExtendedCommunity,
  parseTunnelType,
  printExtendedCommunities,
  printExtendedCommunity,
  printTunnelType
} from '../../../src/bgp/wire/ext-community-text.js'
import { parseMac, printMac } from '../../../src/net/mac.js'

const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

/** Gives the arguments of a reader: a range in the middle of other bytes. */
const range = (...hex: string[]): [Uint8Array, number, number] => {
  const value = bytesOf(hex.join(''))
  return [Buffer.concat([Buffer.alloc(3, 0x03), value, Buffer.alloc(8, 0x03)]), 3, 3 + value.length]
}

t.test('what is written', async t => {
  const mac = parseMac('02:00:00:00:00:01')!
  t.equal(hexOf(encapsulationCommunity(TunnelType.udp)), '030c00000000000d')
  t.equal(hexOf(defaultGatewayCommunity()), '030d000000000000')
  t.equal(hexOf(macMobilityCommunity({ sequence: 7, sticky: true })), '0600010000000007')
  t.equal(hexOf(macMobilityCommunity({ sequence: 0xffffffff, sticky: false })), '06000000ffffffff')
  t.equal(hexOf(esiLabelCommunity({ singleActive: false, label: 100 })), '0601000000000640')
  t.equal(hexOf(esiLabelCommunity({ singleActive: true, label: 0xfffff })), '0601010000fffff0')
  t.equal(hexOf(esImportCommunity(mac)), '0602020000000001')
  t.equal(hexOf(routerMacCommunity(mac)), '0603020000000001')
  t.equal(hexOf(eTreeCommunity({ leaf: true, label: 0 })), '0605010000000000')
  t.equal(hexOf(multicastFlagsCommunity(1)), '0609000100000000')
  t.equal(hexOf(localSequenceNumberCommunity(3)), 'c000000000030000')
  t.equal(hexOf(sourceAsCommunity(64512)), '0009fc0000000000')
  t.equal(hexOf(sourceAsCommunity(4200000001)), '0209fa56ea010000')
  t.equal(hexOf(vrfRouteImportCommunity(0x0a540503, 5)), '010b0a5405030005')
})

t.test('what is read', async t => {
  t.same(encapsulationsOf(...range('030c000000000002', '0002fc0000000064', '030c000000000008')), [2, 8])
  t.ok(isVxlan(...range('030c000000000002', '030c000000000008')), 'beside others')
  t.notOk(isVxlan(...range('030c00000000000d', '0600000000000008')))
  t.same(macMobilityOf(...range('030c000000000008', '0600010000000007')), { sequence: 7, sticky: true })
  t.equal(macMobilityOf(...range('0601010000000007')), undefined)
  t.same(
    esiLabelOf(...range('0601000000000641')),
    { singleActive: false, label: 100 },
    'V35, with bottom of stack'
  )
  t.equal(esiLabelOf(...range()), undefined)
  t.same(eTreeOf(...range('0605010000000000')), { leaf: true, label: 0 })
  t.equal(eTreeOf(...range()), undefined)
  t.equal(printMac(routerMacOf(...range('0603020000000001'))!), '02:00:00:00:00:01')
  t.equal(routerMacOf(...range('0602020000000001')), undefined)
  t.equal(multicastFlagsOf(...range('0609000100000000')), 1)
  t.equal(multicastFlagsOf(...range()), 0)
  t.equal(localSequenceNumberOf(...range('c000000000030000')), 3)
  t.equal(localSequenceNumberOf(...range()), 0)
  t.equal(findExtended(...range('030c000000000002', '0600010000000007'), ExtendedKind.macMobility), 11)
  t.equal(
    findExtendedValue(...range('030c000000000002', '030c00000000000d'), bytesOf('030c00000000000d')),
    11
  )
  t.equal(findExtendedValue(...range('030c000000000002'), bytesOf('030c000000000003')), -1)
})

t.test('kinds that have three forms', async t => {
  for (const type of ['00', '01', '02']) {
    t.ok(isRouteTarget(bytesOf(`${type}02fc0000000064`), 0))
    t.ok(isRouteOrigin(bytesOf(`${type}03fc0000000064`), 0))
    t.notOk(isRouteTarget(bytesOf(`${type}03fc0000000064`), 0))
  }
  t.notOk(isRouteTarget(bytesOf('0302fc0000000064'), 0))
  t.notOk(isRouteTarget(bytesOf('0602112233445566'), 0), 'ES import')
  t.ok(isSourceAs(bytesOf('0009fc0000000000'), 0))
  t.notOk(isSourceAs(bytesOf('01090a5405030000'), 0))
  t.equal(sourceAsAt(sourceAsCommunity(64512), 0), 64512)
  t.equal(sourceAsAt(sourceAsCommunity(4200000001), 0), 4200000001)
})

t.test('load balance', async t => {
  t.equal(loadBalanceCommunity({ fields: 0xf8, sourceBias: false }), undefined, 'the default is not sent')
  t.equal(hexOf(loadBalanceCommunity({ fields: 0xf8, sourceBias: true })), '03aaf80080000000')
  const fields = LoadBalanceField.l3Source | LoadBalanceField.l4DestinationPort
  t.equal(hexOf(loadBalanceCommunity({ fields, sourceBias: false })), '03aa880000000000')
  t.same(loadBalanceOf(...range('03aa880080000000')), { fields, sourceBias: true })
  t.same(loadBalanceOf(...range('030c000000000002')), { fields: 0xf8, sourceBias: false })
})

t.test('text', async t => {
  const vectors = [
    ['0002fc00007a1201', 'target:64512:8000001'],
    ['01020a5405030000', 'target:10.84.5.3:0'],
    ['0202fa56ea011f41', 'target:4200000001:8001'],
    ['0003fc0000000007', 'soo:64512:7'],
    ['01030a5405030007', 'soo:10.84.5.3:7'],
    ['0009fc0000000000', 'source-as:64512:0'],
    ['0209fa56ea010000', 'source-as:4200000001:0'],
    ['010b0a5405030005', 'rt-import:10.84.5.3:5'],
    ['8085fc0000000009', 'subcluster:64512:9'],
    ['8285fa56ea010009', 'subcluster:4200000001:9']
  ] as const
  for (const [hex, text] of vectors) {
    t.equal(printExtendedCommunity(bytesOf(`00${hex}`), 1), text)
    t.equal(hexOf(parseExtendedCommunity(text)), hex)
  }
  const printed = [
    ['030c00000000000d', 'encapsulation:udp'],
    ['030c00000000000b', 'encapsulation:mpls-o-gre'],
    ['030c000000000063', 'encapsulation:unspecified'],
    ['030d000000000000', 'defaultgw:0'],
    ['03aaf80080000000', 'load-balance:source-bias'],
    ['03aa880000000000', 'load-balance:field-hash'],
    ['0600010000000007', 'mobility:sticky:7'],
    ['0600000000000007', 'mobility:non-sticky:7'],
    ['0601000000000641', 'esilabel:aa:100'],
    ['0601010000000000', 'esilabel:sa:0'],
    ['0602112233445566', 'esimport:11:22:33:44:55:66'],
    ['060300005e000100', 'rtrmac:00:00:5e:00:01:00'],
    ['0605000000000000', 'etree:root:0'],
    ['0605010000000000', 'etree:leaf:0'],
    ['0609000100000000', 'evpn-mcast-flags:1'],
    ['8004fdf2007a1201', 'secgroup:65010:8000001'],
    ['8204fa56ea010000', 'secgroup:4200000001:0'],
    ['8071fdf200000005', 'originvn:65010:5'],
    ['8271fa56ea010005', 'originvn:4200000001:5'],
    ['8084fdf200050007', 'tag:65010:327687'],
    ['c000000000030000', 'local_sequence_number:3'],
    ['4302000000000001', 'ext community: 4302000000000001']
  ] as const
  for (const [hex, text] of printed) t.equal(printExtendedCommunity(bytesOf(hex)), text)
  t.same(printExtendedCommunities(...range('030c000000000002', '0605000000000000')), [
    'encapsulation:gre',
    'etree:root:0'
  ])
  t.equal(hexOf(parseExtendedCommunity('ffff')), '000000000000ffff')
  t.equal(hexOf(parseExtendedCommunity('0x0300000000000001')), '0300000000000001')
  for (const text of [
    '',
    'target',
    'target:',
    'target:0:1',
    'target:1',
    'encapsulation:gre',
    'rt-import:64512:1',
    'source-as:10.0.0.1:1',
    'subcluster:10.0.0.1:1',
    '00000000000000001',
    '0x',
    'xyz',
    ':1:1'
  ]) {
    t.equal(parseExtendedCommunity(text), undefined, JSON.stringify(text))
  }
  for (const name of ['gre', 'udp', 'vxlan', 'nvgre', 'mpls', 'vxlan-gpe', 'native']) {
    t.equal(printTunnelType(parseTunnelType(name)!), name)
  }
  t.equal(parseTunnelType('mpls-o-gre'), undefined, 'which agents may not give')
})

t.test('any eight bytes print, and what parses prints the same again', async () => {
  const kind = fc.constantFrom(...Object.values(ExtendedKind), 0x0002, 0x0102, 0x0202, 0x0003, 0x0009, 0xffff)
  const community = fc
    .tuple(kind, fc.uint8Array({ minLength: 6, maxLength: 6 }))
    .map(([kind, body]) => Uint8Array.of(kind >> 8, kind & 255, ...body))
  fc.assert(
    fc.property(community, bytes => {
      const text = printExtendedCommunity(bytes)
      const parsed = parseExtendedCommunity(text)
      return text !== '' && (parsed === undefined || hexOf(parsed) === hexOf(bytes))
    }),
    { seed: 7, numRuns: 2000 }
  )
})
