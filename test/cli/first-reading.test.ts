import t from 'tap'
import { firstReading } from '../../src/cli/first-reading.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'

/** A start that waits for a store; `run` gives what has become of it after as many more seconds. */
function waiting() {
  const scheduler = new VirtualScheduler()
  const store = {
    progress: { paths: 0, files: 0, objects: 0, isComplete: false },
    problems: [] as { reason: string }[]
  }
  const lines: string[] = []
  let isOver = false
  let outcome = 'waits'
  const log = { info: (_: object, line: string) => void lines.push(line) }
  firstReading({ store, name: './objects', scheduler, log, isOver: () => isOver }).then(
    () => {
      outcome = 'started'
    },
    (error: Error) => {
      outcome = error.message
    }
  )
  return {
    scheduler,
    store,
    lines,
    end: () => {
      isOver = true
    },
    run: async (seconds: number): Promise<string> => {
      scheduler.run(seconds * 1000)
      await new Promise(setImmediate)
      return outcome
    }
  }
}

t.test(
  'a store that goes on is waited for, however long it takes, and the log says how far it is',
  async t => {
    const { store, lines, run, end } = waiting()
    for (let file = 1; file <= 20; file++) {
      store.progress = { paths: 20, files: file, objects: file * 100, isComplete: false }
      t.equal(await run(9), 'waits')
    }
    t.equal(lines[0], 'reading the configuration from ./objects')
    t.equal(lines[1], '100 objects in 1 files were read so far')
    t.equal(lines.length, 1 + 180 / 5)
    end()
    t.equal(await run(0.02), 'started')
  }
)

t.test('a folder that takes its time to say what is in it is waited for', async t => {
  const { store, lines, run } = waiting()
  for (let paths = 16; paths <= 160; paths += 16) {
    store.progress = { paths, files: 0, objects: 0, isComplete: false }
    t.equal(await run(9), 'waits')
  }
  t.equal(lines[1], '16 paths were looked at so far, and no file is read yet')
  t.match(await run(10.2), /no sign of life/, 'until it stops')
})

t.test('a store that gives no sign of life is given up after 10 s', async t => {
  const { run } = waiting()
  t.equal(await run(9.9), 'waits')
  t.equal(await run(0.2), 'the store ./objects has given no sign of life for 10 seconds')
})

t.test('a store that cannot be read is given up in its own words', async t => {
  const { store, run } = waiting()
  store.problems.push({ reason: 'cannot be read: ENOENT: no such file or directory' })
  t.equal(await run(9.9), 'waits', 'it may be mounted yet')
  t.equal(await run(0.2), 'the store ./objects cannot be read: ENOENT: no such file or directory')
})

t.test('what was read has no limit any more: bringing it into force is work of the node', async t => {
  const { store, run, end } = waiting()
  store.progress = { paths: 1, files: 1, objects: 1_000_000, isComplete: true }
  t.equal(await run(60), 'waits')
  end()
  t.equal(await run(0.02), 'started')
})

t.test('time in which nobody looks does not count: a large file is taken apart in one go', async t => {
  const { scheduler, run } = waiting()
  let now = 0
  scheduler.now = () => {
    now += 15_000
    return now
  }
  t.equal(await run(1), 'waits')
})
