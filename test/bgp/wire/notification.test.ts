import t from 'tap'
import {
  CeaseSubcode,
  enclosedNotification,
  hardReset,
  maximumPrefixesData,
  printErrorCode,
  readNotification,
  shutdownCommunication,
  shutdownData,
  writeNotification
} from '../../../src/bgp/wire/notification.js'
import { Writer } from '../../../src/bgp/wire/writer.js'
import { bytesOf, hexOf } from './support.js'

const marker = 'ffffffffffffffffffffffffffffffff'
const vectors = [
  { id: 'V07', bytes: `${marker}0015030400`, code: 4, subcode: 0, data: '', name: 'Hold Timer Expired' },
  {
    id: 'V08',
    bytes: `${marker}00170302010004`,
    code: 2,
    subcode: 1,
    data: '0004',
    name: 'OPEN Message Error/Unsupported Version Number'
  },
  {
    id: 'V09',
    bytes: `${marker}002d030602176d61696e74656e616e636520756e74696c2030343a3030`,
    code: 6,
    subcode: 2,
    data: '176d61696e74656e616e636520756e74696c2030343a3030',
    name: 'Cease/Administrative Shutdown'
  },
  {
    id: 'V10',
    bytes: `${marker}001c030601000180000186a0`,
    code: 6,
    subcode: 1,
    data: '000180000186a0',
    name: 'Cease/Maximum Number of Prefixes Reached'
  },
  {
    id: 'V11',
    bytes: `${marker}00170306090604`,
    code: 6,
    subcode: 9,
    data: '0604',
    name: 'Cease/Hard Reset'
  },
  {
    id: 'V12',
    bytes: `${marker}001603050202`,
    code: 5,
    subcode: 2,
    data: '02',
    name: 'Finite State Machine Error/Unexpected Message in OpenConfirm'
  },
  { id: 'M70', bytes: `${marker}001503c801`, code: 200, subcode: 1, data: '', name: 'error 200/subcode 1' }
]
for (const { id, bytes, code, subcode, data, name } of vectors) {
  t.test(`T-NOT-1 ${id}`, async t => {
    const message = bytesOf(bytes)
    const found = readNotification(message, 0, message.length)
    t.strictSame({ ...found, data: hexOf(found.data) }, { code, subcode, data })
    t.equal(printErrorCode(code, subcode), name)
    const to = new Writer(4096)
    writeNotification(to, found)
    t.equal(hexOf(to.bytes, 0, to.at), bytes)
  })
}

t.test('T-NOT-3 what the operator said', async t => {
  const said = (
    data: Uint8Array,
    subcode: number = CeaseSubcode.administrativeShutdown
  ): string | undefined => shutdownCommunication({ code: 6, subcode, data })
  for (const text of ['x', 'é'.repeat(64), 'x'.repeat(255)]) t.equal(said(shutdownData(text)), text)
  t.equal(said(shutdownData('')), undefined)
  t.equal(hexOf(shutdownData('')), '00')
  t.equal(said(shutdownData('é'.repeat(200))), 'é'.repeat(127), 'cut between characters')
  t.equal(said(Uint8Array.of(3, 0x61)), undefined, 'length beyond the data')
  t.equal(said(Uint8Array.of(1, 0xff)), undefined, 'no UTF-8')
  t.equal(said(new Uint8Array(0)), undefined)
  t.equal(said(shutdownData('x'), CeaseSubcode.hardReset), undefined)
})

t.test('data of the cease subcodes', async t => {
  t.equal(hexOf(maximumPrefixesData(1, 128, 100000)), '000180000186a0')
  const inner = { code: 6, subcode: 4, data: bytesOf('0161') }
  t.same(enclosedNotification(hardReset(inner)), inner)
  t.equal(enclosedNotification(inner), undefined)
  t.equal(enclosedNotification({ code: 6, subcode: 9, data: bytesOf('06') }), undefined)
})

t.test('data that would not fit is cut', async t => {
  const to = new Writer(8192)
  writeNotification(to, { code: 7, subcode: 1, data: new Uint8Array(5000) })
  t.equal(to.at, 4096)
})
