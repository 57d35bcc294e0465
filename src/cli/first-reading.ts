/**
 * A start waits for the first reading of the configuration, however long that takes: a large one is no fault. What ends
 * it is a store that cannot be read, in the store's own words, or one that gives no sign of life.
 */
import type { ReadingProgress } from '../config-store/files-store.js'
import type { Scheduler } from '../runtime/scheduler.js'

export interface FirstReadingOptions {
  readonly store: {
    readonly progress: ReadingProgress
    readonly problems: readonly { readonly reason: string }[]
  }
  /** What people know the store by. */
  readonly name: string
  readonly scheduler: Scheduler
  readonly log: { info(details: object, message: string): void }
  /** The wait has come to its end. */
  readonly isOver: () => boolean
}

/** How often the start looks whether it has come to its end. */
const lookMs = 20
/** A store of which nothing new was looked at or read in as much time is given up. */
const silenceMs = 10_000
const tellEveryMs = 5000

/** Rejects with a line for people. */
export function firstReading({ store, name, scheduler, log, isOver }: FirstReadingOptions): Promise<void> {
  log.info({ store: name }, `reading the configuration from ${name}`)
  let last = store.progress
  let toldAt = scheduler.now()
  // Looks are counted, not time: while a large file is taken apart the loop stands, and nobody could see progress.
  let silentLooks = 0
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (isOver()) {
        resolve()
        return
      }
      const { progress } = store
      silentLooks = progress === last && !progress.isComplete ? silentLooks + 1 : 0
      last = progress
      if (silentLooks > silenceMs / lookMs) {
        reject(new Error(silenceOf(name, store.problems)))
        return
      }
      if (scheduler.now() - toldAt >= tellEveryMs) {
        toldAt = scheduler.now()
        log.info({ store: name, ...figuresOf(progress) }, stateOf(progress))
      }
      scheduler.after(lookMs, look)
    }
    look()
  })
}

const figuresOf = ({ paths, files, objects }: ReadingProgress) => ({ paths, files, objects })

/** Files are read when all paths are known. */
const stateOf = ({ paths, files, objects }: ReadingProgress): string =>
  files === 0
    ? `${paths} paths were looked at so far, and no file is read yet`
    : `${objects} objects in ${files} files were read so far`

const silenceOf = (name: string, [problem]: readonly { readonly reason: string }[]): string =>
  `the store ${name} ${problem?.reason ?? `has given no sign of life for ${silenceMs / 1000} seconds`}`
