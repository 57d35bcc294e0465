import type { Receiver } from './receiver.js'

/**
 * Which receivers of a rib-out are told of a route: all but a few (split horizon) or only a few (route-target
 * filter). Interned by `Audiences`, so that equal audiences are one object. Receivers that join later belong to
 * the first kind by themselves.
 */
export class Audience {
  /** How many routes are announced to it, for `SentState` alone. */
  routes = 0

  constructor(
    /** True: everyone but the members. False: the members alone. */
    readonly allBut: boolean,
    readonly members: ReadonlySet<Receiver>
  ) {}

  includes(receiver: Receiver): boolean {
    return this.members.has(receiver) !== this.allBut
  }

  /** Certainly no one, whoever joins. */
  get empty(): boolean {
    return !this.allBut && this.members.size === 0
  }
}

/** The audiences of one rib-out. */
export class Audiences {
  readonly everyone = new Audience(true, none)
  readonly nobody = new Audience(false, none)
  // Made when first used: there are thousands of rib-outs with one receiver, or with nothing to tell.
  #allButOne: Map<Receiver, Audience> | undefined
  #others: Map<string, Audience> | undefined
  #ids: Map<Receiver, number> | undefined
  /** Those that have left: routes may still be marked with an audience that names them. */
  #gone: WeakSet<Receiver> | undefined
  #lastId = 0

  allButOne(receiver: Receiver): Audience {
    let audience = this.#allButOne?.get(receiver)
    if (audience === undefined) {
      audience = new Audience(true, new Set([receiver]))
      this.#allButOne ??= new Map()
      this.#allButOne.set(receiver, audience)
    }
    return audience
  }

  allBut(all: ReadonlySet<Receiver>): Audience {
    const members = this.#present(all)
    if (members.size === 0) return this.everyone
    if (members.size === 1) for (const only of members) return this.allButOne(only)
    return this.#intern(true, members)
  }

  only(all: ReadonlySet<Receiver>): Audience {
    const members = this.#present(all)
    return members.size === 0 ? this.nobody : this.#intern(false, members)
  }

  /** Those of `a` that are not in `b`. */
  minus(a: Audience, b: Audience): Audience {
    if (a === b) return this.nobody
    if (a.allBut) {
      return b.allBut
        ? this.only(filtered(b.members, receiver => !a.members.has(receiver)))
        : this.allBut(new Set([...a.members, ...b.members]))
    }
    return this.only(filtered(a.members, receiver => !b.includes(receiver)))
  }

  /** Those that are in `a` and in `b`. */
  both(a: Audience, b: Audience): Audience {
    return a === b ? a : this.minus(a, this.minus(this.everyone, b))
  }

  /** A receiver has joined, perhaps again. */
  welcome(receiver: Receiver): void {
    this.#gone?.delete(receiver)
  }

  /** A receiver has left: it is in no audience that is asked for from now on, until it joins again. */
  forget(receiver: Receiver): void {
    this.#gone ??= new WeakSet()
    this.#gone.add(receiver)
    this.#allButOne?.delete(receiver)
    this.#ids?.delete(receiver)
    for (const [key, audience] of this.#others ?? [])
      if (audience.members.has(receiver)) this.#others!.delete(key)
  }

  #intern(allBut: boolean, members: ReadonlySet<Receiver>): Audience {
    const key = `${allBut ? '-' : '+'}${[...members]
      .map(receiver => this.#idOf(receiver))
      .sort((x, y) => x - y)
      .join()}`
    let audience = this.#others?.get(key)
    if (audience === undefined) {
      audience = new Audience(allBut, new Set(members))
      this.#others ??= new Map()
      this.#others.set(key, audience)
    }
    return audience
  }

  #present(members: ReadonlySet<Receiver>): ReadonlySet<Receiver> {
    const gone = this.#gone
    if (gone === undefined) return members
    for (const member of members)
      if (gone.has(member)) return filtered(members, receiver => !gone.has(receiver))
    return members
  }

  /** Never used twice, so a key never names another receiver later. */
  #idOf(receiver: Receiver): number {
    this.#ids ??= new Map()
    let id = this.#ids.get(receiver)
    if (id === undefined) this.#ids.set(receiver, (id = ++this.#lastId))
    return id
  }
}

const none: ReadonlySet<Receiver> = new Set()

function filtered(members: ReadonlySet<Receiver>, keep: (receiver: Receiver) => boolean): Set<Receiver> {
  const kept = new Set<Receiver>()
  for (const member of members) if (keep(member)) kept.add(member)
  return kept
}
