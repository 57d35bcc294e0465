/** Answers of several messages: `__<first message>_list` around them, `more` on all but the last (introspect §1.6). */
import { type Struct, stylesheetInstruction, writeResponse } from '../sandesh/schema.js'

const listOf = (name: string): [begin: string, end: string] => [
  `${stylesheetInstruction}<__${name}_list type="slist">`,
  `</__${name}_list>`
]

/** One message per 50 entries; a single message stands alone. */
export function batches<T>(message: Struct<readonly T[]>, entries: readonly T[]): string {
  const size = 50
  if (entries.length <= size) return stylesheetInstruction + writeResponse(message, entries)
  const [begin, end] = listOf(message.name)
  let text = begin
  for (let at = 0; at < entries.length; at += size) {
    text += writeResponse(message, entries.slice(at, at + size), at + size < entries.length)
  }
  return text + end
}

/** Messages made slice by slice, then a closing one; without any of them the closing message stands alone. */
export async function* messageList(
  name: string,
  slices: AsyncIterable<string>,
  closing: () => string
): AsyncGenerator<string> {
  const [begin, end] = listOf(name)
  let any = false
  for await (const slice of slices) {
    if (slice === '') continue
    yield any ? slice : begin + slice
    any = true
  }
  yield any ? closing() + end : stylesheetInstruction + closing()
}
