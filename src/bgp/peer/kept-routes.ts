/**
 * Routes that are in the tables already, when the settings under which they are received change. What is said of them
 * with nothing but the attributes that were kept is said again at once: the neighbour is not asked, need not be able
 * to be asked, and may be away.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Scheduler } from '../../runtime/scheduler.js'
import type { AdjIn } from '../rib/adj-in.js'
import type { AttributeDb } from '../rib/attribute-db.js'
import type { AttributeSet } from '../rib/attribute-set.js'
import type { Path } from '../rib/path.js'
import type { Table } from '../rib/table.js'
import { AttributeEditor } from '../wire/attribute-editor.js'
import { AttributeCode } from '../wire/canonical.js'
import type { Family } from '../wire/family.js'
import { ownNextHopFlag } from './own-next-hop.js'
import { keptFlags, keptFlagsMask, preferenceOf, type ReceiveSettings } from './receive-policy.js'

/** Settings that bear on flags of `keptFlagsMask`, and on the preference of routes of another AS. */
const flagSettings = ['rejects', 'clusterId', 'otherClusterIds', 'ownAddresses'] as const satisfies Names
const preferenceSettings = ['leaving', 'ignoresGracefulShutdown'] as const satisfies Names
type Names = readonly (keyof ReceiveSettings)[]

/** Those for which a neighbour need not say its routes again. */
export const keptSettings: Names = [...flagSettings, ...preferenceSettings]

export interface KeptRoutesOwner {
  readonly scheduler: Scheduler
  readonly attributes: AttributeDb
  /** The settings of now, in each slice of the work. */
  readonly receive: ReceiveSettings
  readonly adjIns: ReadonlyMap<Table, AdjIn>
}

/** Has the routes of `owner` be what they would be if they came now, in slices; `before`: the settings until now. */
export function judgeAgain(owner: KeptRoutesOwner, before: ReceiveSettings): void {
  const { receive: after, scheduler, adjIns } = owner
  const differs = (names: Names): boolean => names.some(name => !isDeepStrictEqual(before[name], after[name]))
  const flagsDiffer = differs(flagSettings)
  const preferenceDiffers = !after.internal && !after.member && differs(preferenceSettings)
  for (const adjIn of adjIns.values()) {
    if (flagsDiffer)
      adjIn.mark(
        scheduler,
        () => {},
        path => flagsOf(path, owner.receive, adjIn.table.family)
      )
    if (preferenceDiffers) adjIn.replace(scheduler, owner.attributes, set => withPreference(set, owner))
  }
}

const flagsOf = ({ flags, attributes }: Path, settings: ReceiveSettings, family: Family): number =>
  (flags & ~keptFlagsMask) |
  keptFlags(attributes, settings) |
  ownNextHopFlag(attributes, settings.ownAddresses, family)

/** LOCAL_PREF of a route of another AS is always our own (RFC 4271 §5.1.5; not so between members). Held for the caller. */
function withPreference(set: AttributeSet, { receive, attributes: db }: KeptRoutesOwner): AttributeSet {
  const preference = preferenceOf(set, receive)
  editor.from(set.memory, set.start, set.end)
  if (preference === undefined) editor.remove(AttributeCode.localPref)
  else editor.setU32(AttributeCode.localPref, preference)
  editor.finish()
  return db.intern(editor.bytes, 0, editor.end)
}

const editor = new AttributeEditor()
