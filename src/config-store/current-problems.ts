import { type ConfigProblem, printProblem } from './config-store.js'

/** What is wrong with the configuration now, and since when. */
export class CurrentProblems {
  #since: ReadonlyMap<ConfigProblem, number> = new Map()

  /** With the time since when it is there, as `update` was told it. */
  get since(): ReadonlyMap<ConfigProblem, number> {
    return this.#since
  }

  /** All that is wrong at `now`; gives what was not wrong before. A problem is the same if it reads the same. */
  update(problems: readonly ConfigProblem[], now: number): ConfigProblem[] {
    const known = new Map([...this.#since].map(([problem, since]) => [printProblem(problem), since]))
    this.#since = new Map(problems.map(problem => [problem, known.get(printProblem(problem)) ?? now]))
    return problems.filter(problem => !known.has(printProblem(problem)))
  }
}

/** At once; a folder of broken files must not fill the log. */
const mostLines = 100

/** A line for each of the first problems, and one for the others. */
export function warnOfProblems(
  problems: readonly ConfigProblem[],
  log: { warn(details: object, message: string): void }
): void {
  for (const problem of problems.slice(0, mostLines))
    log.warn({ ...problem }, `configuration: ${printProblem(problem)}`)
  const more = problems.length - mostLines
  if (more > 0) log.warn({ more }, `configuration: ${more} more problems, see /api/v1/config/problems`)
}
