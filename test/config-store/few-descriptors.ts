/**
 * A process with few file descriptors that reads many object files: what it has by then, and once more while nearly
 * all descriptors are taken and after they were given back. Prints one JSON line per reading. Argument: the folder.
 */
import { closeSync, openSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { FilesStore } from '../../src/config-store/files-store.js'
import { NodeScheduler } from '../../src/runtime/node-scheduler.js'

const folder = process.argv[2]!
const names = process.argv.slice(3)
const store = new FilesStore({ folder, scheduler: new NodeScheduler(), lookMs: 600_000, settleMs: 600_000 })
store.start({ changed: () => {}, endOfConfig: () => {}, problemsChanged: () => {} })

async function look(): Promise<void> {
  await store.reload()
  const wasRefused = store.problems.some(({ reason }) => reason.includes('EMFILE'))
  process.stdout.write(`${JSON.stringify({ objects: [...store.objects].length, wasRefused })}\n`)
}

await look()
for (const name of names) utimesSync(join(folder, name), 1, 1)
const taken: number[] = []
try {
  for (;;) taken.push(openSync('/dev/null', 'r'))
} catch {
  closeSync(taken.pop()!)
}
await look()
for (const descriptor of taken) closeSync(descriptor)
await look()
store.stop()
