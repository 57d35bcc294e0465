import { isZeroRd, rdLength } from '../../net/rd.js'
import { findInternal, valueStart } from '../wire/attributes.js'
import { InternalCode } from '../wire/canonical.js'
import type { AttributeSet } from './attribute-set.js'

/** The route distinguisher that the path brought with it (spec routing 2.7); undefined when that is none, or zero. */
export function sourceRdOf({ memory, start, end }: AttributeSet): Uint8Array | undefined {
  const at = findInternal(memory, start, end, InternalCode.sourceRd)
  if (at < 0) return undefined
  const value = valueStart(memory, at)
  return isZeroRd(memory, value) ? undefined : memory.slice(value, value + rdLength)
}
