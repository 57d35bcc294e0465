/** What a run has found: one line per check as it happens, and all of it for the matrix at the end. */
/** `LACK`: the daemon has nothing of the kind; that is no failure, and its cell says so. */
export type Outcome = 'PASS' | 'FAIL' | 'SKIP' | 'LACK'

export interface Result {
  readonly outcome: Outcome
  /** The column of the matrix: a daemon or a client. */
  readonly subject: string
  /** The row. */
  readonly feature: string
  readonly detail: string
  readonly seconds: number
  /** Passed, but for what `detail` says the daemon has not. */
  readonly isPartial?: boolean
}

/** What a check answers that passed as far as the daemon goes. */
export class Partly {
  constructor(readonly why: string) {}
}

/** Thrown by a check that cannot be made here: no package, no privilege, or nothing of the kind in the daemon. */
export class Skip extends Error {}

export class Report {
  results: Result[] = []
  /** What a suite says is no news once its time is over. */
  #closed = new Set<string>()

  constructor(
    private readonly out: (line: string) => void,
    /** Told of every result too. */
    private readonly found: (result: Result) => void = () => {}
  ) {}

  /** Runs a check; its answer, if it is text or `Partly`, is printed behind the line. False: it failed or was skipped. */
  async check(subject: string, feature: string, body: () => Promise<unknown>): Promise<boolean> {
    const begun = performance.now()
    const seconds = () => (performance.now() - begun) / 1000
    try {
      const answer = await body()
      const isPartial = answer instanceof Partly
      const detail = isPartial ? answer.why : typeof answer === 'string' ? answer : ''
      this.add({ outcome: 'PASS', subject, feature, detail, seconds: seconds(), isPartial })
      return true
    } catch (error) {
      const outcome = error instanceof Skip ? 'SKIP' : 'FAIL'
      const detail = error instanceof Error ? error.message : String(error)
      this.add({ outcome, subject, feature, detail, seconds: seconds() })
      return false
    }
  }

  skip(subject: string, feature: string, detail: string): void {
    this.add({ outcome: 'SKIP', subject, feature, detail, seconds: 0 })
  }

  lacks(subject: string, feature: string, detail: string): void {
    this.add({ outcome: 'LACK', subject, feature, detail, seconds: 0 })
  }

  add(result: Result): void {
    if (this.#closed.has(result.subject)) return
    this.results.push(result)
    this.found(result)
    const { outcome, subject, feature, detail, seconds } = result
    const time = seconds >= 0.05 ? ` (${seconds.toFixed(1)} s)` : ''
    this.out(`${outcome}  ${subject.padEnd(12)} ${feature}${detail === '' ? '' : `: ${detail}`}${time}`)
  }

  /** Columns as named here, however suites took turns. */
  sort(subjects: readonly string[]): void {
    const place = ({ subject }: Result): number => subjects.indexOf(subject)
    this.results = [...this.results].sort((a, b) => place(a) - place(b))
  }

  close(subject: string): void {
    this.#closed.add(subject)
  }

  count(outcome: Outcome): number {
    return this.results.filter(result => result.outcome === outcome).length
  }
}

/** Fails the check that it stands in. */
export function expect(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what)
}

export function expectEqual<T>(found: T, wanted: T, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`${what} is ${a}, not ${b}`)
}
