/**
 * What is wrong with one file. A file that is no configuration at all has a problem in each of its lines: the first of
 * each severity are kept, the others are counted.
 */
import type { ConfigProblem } from './config-store.js'

/** Of one file and of one severity. */
const mostProblems = 20
/** Of a reason and of a path, in characters. */
const longestText = 200

export class ProblemList {
  readonly #kept: ConfigProblem[] = []
  /** The first of each severity that is not kept, and how many there are. */
  readonly #rest = new Map<ConfigProblem['severity'], { readonly first: ConfigProblem; count: number }>()
  readonly #count = { error: 0, warning: 0 }

  constructor(private readonly file: string) {}

  get hasErrors(): boolean {
    return this.#count.error > 0
  }

  add(found: Omit<ConfigProblem, 'file'>): void {
    const { severity, path, reason } = found
    const rest = this.#rest.get(severity)
    if (rest !== undefined) {
      rest.count++
      return
    }
    const problem = { ...found, file: this.file, path: shortened(path), reason: shortened(reason) }
    if (++this.#count[severity] <= mostProblems) this.#kept.push(problem)
    else this.#rest.set(severity, { first: problem, count: 1 })
  }

  /** In the order of adding; those that are not kept are one, at the place of the first of them. */
  all(): readonly ConfigProblem[] {
    const rest = [...this.#rest.values()].map(({ first, count }) => ({
      ...first,
      path: '',
      reason: `${count} more ${first.severity}${count === 1 ? '' : 's'} from here on`
    }))
    return [...this.#kept, ...rest]
  }
}

export const wholeFile = (
  file: string,
  reason: string,
  severity: ConfigProblem['severity'] = 'error'
): ConfigProblem => ({ severity, file, line: 0, column: 0, path: '', reason })

const shortened = (text: string): string =>
  text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`
