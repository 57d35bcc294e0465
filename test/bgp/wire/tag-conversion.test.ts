import t from 'tap'
import { AttributeEditor } from '../../../src/bgp/wire/attribute-editor.js'
import { AttributeCode } from '../../../src/bgp/wire/canonical.js'
import { tagCommunity } from '../../../src/bgp/wire/large-communities.js'
import { tagsToExtended, tagsToLarge } from '../../../src/bgp/wire/tag-conversion.js'

function attributes(parts: { extended?: string; large?: Uint8Array[] }): Uint8Array {
  const editor = new AttributeEditor().from(new Uint8Array(0))
  editor.setU8(AttributeCode.origin, 0)
  if (parts.extended !== undefined)
    editor.set(AttributeCode.extendedCommunities, Buffer.from(parts.extended, 'hex'))
  if (parts.large !== undefined) editor.set(AttributeCode.largeCommunities, Buffer.concat(parts.large))
  editor.finish()
  return editor.bytes.slice(0, editor.end)
}

function edited(from: Uint8Array, edit: (editor: AttributeEditor) => void): string {
  const editor = new AttributeEditor().from(from)
  edit(editor)
  editor.finish()
  return Buffer.from(editor.bytes.subarray(0, editor.end)).toString('hex')
}

const target = '0002fc0000000001'
const tag = tagCommunity(65010, 0x0000000500000007n)

t.test('a classic tag goes out as an extended community and comes back as a large one', async t => {
  const inside = attributes({ extended: target, large: [tag] })
  const outside = attributes({ extended: `${target}8084fdf200050007` })
  t.equal(
    edited(inside, editor => tagsToExtended(inside, 65010, editor)),
    Buffer.from(outside).toString('hex')
  )
  t.equal(
    edited(outside, editor => tagsToLarge(outside, editor)),
    Buffer.from(inside).toString('hex')
  )
})

t.test('a tag of 56 bits and a community that is no tag of ours stay as they are', async t => {
  const long = tagCommunity(65010, 0x0001000500000007n)
  const foreign = tagCommunity(65999, 0x0000000500000007n)
  const plain = Buffer.from('0000fdf20000000200000003', 'hex')
  const inside = attributes({ large: [plain, long, foreign].sort(Buffer.compare) })
  t.equal(
    edited(inside, editor => tagsToExtended(inside, 65010, editor)),
    Buffer.from(inside).toString('hex')
  )
})
