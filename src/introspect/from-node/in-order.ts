/** How many elements are sorted at a time. */
const windowSize = 512

/**
 * Elements in order of their names, which all differ, those behind `after`, without sorting all of them: callers mostly want one page.
 * Each window costs a look at every element, so the time between two elements is that of one look.
 */
export function* inOrder<T>(
  elements: () => Iterable<T>,
  nameOf: (element: T) => string,
  after: string | undefined
): Generator<T> {
  let from = after
  for (;;) {
    let window: { readonly name: string; readonly element: T }[] = []
    let end: string | undefined
    for (const element of elements()) {
      const name = nameOf(element)
      if ((from !== undefined && name <= from) || (end !== undefined && name > end)) continue
      window.push({ name, element })
      if (window.length < 2 * windowSize) continue
      window = window.sort(byName).slice(0, windowSize)
      end = window[windowSize - 1]!.name
    }
    window.sort(byName)
    const isLast = end === undefined
    if (!isLast) window = window.slice(0, windowSize)
    for (const { element } of window) yield element
    if (isLast) return
    from = window[window.length - 1]!.name
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0
