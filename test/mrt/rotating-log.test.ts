import t from 'tap'
import { mostWaitingBytes, RotatingLog } from '../../src/mrt/rotating-log.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'
import { settle, VirtualDisk } from './virtual-disk.js'

const setUp = () => {
  const scheduler = new VirtualScheduler(1)
  const disk = new VirtualDisk()
  const warnings: string[] = []
  const log = { warn: (_: object, message: string) => warnings.push(message) }
  const rotating = new RotatingLog(disk, scheduler, log, { file: '/mrt/u.%s', intervalSeconds: 60 })
  const run = async (ms: number): Promise<void> => {
    scheduler.run(ms)
    await settle()
  }
  const append = (text: string): void => rotating.append(Buffer.from(text), text.length)
  return { scheduler, disk, warnings, rotating, run, append }
}
const seconds = ({ scheduler }: ReturnType<typeof setUp>): number => Math.floor(scheduler.wallClock() / 1000)

t.test('records go to the file of their interval, which has its name once it is whole', async t => {
  const it = setUp()
  const { disk, rotating, run, append } = it
  const first = seconds(it)
  rotating.start()
  append('a')
  await run(1_000)
  t.same(disk.names, [`/mrt/u.${first}.unfinished`])
  t.equal(String(disk.files.get(`/mrt/u.${first}.unfinished`)), 'a')
  append('b')
  await run((60 - (first % 60)) * 1000)
  const second = first - (first % 60) + 60
  t.same(disk.names, [`/mrt/u.${first}`, `/mrt/u.${second}.unfinished`])
  t.equal(String(disk.files.get(`/mrt/u.${first}`)), 'ab')
  append('c')
  await rotating.stop()
  t.same(disk.names, [`/mrt/u.${first}`, `/mrt/u.${second}`])
  t.equal(String(disk.files.get(`/mrt/u.${second}`)), 'c')
  t.match(rotating.state, { isUp: false, sent: 3, dropped: 0, lastError: '' })
})

t.test('an interval without records has its file', async t => {
  const { disk, rotating, run } = setUp()
  rotating.start()
  await run(180_000)
  await rotating.stop()
  t.equal(disk.files.size, 4)
})

t.test('a file that is there is left alone', async t => {
  const it = setUp()
  const { disk, rotating, append } = it
  const name = `/mrt/u.${seconds(it)}`
  disk.files.set(name, Buffer.from('old'))
  disk.files.set(`${name}.2.unfinished`, Buffer.from('of a crash'))
  rotating.start()
  append('new')
  await rotating.stop()
  t.equal(String(disk.files.get(name)), 'old')
  t.equal(String(disk.files.get(`${name}.2.unfinished`)), 'of a crash')
  t.equal(String(disk.files.get(`${name}.3`)), 'new')
})

t.test('a disk that takes nothing costs bounded memory, and records, which are counted', async t => {
  const { disk, rotating, run, warnings } = setUp()
  rotating.start()
  await settle()
  disk.stick()
  const record = Buffer.alloc(4096, 'x')
  const fits = mostWaitingBytes / record.length
  for (let i = 0; i < fits + 100; i++) rotating.append(record, record.length)
  await run(1_000)
  t.match(rotating.state, { sent: 0, dropped: 100 })
  t.same(warnings, ['MRT records are dropped: the disk is too slow'])
  disk.free()
  await run(1_000)
  t.match(rotating.state, { sent: fits, dropped: 100 })
  rotating.append(record, record.length)
  await rotating.stop()
  t.match(rotating.state, { sent: fits + 1, dropped: 100 })
  t.match(warnings.slice(1), ['MRT records are written again; so many are missing'])
  const written = [...disk.files.values()].reduce((sum, { length }) => sum + length, 0)
  t.equal(written, (fits + 1) * record.length)
})

t.test('once records are dropped they are until half of the room is free', async t => {
  const { disk, rotating, run } = setUp()
  rotating.start()
  await settle()
  disk.stick()
  const record = Buffer.alloc(64 * 1024, 'x')
  const fits = mostWaitingBytes / record.length
  const append = (): number => {
    const { dropped } = rotating.state
    rotating.append(record, record.length)
    return rotating.state.dropped - dropped
  }
  for (let i = 0; i < fits; i++) t.equal(append(), 0)
  t.equal(append(), 1)
  let taken = 0
  const isHalfFree = () => taken * 2 > fits
  while (!isHalfFree()) {
    t.equal(append(), 1, `${taken} of ${fits} were taken`)
    disk.takeOne()
    await settle()
    taken++
    t.equal(rotating.state.sent, taken)
  }
  t.equal(append(), 0)
  disk.free()
  await run(1_000)
  await rotating.stop()
})

t.test(
  'a disk that fails: records are dropped, and a new file is tried until one can be written',
  async t => {
    const it = setUp()
    const { disk, rotating, run, append, warnings } = it
    rotating.start()
    append('a')
    await run(1_000)
    disk.error = new Error('no space left on device')
    append('b')
    await run(1_000)
    append('c')
    t.match(rotating.state, { isUp: false, sent: 1, dropped: 2, lastError: 'no space left on device' })
    await run(10_000)
    t.match(rotating.state, { isUp: false })
    disk.error = undefined
    await run(10_000)
    append('d')
    await rotating.stop()
    t.match(rotating.state, { sent: 2, dropped: 2 })
    t.equal(disk.names.filter(name => name.endsWith('.unfinished')).length, 1, 'what is cut short says so')
    t.ok([...disk.files.values()].some(content => String(content) === 'd'))
    t.ok(warnings.includes('MRT file cannot be written'))
  }
)

t.test('a full disk is not littered: files that nothing was written into go', async t => {
  const { disk, rotating, run, append, warnings } = setUp()
  disk.room = 0
  rotating.start()
  for (let i = 0; i < 4; i++) {
    append('a')
    await run(1_000)
    t.same(disk.names, [], 'the file went with the fault')
    await run(11_000)
    t.equal(disk.names.length, 1, 'the next one is tried')
  }
  t.match(rotating.state, { isUp: true, sent: 0, dropped: 4 })
  const aboutRecords = () => warnings.filter(line => line.startsWith('MRT records'))
  t.same(
    aboutRecords(),
    ['MRT records are dropped: no file can be written'],
    'a file that was made is no end of it'
  )
  disk.room = Number.POSITIVE_INFINITY
  append('b')
  await rotating.stop()
  t.same([...disk.files.values()].map(String), ['b'])
  t.same(aboutRecords().slice(1), ['MRT records are written again; so many are missing'])
})

t.test('a few records that wait for the disk keep little memory', async t => {
  const { disk, rotating, run, append } = setUp()
  rotating.start()
  append('a')
  await run(1_000)
  t.equal(disk.kept, 1)
  append('b')
  await rotating.stop()
  t.same([...disk.files.values()].map(String), ['ab'])
})

t.test('a record larger than a chunk', async t => {
  const { disk, rotating } = setUp()
  rotating.start()
  rotating.append(Buffer.alloc(10, 1), 10)
  rotating.append(Buffer.alloc(66_000, 2), 66_000)
  rotating.append(Buffer.alloc(10, 3), 10)
  await rotating.stop()
  t.equal([...disk.files.values()][0]!.length, 66_020)
  t.equal(rotating.state.sent, 3)
})
