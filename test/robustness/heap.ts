/** What the heap holds after the garbage is gone, in bytes; needs no flag on the command line. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

export function heap(): number {
  gc()
  gc()
  return process.memoryUsage().heapUsed
}
