/** Changes to a set of canonical attributes (canonical.ts): start from one, set and remove, take the result. */
export class AttributeEditor {
  /** The result of `finish`: canonical attributes at `bytes[0..end)`, valid until the next `finish`. */
  bytes = new Uint8Array(4096)
  end = 0

  /** Starts from the canonical attributes `bytes[start..end)`, which must stay as they are until `finish`. */
  from(_bytes: Uint8Array, _start = 0, _end = _bytes.length): this {
    throw new Error('not yet')
  }

  has(_code: number): boolean {
    throw new Error('not yet')
  }

  remove(_code: number): this {
    throw new Error('not yet')
  }

  /** Sets a wire attribute with the flags that its code has (RFC 4271 §5); copies the value. */
  set(_code: number, _value: Uint8Array, _start = 0, _end = _value.length): this {
    throw new Error('not yet')
  }

  setU8(_code: number, _value: number): this {
    throw new Error('not yet')
  }

  setU32(_code: number, _value: number): this {
    throw new Error('not yet')
  }

  setInternal(_code: number, _value: Uint8Array, _start = 0, _end = _value.length): this {
    throw new Error('not yet')
  }

  removeInternal(_code: number): this {
    throw new Error('not yet')
  }

  /** Writes the result in canonical order. */
  finish(): this {
    throw new Error('not yet')
  }
}
