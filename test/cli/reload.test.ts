import t from 'tap'
import { reloadOnHangUp } from '../../src/cli/reload.js'
import { needsRestart } from '../../src/config/needs-restart.js'
import { type NodeConfig, parseNodeConfig } from '../../src/config/node-config.js'

const config = (text: string): NodeConfig => {
  const { config, problems } = parseNodeConfig('/etc/weft/weft.yaml', `hostname: cn-a\n${text}`)
  if (config === undefined) throw new Error(problems.map(({ reason }) => reason).join('; '))
  return config
}

t.test('SIGHUP: the file is read again; one with an error changes nothing', async t => {
  let text = ''
  const applied: string[][] = []
  const logged: object[] = []
  const note = (fields: object, message: string): void => void logged.push({ ...fields, message })
  const others = process.listenerCount('SIGHUP')
  const reloading = reloadOnHangUp(config(''), {
    log: { info: note, error: note },
    read: async () => config(text),
    apply: ({ bgp }) => applied.push([...bgp.neighbours.keys()])
  })
  const hangUp = async (after: string): Promise<object[]> => {
    text = after
    const before = logged.length
    process.emit('SIGHUP')
    await new Promise(resolve => setImmediate(resolve))
    return logged.slice(before)
  }
  t.match(await hangUp('bgp: { neighbours: [{ address: 10.0.0.1, hold_time: 30 }] }'), [
    { message: 'configuration file read again' }
  ])
  t.match(await hangUp('bgpp: {}'), [{ message: /nothing has changed/, reason: /unknown key 'bgpp'/ }])
  t.match(await hangUp('xmpp: { port: 1 }'), [{ later: ['xmpp'] }, { later: ['xmpp'], message: /restart/ }])
  t.strictSame(applied, [['10.0.0.1'], []])
  reloading.remove()
  t.equal(process.listenerCount('SIGHUP'), others)
})

t.test('what of a change waits for a restart', async t => {
  const differs = (text: string): string[] => needsRestart(config(''), config(text))
  t.strictSame(
    differs('bgp: { ebgp_requires_policy: true, dynamic_neighbours: [{ range: 10.0.0.0/8, peer_as: 1 }] }'),
    []
  )
  t.strictSame(differs('bgp: { port: 1790, address: 10.0.0.1 }'), [], 'it is applied')
  t.strictSame(differs('log: { level: debug }'), ['log'])
  t.strictSame(differs('bgp: { selection_deferral: { seconds: 0 } }'), ['bgp.selection_deferral'])
  t.strictSame(differs('bgp: { shutdown: cease }'), [], 'it is applied')
})

t.test('SIGHUP again while the file is read: what was read last holds; nothing after the end', async t => {
  const reads: ((config: NodeConfig) => void)[] = []
  const applied: (number | undefined)[] = []
  const reloading = reloadOnHangUp(config(''), {
    log: { info: () => {}, error: () => {} },
    read: () => new Promise(resolve => reads.push(resolve)),
    apply: ({ bgp }) => applied.push(bgp.neighbours.get('10.0.0.1')?.holdTime)
  })
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  const holdTime = (seconds: number): NodeConfig =>
    config(`bgp: { neighbours: [{ address: 10.0.0.1, hold_time: ${seconds} }] }`)
  process.emit('SIGHUP')
  process.emit('SIGHUP')
  await turn()
  t.equal(reads.length, 1, 'one at a time')
  reads[0]!(holdTime(30))
  await turn()
  reads[1]!(holdTime(60))
  await turn()
  t.strictSame(applied, [30, 60])
  process.emit('SIGHUP')
  await turn()
  reloading.end()
  reads[2]!(holdTime(90))
  await turn()
  process.emit('SIGHUP')
  await turn()
  t.equal(reads.length, 3, 'not read any more')
  t.strictSame(applied, [30, 60])
  reloading.remove()
})

t.test('a defect while settings are applied is not told as a fault of the file', async t => {
  const logged: string[] = []
  const reloading = reloadOnHangUp(config(''), {
    log: { info: (_, message) => logged.push(message), error: (_, message) => logged.push(message) },
    read: async () => config(''),
    apply: () => {
      throw new Error('a defect')
    }
  })
  process.emit('SIGHUP')
  await new Promise(resolve => setImmediate(resolve))
  reloading.remove()
  t.strictSame(logged, ['configuration file read again, but not all of it could be applied'])
})
