/** Objects in the JSON form of the API that come as one list, as over HTTP: good as a whole or not at all. */
import { type ConfigObject, identityOf } from '../ifmap/config-object.js'
import { parseObject } from '../ifmap/object-parser.js'
import { apiName } from '../ifmap/schema.js'
import { checkValues } from '../ifmap/value-checks.js'
import type { ConfigProblem } from './config-store.js'
import { ImpliedObjects } from './implied-objects.js'
import { printPath } from './object-file.js'

export interface ObjectList {
  /** Those that need not be written included; complete only without an error among `problems`. */
  readonly objects: readonly ConfigObject[]
  /** Paths begin with the place in the list: `[17].bgp_router_parameters.address`. */
  readonly problems: readonly ConfigProblem[]
}

const objectsPerSlice = 100

/** `name` is what problems call the list; between slices `turn` is waited for. */
export async function readObjectList(
  name: string,
  list: readonly unknown[],
  turn: () => Promise<void>
): Promise<ObjectList> {
  const problems: ConfigProblem[] = []
  const written = new Map<string, ConfigObject>()
  const places = new Map<string, number>()
  const report = (
    severity: ConfigProblem['severity'],
    path: readonly (string | number)[],
    reason: string
  ): void => void problems.push({ severity, file: name, line: 0, column: 0, path: printPath(path), reason })
  for (const [index, json] of list.entries()) {
    if (index % objectsPerSlice === objectsPerSlice - 1) await turn()
    const parsed = parseObject(json)
    for (const { severity, path, reason } of parsed.problems) report(severity, [index, ...path], reason)
    const { object } = parsed
    if (object === undefined || parsed.hidden) continue
    for (const { severity, path, reason } of checkValues(object)) report(severity, [index, ...path], reason)
    const identity = identityOf(object)
    const earlier = places.get(identity)
    if (earlier !== undefined)
      report('error', [index], `${object.type} '${object.name}' is already defined at [${earlier}]`)
    written.set(identity, object)
    places.set(identity, index)
  }
  const implied = new ImpliedObjects(written)
  let done = 0
  for (const object of written.values()) {
    if (++done % objectsPerSlice === 0) await turn()
    implied.addFrom(object)
  }
  for (const [identity, { references }] of written) {
    if (++done % objectsPerSlice === 0) await turn()
    for (const reference of references) {
      const wanted = identityOf(reference)
      if (!written.has(wanted) && !implied.objects.has(wanted))
        report(
          'warning',
          [places.get(identity)!, `${apiName(reference.type)}_refs`],
          `${reference.type} '${reference.name}' does not exist; the reference waits for it`
        )
    }
  }
  return { objects: [...written.values(), ...implied.objects.values()], problems }
}
