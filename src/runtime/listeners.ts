/**
 * Who wants to hear of something, where mostly nobody does: the speaker looks at `list` and is done.
 *
 *   const { list } = this.listeners
 *   if (list !== undefined) for (const listener of list) listener.changed(this)
 */
export class Listeners<T> {
  /** Undefined while there is none; a list that is being gone through does not change. */
  list: readonly T[] | undefined

  /** Gives what ends it. */
  add(listener: T): () => void {
    this.list = [...(this.list ?? []), listener]
    return () => {
      const rest = this.list?.filter(other => other !== listener) ?? []
      this.list = rest.length === 0 ? undefined : rest
    }
  }
}
