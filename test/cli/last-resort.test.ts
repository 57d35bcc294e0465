/** What nobody catches ends the node, loudly; tried in a process of its own. */
import { spawnSync } from 'node:child_process'
import t from 'tap'

const body = (failure: string): string => `
  import { addLastResort } from './src/cli/last-resort.js'
  const log = { error: (fields, message) => console.log(JSON.stringify({ ...fields, message })) }
  addLastResort(log, { error: text => console.error(text) })
  setTimeout(() => { console.log('limps on') }, 200)
  ${failure}
`

const run = (failure: string) =>
  spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', body(failure)], {
    encoding: 'utf8',
    cwd: new URL('../..', import.meta.url).pathname
  })

for (const [what, failure] of [
  ['an exception in a timer', `setTimeout(() => { throw new Error('torn') }, 1)`],
  ['a rejection that nobody handles', `void Promise.reject(new Error('torn'))`],
  ['something else that is thrown', `setImmediate(() => { throw 'torn' })`]
] as const) {
  t.test(what, async t => {
    const { status, stdout, stderr } = run(failure)
    t.equal(status, 5)
    t.match(stdout, /torn.*internal error: the node ends/)
    t.match(stderr, /^weft: internal error, the node ends: .*torn/)
    t.notMatch(stdout, 'limps on')
  })
}
