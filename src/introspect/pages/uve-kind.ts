/** A kind of UVE, and how its objects are drawn slice by slice (introspect §5.1). */
import { nextTurn } from '../sandesh/request.js'
import { type Struct, writeStruct } from '../sandesh/schema.js'
import type { NodeView } from '../view.js'

export interface UveDefinition<T> {
  /** Name of the message. */
  readonly message: string
  readonly struct: Struct<T>
  key(object: T): string
  /** Where the object stands in the order of `objects`; larger than those of all before it. */
  position(object: T): string
  /** In order, those behind the position `after`. */
  objects(view: NodeView, after: string | undefined): Iterable<T>
}

export interface UveKind {
  readonly message: string
  /** The name that requests ask for. */
  readonly type: string
  /** Messages of all objects, or of the one with this key; `drawn` is told how many each slice has. */
  slices(view: NodeView, key: string, drawn: (count: number) => void): AsyncGenerator<string>
}

const objectsPerSlice = 64

export function uveKind<T>(definition: UveDefinition<T>): UveKind {
  const { message, struct } = definition
  return {
    message,
    type: struct.name,
    async *slices(view, key, drawn) {
      for (let after: string | undefined, more = true; more; await nextTurn()) {
        let slice = ''
        let seen = 0
        let count = 0
        more = false
        for (const object of definition.objects(view, after)) {
          if (seen++ === objectsPerSlice) {
            more = true
            break
          }
          after = definition.position(object)
          if (key !== '' && key !== definition.key(object)) continue
          slice += `<${message} type="sandesh"><data type="struct" identifier="1">${writeStruct(struct, object)}</data></${message}>`
          count++
        }
        drawn(count)
        yield slice
      }
    }
  }
}
