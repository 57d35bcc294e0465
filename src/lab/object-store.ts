/** Configuration objects in memory, for tests: the text of object files in, differences out. */
import type { ConfigProblem, ConfigStore, ConfigStoreListener } from '../config-store/config-store.js'
import { impliedObjects } from '../config-store/implied-objects.js'
import { readObjectFile } from '../config-store/object-file.js'
import type { ConfigObject } from '../ifmap/config-object.js'

export class ObjectStore implements ConfigStore {
  problems: readonly ConfigProblem[] = []
  #objects = new Map<string, ConfigObject>()
  #listener: ConfigStoreListener | undefined

  /** YAML or JSON, as in the files of a folder. Throws for text that such a file could not have. */
  constructor(...texts: readonly string[]) {
    this.#objects = this.#read(texts)
  }

  start(listener: ConfigStoreListener): void {
    this.#listener = listener
    listener.changed({ updated: [...this.#objects.values()], removed: [] })
    if (this.problems.length > 0) listener.problemsChanged(this.problems)
    listener.endOfConfig()
  }

  stop(): void {
    this.#listener = undefined
  }

  /** From now on these objects and no others. */
  replace(...texts: readonly string[]): void {
    const before = this.#objects
    this.#objects = this.#read(texts)
    const updated = [...this.#objects].filter(
      ([identity, object]) => JSON.stringify(object) !== JSON.stringify(before.get(identity))
    )
    const removed = [...before].filter(([identity]) => !this.#objects.has(identity))
    this.#listener?.changed({
      updated: updated.map(([, object]) => object),
      removed: removed.map(([, { type, name }]) => ({ type, name }))
    })
  }

  #read(texts: readonly string[]): Map<string, ConfigObject> {
    const objects = new Map<string, ConfigObject>()
    const problems: ConfigProblem[] = []
    for (const [i, text] of texts.entries()) {
      const file = readObjectFile(`text ${i + 1}`, text)
      const error = file.problems.find(problem => problem.severity === 'error')
      if (error !== undefined) throw new Error(`${error.file}:${error.line}: ${error.reason}`)
      problems.push(...file.problems)
      for (const [identity, { object }] of file.objects) objects.set(identity, object)
    }
    this.problems = problems
    for (const [identity, object] of impliedObjects(objects)) {
      if (!objects.has(identity)) objects.set(identity, object)
    }
    return objects
  }
}
