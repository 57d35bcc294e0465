/** Compiles the node and the load generators as they are now, apart from `dist/`: what is measured is a snapshot. */
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const benchFolder = fileURLToPath(new URL('.', import.meta.url))
export const projectFolder = join(benchFolder, '..')
/** Below `node_modules`, so that packages are found from there and no tool takes it for sources. */
export const builtFolder = join(projectFolder, 'node_modules/.cache/weft-bench')

export const built = (path: string): string => join(builtFolder, path)

export function build(): void {
  rmSync(builtFolder, { recursive: true, force: true })
  const { status, stdout } = spawnSync('npx', ['tsc', '-p', 'bench/tsconfig.json'], {
    cwd: projectFolder,
    encoding: 'utf8'
  })
  // Type errors do not keep it from running; CI looks for them.
  if (status !== 0) console.error(`tsc: ${stdout.trim().split('\n').length} lines of errors`)
  cpSync(join(projectFolder, 'package.json'), built('package.json'))
}
