import type { AttributeDb } from '../rib/attribute-db.js'
import { type AttributeSet, Trait } from '../rib/attribute-set.js'
import type { Path } from '../rib/path.js'
import type { Route } from '../rib/route.js'
import { Protocol, type Source } from '../rib/source.js'
import type { Table } from '../rib/table.js'
import { AttributeEditor } from '../wire/attribute-editor.js'
import { copyBytes, findInternal, u32At, valueEnd, valueStart } from '../wire/attributes.js'
import { InternalCode } from '../wire/canonical.js'
import { Nlri } from '../wire/nlri.js'
import { BeginResult, UpdateWriter } from '../wire/update-writer.js'
import { Writer } from '../wire/writer.js'
import { pathIdLength } from './add-path-table.js'
import { type Advertised, AdvertisedSets, markedRoom, unmarked, writeMarked } from './advertised.js'
import type { Audience, Audiences } from './audience.js'
import { explain } from './bgp-explain.js'
import type { BgpExportGroup, TargetFilter } from './bgp-export-group.js'
import { refusal } from './bgp-policy.js'
import { reflectorMark, rewrite } from './bgp-rewrite.js'
import type { Exporter, ReceiverLookup, Verdict } from './exporter.js'
import type { PathSelection } from './path-selection.js'
import type { Receiver, Segment } from './receiver.js'

/** Whether the path in a row of the table of all paths is one of the selection. */
export type PathSelector = (row: number, path: Path, selection: PathSelection) => boolean

/** Encodes a rib-out's routes as UPDATE messages. */
export class BgpExporter implements Exporter<Advertised> {
  readonly key: string
  readonly routesPerSlice = 4096
  /** Times that a route could not be said: its attributes leave no room for it, or its next hop has no form. */
  buildErrors = 0
  readonly #group: BgpExportGroup
  readonly #attributes: AttributeDb
  readonly #advertised: AdvertisedSets
  readonly #targets: TargetFilter | undefined
  /** Whoever gave us a route is not told it (spec bgp 10.3); else loop checks see to that. */
  readonly #sparesSender: boolean
  /** The last rewriting, which neighbouring routes mostly share; held until `take`. */
  #memoAttributes: AttributeSet | undefined
  #memoSource: Source | undefined
  #memoFlags = 0
  #memoResult: Advertised | undefined
  #memoRefused: ReadonlySet<Receiver> | undefined
  /** Of all routes whose best path is of that source, until `take`: nobody is left out for another reason. */
  #memoAudience: Audience | undefined
  #memoSender: Source | undefined

  #full: Uint8Array[] = []
  #announced = 0
  #withdrawn = 0
  /** The attributes of the run under way can be said. */
  #sayable = false
  /** The open message announces; it withdraws; neither: none is open. */
  #reaching = false
  #withdrawing = false
  readonly #selects: PathSelector | undefined
  readonly #cannotSay: ((table: Table, index: number) => void) | undefined

  /**
   * `cannotSay` is told of a route that goes to nobody, and is withdrawn instead; `selects` is asked where the group has
   * a selection of paths.
   */
  constructor(
    group: BgpExportGroup,
    attributes: AttributeDb,
    targets?: TargetFilter,
    cannotSay?: (table: Table, index: number) => void,
    selects?: PathSelector
  ) {
    this.#group = group
    this.#selects = selects
    this.#cannotSay = cannotSay
    const { internal, clusterId, family, asOverride } = group.policy
    this.#sparesSender = internal ? clusterId !== 0 && family !== 'route-target' : asOverride
    this.#attributes = attributes
    this.#advertised = new AdvertisedSets(clusterId, attributes)
    this.#targets = targets
    this.key = JSON.stringify(group, (_, value) => (value instanceof Uint8Array ? [...value] : value))
  }

  get allPaths(): boolean {
    return this.#group.encoding.addPath
  }

  get intervalMs(): number | undefined {
    return this.#group.intervalMs
  }

  get selectsPaths(): boolean {
    return this.allPaths && this.#group.paths !== undefined
  }

  get group(): BgpExportGroup {
    return this.#group
  }

  evaluate(_table: Table, index: number, best: Path): Advertised | undefined {
    const { paths } = this.#group
    if (paths !== undefined && this.#selects?.(index, best, paths) === false) return undefined
    const { attributes, source, flags } = best
    if (this.#memoAttributes !== attributes || this.#memoSource !== source || this.#memoFlags !== flags) {
      this.#forget()
      this.#memoAttributes = this.#attributes.hold(attributes)
      this.#memoSource = source
      this.#memoFlags = flags
      if (refusal(best, this.#group.policy) === undefined) this.#memoResult = this.#advertise(best)
    }
    return this.#memoResult === undefined ? undefined : this.#advertised.hold(this.#memoResult)
  }

  #advertise(best: Path): Advertised {
    const { policy } = this.#group
    const mark = reflectorMark(best, policy)
    if (mark !== undefined) return this.#advertised.of(best.attributes, mark)
    rewrite(best, policy, editor)
    const rewritten = this.#attributes.intern(editor.bytes, 0, editor.end)
    const advertised = this.#advertised.of(rewritten, unmarked)
    this.#attributes.release(rewritten)
    return advertised
  }

  audience(
    table: Table,
    index: number,
    best: Path,
    audiences: Audiences,
    receivers: ReceiverLookup
  ): Audience {
    // Neighbouring routes mostly have the same audience too.
    if (this.#memoAudience !== undefined && this.#memoSender === best.source) return this.#memoAudience
    const { policy } = this.#group
    const sender = this.#sparesSender ? receivers.receiverOf(best) : undefined
    const excluded =
      policy.controlNode && this.#sparesSender ? contributors(table.pathsAt(index), receivers) : noReceivers
    const refused = this.#refused(best.attributes, receivers)
    if (excluded.size === 0 && refused.size === 0) {
      const audience = sender === undefined ? audiences.everyone : audiences.allButOne(sender)
      if (!policy.controlNode && this.#targets === undefined) {
        this.#memoAudience = audience
        this.#memoSender = best.source
      }
      return audience
    }
    const left = new Set([...excluded, ...refused])
    return audiences.allBut(sender === undefined ? left : left.add(sender))
  }

  same(a: Advertised, b: Advertised): boolean {
    return a === b
  }

  release(state: Advertised): void {
    this.#advertised.release(state)
  }

  groupOf(state: Advertised): Advertised {
    return state
  }

  explain(route: Route, receiver: Receiver): Verdict {
    return explain(route, receiver, {
      group: this.#group,
      sparesSender: this.#sparesSender,
      targets: this.#targets
    })
  }

  beginAnnounce(table: Table, state: Advertised): void {
    nlri.extraLength = 0
    if ((state.attributes.traits & Trait.internal) !== 0) this.#loadExtra(state.attributes)
    this.#sayable = this.#openReach(table, state)
  }

  announce(table: Table, index: number, state: Advertised, label: number, l3Label: number): void {
    this.#loadKey(table, index)
    nlri.label = label
    nlri.l3Label = l3Label
    if (this.#reaching && updates.add(nlri)) this.#announced++
    else this.#announceAnew(table, index, state)
  }

  /**
   * The open message is full, or there is none. What cannot be said in this session must not leave an older version
   * with the receivers: it is withdrawn (spec bgp 7.5, 3).
   */
  #announceAnew(table: Table, index: number, state: Advertised): void {
    const isTooLong = this.#reaching && updates.tooLong
    if (this.#sayable && !isTooLong && this.#openReach(table, state) && updates.add(nlri)) {
      this.#announced++
      return
    }
    this.buildErrors++
    this.#cannotSay?.(table, index)
    this.#addWithdrawal(table)
  }

  beginWithdraw(table: Table): void {
    nlri.extraLength = 0
    nlri.l3Label = -1
    this.#openWithdrawal(table)
  }

  withdraw(table: Table, index: number, label: number): void {
    this.#loadKey(table, index)
    nlri.label = label
    this.#addWithdrawal(table)
  }

  end(): void {
    updates.finish()
    this.#reaching = false
    this.#withdrawing = false
  }

  take(): Segment | undefined {
    this.#forget()
    this.#memoAudience = this.#memoSender = undefined
    this.#flush()
    if (this.#full.length === 0) return undefined
    const segment: Segment = {
      chunks: this.#full,
      bytes: this.#full.reduce((sum, chunk) => sum + chunk.length, 0),
      messages: updates.messages,
      announced: this.#announced,
      withdrawn: this.#withdrawn
    }
    this.#full = []
    this.#announced = 0
    this.#withdrawn = 0
    updates.messages = 0
    return segment
  }

  #loadExtra({ memory, start, end }: AttributeSet): void {
    const extra = findInternal(memory, start, end, InternalCode.nlriExtra)
    if (extra < 0) return
    const value = valueStart(memory, extra)
    const behind = valueEnd(memory, extra)
    copyBytes(nlri.extra, 0, memory, value, behind)
    nlri.extraLength = behind - value
  }

  /** With ADD-PATH, the table is one of all paths: its keys begin with the path id. */
  #loadKey(table: Table, index: number): void {
    const { keys } = table
    let start = table.keyStart(index)
    if (this.#group.encoding.addPath) {
      nlri.pathId = u32At(keys, start)
      start += pathIdLength
    }
    nlri.setKey(keys, start, table.keyEnd(index))
  }

  /** The receivers that asked for none of the route targets; the same for all routes with these attributes. */
  #refused(attributes: AttributeSet, receivers: ReceiverLookup): ReadonlySet<Receiver> {
    if (this.#targets === undefined) return noReceivers
    if (this.#memoRefused !== undefined && this.#memoAttributes === attributes) return this.#memoRefused
    const refused = new Set<Receiver>()
    for (const receiver of receivers.receivers) {
      if (receiver.source !== undefined && !this.#targets.allows(attributes, receiver.source))
        refused.add(receiver)
    }
    if (this.#memoAttributes === attributes) this.#memoRefused = refused
    return refused
  }

  #openReach(table: Table, state: Advertised): boolean {
    const { encoding } = this.#group
    const isMarked = state.originator !== unmarked
    const { memory, start, end } = state.attributes
    const bytes = isMarked ? marked : memory
    const from = isMarked ? 0 : start
    const behind = isMarked ? writeMarked(state, marked) : end
    let result = updates.beginReach(bytes, from, behind, table.family, encoding)
    if (result === BeginResult.outputFull) {
      this.#flush()
      result = updates.beginReach(bytes, from, behind, table.family, encoding)
    }
    this.#reaching = result === BeginResult.ok
    this.#withdrawing = false
    return this.#reaching
  }

  #openWithdrawal(table: Table): void {
    const { encoding } = this.#group
    if (updates.beginWithdraw(table.family, encoding) === BeginResult.outputFull) {
      this.#flush()
      updates.beginWithdraw(table.family, encoding)
    }
    this.#reaching = false
    this.#withdrawing = true
  }

  #addWithdrawal(table: Table): void {
    if (!this.#withdrawing || !updates.add(nlri)) {
      this.#openWithdrawal(table)
      updates.add(nlri)
    }
    this.#withdrawn++
  }

  #flush(): void {
    if (output.at === 0) return
    this.#full.push(Buffer.from(output.bytes.subarray(0, output.at)))
    output.at = 0
  }

  #forget(): void {
    if (this.#memoResult !== undefined) this.#advertised.release(this.#memoResult)
    if (this.#memoAttributes !== undefined) this.#attributes.release(this.#memoAttributes)
    this.#memoAttributes = this.#memoSource = this.#memoResult = this.#memoRefused = undefined
  }
}

/** All receivers that gave a path of the route that could be used: contrail-control tells none of them. */
function contributors(paths: Path | undefined, receivers: ReceiverLookup): ReadonlySet<Receiver> {
  const found = new Set<Receiver>()
  for (let path = paths; path !== undefined; path = path.next) {
    const receiver =
      path.feasible && path.source.protocol === Protocol.bgp ? receivers.receiverOf(path) : undefined
    if (receiver !== undefined) found.add(receiver)
  }
  return found
}

const noReceivers: ReadonlySet<Receiver> = new Set()

/** One for all: a slice is encoded and taken in one go. */
const output = new Writer(256 * 1024)
const updates = new UpdateWriter(output)
const editor = new AttributeEditor()
/** The prefix at hand, with what the run of announcements under way has in common. */
const nlri = new Nlri()
/** The attributes of the message that is open, where they are marked as reflected. */
const marked = new Uint8Array(markedRoom)
