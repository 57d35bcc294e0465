import { grown, noRows } from './grown.js'

/**
 * A column of objects by row, for columns that mostly repeat: neighbouring rows of a full table share a path or what
 * is told. Rows hold numbers and the objects are listed once a run, because the garbage collector looks at every
 * pointer in a column whenever it moves what it points to.
 */
export class ObjectColumn<T> {
  /** By row: the number of the object; 0 for none. */
  #numbers: Int32Array = noRows
  /** By number. */
  readonly #objects: (T | undefined)[] = [undefined]
  /** By number: rows that hold it. */
  #rows: Int32Array = noRows
  readonly #free: number[] = []
  #last: T | undefined
  #lastNumber = 0
  /** One behind the largest row that was ever set since the column was empty. */
  end = 0
  /** Rows that hold an object. */
  size = 0

  /** The object of the row; undefined where it has none, also behind the end. */
  get(row: number): T | undefined {
    return row < this.end ? this.#objects[this.#numbers[row]!] : undefined
  }

  set(row: number, object: T): void {
    if (row >= this.#numbers.length) this.#numbers = grown(this.#numbers, row)
    if (row >= this.end) this.end = row + 1
    const before = this.#numbers[row]!
    const number = object === this.#last ? this.#lastNumber : this.#number(object)
    this.#rows[number]!++
    this.#numbers[row] = number
    if (before === 0) this.size++
    else this.#leave(before)
  }

  clear(row: number): void {
    const before = row < this.end ? this.#numbers[row]! : 0
    if (before === 0) return
    this.#numbers[row] = 0
    this.#leave(before)
    if (--this.size === 0) this.#reset()
  }

  #number(object: T): number {
    const number = this.#free.length > 0 ? this.#free.pop()! : this.#objects.length
    this.#objects[number] = object
    if (number >= this.#rows.length) this.#rows = grown(this.#rows, number)
    this.#last = object
    this.#lastNumber = number
    return number
  }

  #leave(number: number): void {
    if (--this.#rows[number]! > 0) return
    this.#objects[number] = undefined
    this.#free.push(number)
    if (number === this.#lastNumber) {
      this.#last = undefined
      this.#lastNumber = 0
    }
  }

  /** An empty column gives its memory back. */
  #reset(): void {
    this.#numbers = noRows
    this.#rows = noRows
    this.#objects.length = 1
    this.#free.length = 0
    this.end = 0
  }
}
