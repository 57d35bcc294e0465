import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)

t.test('bin/weft starts the program, from wherever it is linked', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weft bin '))
  t.teardown(() => rm(folder, { recursive: true }))
  for (const name of ['bin', 'dist', 'path']) await mkdir(join(folder, name))
  await copyFile(fileURLToPath(new URL('../bin/weft', import.meta.url)), join(folder, 'bin/weft'))
  await writeFile(
    join(folder, 'dist/main.js'),
    'console.log(JSON.stringify({ words: process.argv.slice(2), options: process.execArgv }))'
  )
  await symlink('../bin/weft', join(folder, 'path/weft'))
  const said = async (options?: string): Promise<{ words: string[]; options: string[] }> => {
    const { WEFT_NODE_OPTIONS: _, ...rest } = process.env
    const env = options === undefined ? rest : { ...rest, WEFT_NODE_OPTIONS: options }
    const { stdout } = await run(join(folder, 'path/weft'), ['ctr', 'nei', 'a b'], { env })
    return JSON.parse(stdout)
  }
  t.same(await said(), { words: ['ctr', 'nei', 'a b'], options: ['--max-semi-space-size=4'] })
  t.same((await said('--trace-warnings --no-opt')).options, ['--trace-warnings', '--no-opt'])
  t.same((await said('')).options, [])
})
