/** PMSI tunnels; and sets of sorted elements. */
import fc from 'fast-check'
import t from 'tap'
import {
  AssistedRole,
  assistedRole,
  printPmsiTunnel,
  readPmsiTunnel,
  writePmsiTunnel
} from '../../../src/bgp/wire/pmsi-tunnel.js'
import { isSorted, sortElements } from '../../../src/bgp/wire/sorted-elements.js'
import { bytesOf, hexOf } from './support.js'

t.test('PMSI tunnel', async t => {
  const values = [
    { bytes: '00060013880a540509', vni: true, text: 'ingress-replication 10.84.5.9 label 5000' },
    { bytes: '0106000000', vni: false, text: 'ingress-replication label 0' },
    { bytes: '10fc0012c10a540509', vni: false, text: 'assisted-replication 10.84.5.9 label 300' },
    { bytes: '00020012c1060001040a000001', vni: false, text: 'mldp-p2mp 060001040a000001 label 300' },
    { bytes: '00630012c1', vni: false, text: 'tunnel-type-99 label 300' }
  ]
  for (const { bytes, vni, text } of values) {
    const tunnel = readPmsiTunnel(bytesOf(bytes))
    t.equal(printPmsiTunnel(tunnel, vni), text)
    t.equal(hexOf(writePmsiTunnel(tunnel)), bytes)
  }
  t.equal(assistedRole(readPmsiTunnel(bytesOf('10fc0012c1'))), AssistedRole.leaf)
  t.equal(assistedRole(readPmsiTunnel(bytesOf('08fc0012c1'))), AssistedRole.replicator)
})

t.test('sorted elements are those of a set, by their bytes', async t => {
  for (const width of [4, 8, 12]) {
    const element = fc.uint8Array({ minLength: width, maxLength: width, max: 2 })
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 60 }), elements => {
        const bytes = Uint8Array.from([7, ...elements.flatMap(one => [...one]), 7])
        const end = sortElements(bytes, 1, bytes.length - 1, width)
        const expected = [...new Set(elements.map(one => hexOf(one)))].sort().join('')
        return hexOf(bytes, 1, end) === expected && isSorted(bytes, 1, end, width) && bytes.at(-1) === 7
      })
    )
  }
  const many = new Uint8Array(65_532).map((_, i) => (i * 2654435761) >>> 24)
  const started = performance.now()
  t.ok(isSorted(many, 0, sortElements(many, 0, many.length, 4), 4))
  t.ok(performance.now() - started < 500, 'a peer cannot stall us with a long list')
})
