/** Tells what happens in a demonstration, and waits for it to come true. */
import { CliError, type CliIo, ExitCode } from '../../cli/io.js'

/** To read a step before the next one begins. */
const readingMs = 2500
const lookMs = 100

export class Narrator {
  #step = 0
  /** Claims that came true. */
  held = 0

  constructor(
    readonly io: CliIo,
    private readonly fast: boolean
  ) {}

  async step(title: string, ...text: readonly string[]): Promise<void> {
    if (this.#step > 0 && !this.fast) await sleep(readingMs)
    const line = `${++this.#step}. ${title}`
    this.io.out(`\n${line}\n${'-'.repeat(line.length)}`)
    for (const paragraph of text) this.say(paragraph)
  }

  say(text: string): void {
    this.io.out(wrap(text, Math.min(this.io.columns ?? 100, 100)))
  }

  /** Something that the demonstration has to do without. */
  loud(text: string): void {
    this.io.out(`\n!!! ${text}`)
  }

  show(title: string, text: string): void {
    const indented = text.replace(/\s+$/, '').replace(/^(?=.)/gm, '    ')
    this.io.out(`\n  ${title}\n${indented}\n`)
  }

  /** Waits until it is so, and says that it is; ends the demonstration when it is not so in time. */
  async until(claim: string, isSo: () => boolean | Promise<boolean>, limitSeconds = 30): Promise<void> {
    const begun = performance.now()
    while (!(await isSo())) {
      if (performance.now() - begun > limitSeconds * 1000) {
        throw new CliError(`not within ${limitSeconds} s: ${claim}`, ExitCode.negative)
      }
      await sleep(lookMs)
    }
    this.held++
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    this.io.out(`  [ok] ${claim}${seconds === '0.0' ? '' : ` (after ${seconds} s)`}`)
  }
}

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Lines of at most that many characters, broken at blanks. */
function wrap(text: string, width: number): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]!
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
