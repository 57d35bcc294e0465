/** Compiles the node and the load generators as they are now, apart from `dist/`: what is measured is a snapshot. */
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const benchFolder = fileURLToPath(new URL('.', import.meta.url))
export const projectFolder = join(benchFolder, '..')

export const listens = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = net.createServer()
    server.once('error', () => resolve(true))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(false)))
  })

/** Where the daemons listen for BGP: several comparisons may run on one machine. */
export const bgpPort = await freePort(1790 + (process.pid % 500))

async function freePort(first: number): Promise<number> {
  for (let port = first; ; port++) if (!(await listens(port)) && !(await listens(port + 4000))) return port
}

/** Below `node_modules`, so that packages are found from there and no tool takes it for sources. */
const builtFolder = join(projectFolder, `node_modules/.cache/weft-bench/${process.pid}`)

export const built = (path: string): string => join(builtFolder, path)

export function build(): void {
  process.once('exit', () => rmSync(builtFolder, { recursive: true, force: true }))
  const { status, stdout } = spawnSync('npx', ['tsc', '-p', 'bench/tsconfig.json', '--outDir', builtFolder], {
    cwd: projectFolder,
    encoding: 'utf8'
  })
  // Type errors do not keep it from running; CI looks for them.
  if (status !== 0) console.error(`tsc: ${stdout.trim().split('\n').length} lines of errors`)
  cpSync(join(projectFolder, 'package.json'), built('package.json'))
}
