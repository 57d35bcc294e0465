import t from 'tap'
import { needsRestart, reloadOnHangUp } from '../../src/cli/reload.js'
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
  const stop = reloadOnHangUp(config(''), {
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
  stop()
  t.equal(process.listenerCount('SIGHUP'), others)
})

t.test('what of a change waits for a restart', async t => {
  const differs = (text: string): string[] => needsRestart(config(''), config(text))
  t.strictSame(
    differs('bgp: { ebgp_requires_policy: true, dynamic_neighbours: [{ range: 10.0.0.0/8, peer_as: 1 }] }'),
    []
  )
  t.strictSame(differs('bgp: { port: 1790, address: 10.0.0.1 }'), ['bgp.address', 'bgp.port'])
  t.strictSame(differs('log: { level: debug }'), ['log'])
})
