/** Sets of elements of equal size, as the community attributes are: sorted bytewise, without duplicates. */

/** Above this many elements an index is sorted instead: insertion is quadratic. */
const fewElements = 32

/** Negative, 0 or positive, as the element at `one` is below, equal to or above the one at `other`. */
function compareElements(bytes: Uint8Array, one: number, other: number, width: number): number {
  for (let i = 0; i < width; i++) {
    const difference = bytes[one + i]! - bytes[other + i]!
    if (difference !== 0) return difference
  }
  return 0
}

/** The elements ascend and none is there twice. */
export function isSorted(bytes: Uint8Array, start: number, end: number, width: number): boolean {
  for (let at = start + width; at < end; at += width) {
    if (compareElements(bytes, at - width, at, width) >= 0) return false
  }
  return true
}

/** Sorts `bytes[start..end)` in place, drops duplicates, and gives the offset behind what remains. */
export function sortElements(bytes: Uint8Array, start: number, end: number, width: number): number {
  if (isSorted(bytes, start, end, width)) return end
  if ((end - start) / width <= fewElements) insertionSort(bytes, start, end, width)
  else indexSort(bytes, start, end, width)
  let to = start + width
  for (let at = start + width; at < end; at += width) {
    if (compareElements(bytes, to - width, at, width) === 0) continue
    if (to !== at) bytes.copyWithin(to, at, at + width)
    to += width
  }
  return to
}

function insertionSort(bytes: Uint8Array, start: number, end: number, width: number): void {
  for (let next = start + width; next < end; next += width) {
    for (let at = next; at > start && compareElements(bytes, at - width, at, width) > 0; at -= width) {
      for (let i = 0; i < width; i++) {
        const above = bytes[at - width + i]!
        bytes[at - width + i] = bytes[at + i]!
        bytes[at + i] = above
      }
    }
  }
}

function indexSort(bytes: Uint8Array, start: number, end: number, width: number): void {
  const unsorted = bytes.slice(start, end)
  const offsets = new Uint32Array(unsorted.length / width)
  for (let i = 0; i < offsets.length; i++) offsets[i] = i * width
  offsets.sort((one, other) => compareElements(unsorted, one, other, width))
  let at = start
  for (const offset of offsets) {
    for (let i = 0; i < width; i++) bytes[at++] = unsorted[offset + i]!
  }
}
