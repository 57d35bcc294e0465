import t from 'tap'
import type { CliIo } from '../../src/cli/io.js'
import { buildProgram, runProgram } from '../../src/cli/program.js'
import { registerLab } from '../../src/lab/commands.js'

/** The commands as a person types them, over real sockets; with a simulated router, which is there everywhere. */
function shell() {
  const said: string[] = []
  const io: CliIo = {
    out: text => said.push(text),
    error: text => said.push(text),
    columns: undefined,
    now: () => Date.now(),
    endWithin: () => {}
  }
  const program = buildProgram({ io, version: '0', register: [program => registerLab(program, io)] })
  return { said, run: (...words: string[]) => runProgram(program, words, io) }
}

t.test('the demonstration comes true', async t => {
  const { said, run } = shell()
  t.equal(await run('lab', 'demo', '--fast', '--router', 'simulated'), 0, said.join('\n'))
  const text = said.join('\n')
  t.match(text, /All 16 claims came true/)
  t.match(text, /10\.61\.64\.9\/32\s+10\.61\.0\.21\s+64512\s+100\s+originvn:64512:13/)
  t.match(text, /vr-01\s+demo:red\s+10\.2\.0\.3\/32\s+10\.61\.0\.22\s+52/)
})

t.test('an agent without a control node', async t => {
  const { said, run } = shell()
  const code = await run(
    ...['lab', 'agent', '-n', 'vr-01', '--next-hop', '10.61.0.21', '-s', '127.0.0.1:9', '--seconds', '1']
  )
  t.equal(code, 3)
  t.match(said.join('\n'), /vr-01 {2}cannot connect: connect ECONNREFUSED 127\.0\.0\.1:9/)
})

t.test('words that mean nothing', async t => {
  const { said, run } = shell()
  t.equal(await run('lab', 'agent', '-n', 'x', '--next-hop', '10.0.0.1', '--subscribe', 'red'), 2)
  t.match(said.join('\n'), /'red' is no INSTANCE:ID/)
})
