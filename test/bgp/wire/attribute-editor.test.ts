import fc from 'fast-check'
import t from 'tap'
import { AttributeEditor } from '../../../src/bgp/wire/attribute-editor.js'
import { AttributeCursor, findAttribute, findInternal } from '../../../src/bgp/wire/attributes.js'
import { AttributeCode, InternalCode } from '../../../src/bgp/wire/canonical.js'
import { bytesOf, hexOf } from './support.js'

const editor = new AttributeEditor()
const base = bytesOf('4001010040020602010000fde9400304c000020140050400000064')
const code = AttributeCode

t.test('nothing changed is the same bytes', async t => {
  t.equal(hexOf(editor.from(base).finish().copy()), hexOf(base))
  t.equal(hexOf(editor.from(new Uint8Array(0)).finish().copy()), '')
})

t.test('set, replace and remove keep the order', async t => {
  editor
    .from(base)
    .setU32(code.multiExitDisc, 50)
    .setU32(code.localPref, 200)
    .setU8(code.origin, 2)
    .remove(code.asPath)
  t.ok(editor.has(code.multiExitDisc))
  t.notOk(editor.has(code.asPath))
  t.equal(hexOf(editor.value(code.localPref)!), '000000c8')
  t.equal(hexOf(editor.value(code.nextHop)!), 'c0000201')
  t.equal(editor.value(code.aggregator), undefined)
  t.equal(
    hexOf(editor.finish().copy()),
    '40010102400304c0000201800404000000324005 04000000c8'.replace(' ', '')
  )
})

t.test('internal attributes come last, whatever their codes', async t => {
  editor
    .from(base)
    .setInternal(InternalCode.subProtocol, bytesOf('6162'))
    .setInternal(InternalCode.sourceRd, base, 0, 8)
  const set = editor.set(code.pmsiTunnel, bytesOf('0006000000')).finish().copy()
  t.equal(hexOf(set), `${hexOf(base)}c016050006000000010108${hexOf(base, 0, 8)}0102026162`)
  t.equal(findInternal(set, 0, set.length, InternalCode.subProtocol), set.length - 5)
  t.equal(findAttribute(set, 0, set.length, InternalCode.subProtocol), 4, 'AS_PATH and not the internal one')
  t.ok(editor.from(set).hasInternal(InternalCode.sourceRd))
  editor
    .removeInternal(InternalCode.sourceRd)
    .removeInternal(InternalCode.subProtocol)
    .remove(code.pmsiTunnel)
  t.equal(hexOf(editor.finish().copy()), hexOf(base))
})

t.test('lists are sorted sets, and empty ones are none', async t => {
  editor.from(base).set(code.communities, bytesOf('ffffff010000fc01ffffff010000fc00'))
  t.equal(hexOf(editor.finish().copy()), `${hexOf(base)}c0080c0000fc000000fc01ffffff01`)
  editor.from(editor.copy()).set(code.communities, new Uint8Array(0))
  t.equal(hexOf(editor.finish().copy()), hexOf(base))
})

t.test('long values, and growing buffers', async t => {
  const value = new Uint8Array(30_000).map((_, i) => i >> 8)
  const set = editor.from(base).set(200, value).setInternal(9, value).finish().copy()
  t.equal(hexOf(set, base.length, base.length + 4), 'f0c87530')
  t.equal(hexOf(set, set.length - 30_004, set.length - 30_000), '11097530')
  t.equal(findInternal(set, 0, set.length, 9), set.length - 30_004)
  t.equal(hexOf(editor.from(set).remove(200).removeInternal(9).finish().copy()), hexOf(base))
})

t.test('starting from its own result', async t => {
  editor.from(base).setU32(code.multiExitDisc, 1).finish()
  editor.from(editor.bytes, 0, editor.end).setU32(code.localPref, 2).remove(code.origin).finish()
  editor.from(editor.bytes, 0, editor.end).setU8(code.origin, 1).finish()
  t.equal(hexOf(editor.copy()), `40010101${hexOf(base, 4, 20)}8004040000000140050400000002`)
})

t.test('reading: find, value, cursor', async t => {
  t.equal(findAttribute(base, 0, base.length, code.nextHop), 13)
  t.equal(findAttribute(base, 0, base.length, code.aggregator), -1)
  t.equal(findAttribute(base, 0, base.length, code.multiExitDisc), -1)
  const cursor = new AttributeCursor().over(base)
  const seen: number[] = []
  while (cursor.next()) seen.push(cursor.code, cursor.valueEnd - cursor.valueStart)
  t.strictSame(seen, [1, 1, 2, 6, 3, 4, 5, 4])
})

t.test('any sequence of changes equals a map of the last ones', async () => {
  const change = fc.record({
    code: fc.constantFrom(1, 4, 5, 17, 200, 255),
    internal: fc.boolean(),
    value: fc.option(fc.uint8Array({ minLength: 1, maxLength: 3 }))
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), changes => {
      const model = new Map<number, string>()
      editor.from(new Uint8Array(0))
      for (const { code, internal, value } of changes) {
        const key = code + (internal ? 256 : 0)
        if (value === null) {
          model.delete(key)
          if (internal) editor.removeInternal(code)
          else editor.remove(code)
        } else {
          model.set(key, hexOf(value))
          if (internal) editor.setInternal(code, value)
          else editor.set(code, value)
        }
      }
      editor.finish()
      const found: [number, string][] = []
      const cursor = new AttributeCursor().over(editor.bytes, 0, editor.end)
      while (cursor.next()) {
        found.push([
          cursor.code + (cursor.internal ? 256 : 0),
          hexOf(cursor.bytes, cursor.valueStart, cursor.valueEnd)
        ])
      }
      const expected = [...model].sort(([one], [other]) => one - other)
      return JSON.stringify(found) === JSON.stringify(expected)
    })
  )
})
