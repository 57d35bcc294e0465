/** What `work` gives for each item, in order of the items; at most `most` are under way at a time. */
export async function inParallel<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>
): Promise<R[]> {
  const done = new Array<R>(items.length)
  const rest = items.entries()
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) done[index] = await work(item)
  }
  await Promise.all(Array.from({ length: most }, worker))
  return done
}
