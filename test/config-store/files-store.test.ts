import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { type ConfigStoreListener, printProblem } from '../../src/config-store/config-store.js'
import { FilesStore } from '../../src/config-store/files-store.js'
import { inParallel } from '../../src/config-store/in-parallel.js'
import type { Scheduler } from '../../src/runtime/scheduler.js'

/** Real time: the files are real. */
const scheduler: Scheduler = {
  isTurnOver: false,
  now: () => performance.now(),
  wallClock: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms)
    return { cancel: () => clearTimeout(timer) }
  },
  soon: task => void setImmediate(task)
}

class Heard implements ConfigStoreListener {
  /** `+type name` and `-type name`, implied objects left out. */
  readonly told: string[] = []
  readonly objects = new Map<string, unknown>()
  ends = 0
  problems: string[] = []
  waiting: (() => void) | undefined

  /** Resolves with the next difference. */
  next(): Promise<void> {
    return new Promise(resolve => {
      this.waiting = resolve
    })
  }

  changed: ConfigStoreListener['changed'] = ({ updated, removed }) => {
    for (const { type, name } of removed) {
      this.told.push(`-${type} ${name}`)
      this.objects.delete(`${type} ${name}`)
    }
    for (const object of updated) {
      this.told.push(`+${object.type} ${object.name}`)
      this.objects.set(`${object.type} ${object.name}`, object)
    }
    this.waiting?.()
  }
  endOfConfig = () => void this.ends++
  problemsChanged: ConfigStoreListener['problemsChanged'] = problems => {
    this.problems = problems.map(printProblem)
  }
}

interface Setting {
  readonly folder: string
  readonly store: FilesStore
  readonly heard: Heard
  readonly write: (file: string, text: string) => Promise<void>
}

async function setting(
  t: Test,
  files: NonNullable<Parameters<Test['testdir']>[0]>,
  settleMs = 20
): Promise<Setting> {
  const folder = t.testdir(files)
  const heard = new Heard()
  const store = new FilesStore({ folder, scheduler, settleMs, lookMs: 60_000 })
  t.teardown(() => store.stop())
  store.start(heard)
  await store.reload()
  let written = 0
  // In one go: a look that finds the file empty would be right to doubt it, and one that finds it so twice to believe it.
  const write = async (file: string, text: string) => {
    const fresh = join(folder, `.fresh-${written++}`)
    await writeFile(fresh, text)
    await rename(fresh, join(folder, file))
  }
  return { folder, store, heard, write }
}

const domain = (name: string) => `- { type: domain, fq_name: [${name}] }\n`

t.test('progress counts paths that were looked at, files and objects', async t => {
  const names = Array.from({ length: 50 }, (_, index) => `f${index}`)
  const { store, write } = await setting(t, {
    ...Object.fromEntries(names.map(name => [`${name}.yaml`, domain(name)])),
    'README.txt': 'no objects',
    deeper: { 'd.yaml': domain('d') }
  })
  t.same(store.progress, { paths: 53, files: 51, objects: 51, isComplete: true })
  await write('f0.yaml', domain('other'))
  await store.reload()
  t.match(store.progress, { paths: 53, files: 52 }, 'later looks are no part of the first reading')
})

t.test('work on many paths: so much at a time, results in order', async t => {
  let running = 0
  let most = 0
  const items = Array.from({ length: 100 }, (_, index) => index)
  const done = await inParallel(items, 16, async item => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setTimeout(resolve, (item * 7) % 5))
    running--
    return item * 2
  })
  t.equal(most, 16)
  t.same(
    done,
    items.map(item => item * 2),
    'in order'
  )
})

t.test('a first reading, then differences', async t => {
  const { store, heard, write, folder } = await setting(t, {
    'a.yaml': domain('one') + domain('two'),
    sub: { 'b.json': '{ "domain": { "fq_name": ["three"], "display_name": "x" } }' },
    'c.txt': 'not looked at',
    '.d.yaml': '- nor this'
  })
  t.same(heard.told.splice(0).sort(), ['+domain one', '+domain three', '+domain two'])
  t.equal(heard.ends, 1)
  t.same(heard.problems, [])
  await write('a.yaml', domain('two') + domain('four'))
  await store.reload()
  t.same(heard.told.splice(0), ['-domain one', '+domain four'])
  const told = heard.next()
  await rm(join(folder, 'sub'), { recursive: true })
  await told
  t.same(heard.told.splice(0), ['-domain three'])
  await write('a.yaml', `# only a comment is new\n${domain('two')}${domain('four')}`)
  await store.reload()
  t.same(heard.told, [])
  t.equal(heard.ends, 1)
})

t.test('a file that is empty for a moment loses nothing, however often somebody looks', async t => {
  const { store, heard, write } = await setting(t, { 'a.yaml': domain('one') }, 60_000)
  heard.told.length = 0
  await write('a.yaml', '')
  for (let look = 0; look < 3; look++) await store.reload()
  await write('a.yaml', `${domain('one')}\n`)
  await store.reload()
  t.same(heard.told, [])
})

t.test('a file that stays empty, or away, has no objects', async t => {
  const { heard, write, folder } = await setting(t, { 'a.yaml': domain('one'), 'b.yaml': domain('two') })
  heard.told.length = 0
  const emptied = heard.next()
  await write('a.yaml', '')
  await emptied
  t.same(heard.told.splice(0), ['-domain one'])
  const removed = heard.next()
  await rm(join(folder, 'b.yaml'))
  await removed
  t.same(heard.told, ['-domain two'])
})

t.test('a file that is missing for a moment loses nothing, however often somebody looks', async t => {
  const { store, heard, write, folder } = await setting(
    t,
    { 'a.yaml': domain('one'), sub: { 'b.yaml': domain('two') } },
    60_000
  )
  heard.told.length = 0
  await rm(join(folder, 'a.yaml'))
  await rename(join(folder, 'sub'), join(folder, '.sub'))
  for (let look = 0; look < 3; look++) await store.reload()
  await write('a.yaml', domain('one'))
  await rename(join(folder, '.sub'), join(folder, 'sub'))
  await store.reload()
  t.same(heard.told, [])
  t.same(heard.problems, [])
})

t.test('a file that is missing and whose objects are in another by now has none of them', async t => {
  const { store, heard, write, folder } = await setting(t, { 'a.yaml': domain('one') + domain('two') })
  heard.told.length = 0
  await rm(join(folder, 'a.yaml'))
  await write('b.yaml', domain('one'))
  const told = heard.next()
  await store.reload()
  t.same(heard.problems, [])
  t.same(heard.told, [])
  await told
  t.same(heard.told, ['-domain two'])
})

t.test('what cannot be looked at is no empty configuration', async t => {
  const { store, heard, folder } = await setting(t, {
    'a.yaml': domain('one'),
    sub: { 'b.yaml': domain('two') },
    'c.yaml': domain('three')
  })
  heard.told.length = 0
  for (const name of ['a.yaml', 'sub']) {
    await rm(join(folder, name), { recursive: true })
    await symlink(name, join(folder, name))
  }
  await rm(join(folder, 'c.yaml'))
  await symlink('nowhere', join(folder, 'c.yaml'))
  for (let look = 0; look < 2; look++) {
    await store.reload()
    t.same(heard.told, [])
    t.match(heard.problems, [
      /a\.yaml: error: cannot be read: ELOOP/,
      /c\.yaml: error: cannot be read: the link leads to nothing$/,
      /sub: error: cannot be read: ELOOP/
    ])
    await new Promise(resolve => setTimeout(resolve, 30))
  }
  await rm(join(folder, 'sub'))
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'sub', 'b.yaml'), domain('four'))
  await store.reload()
  t.same(heard.told, ['-domain two', '+domain four'], 'what can be read is taken')
})

/** As somebody whom the system refuses something; root is not. */
async function unprivileged<T>(task: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return task()
  process.seteuid!(65534)
  try {
    return await task()
  } finally {
    process.seteuid!(0)
  }
}

t.test('a folder that can be listed and not searched is no empty configuration', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-store-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.yaml'), domain('one'))
  if (process.getuid?.() === 0) await chown(folder, 65534, 65534)
  const heard = new Heard()
  const store = new FilesStore({ folder, scheduler, lookMs: 60_000 })
  t.teardown(() => store.stop())
  store.start(heard)
  await store.reload()
  await chmod(folder, 0o644)
  await unprivileged(() => store.reload())
  t.same(heard.told, ['+domain one'])
  t.match(heard.problems, [/: error: cannot be read: EACCES/])
  await chmod(folder, 0o755)
  await store.reload()
  t.same(heard.told, ['+domain one'])
  t.same(heard.problems, [])
})

t.test('many files are read with few descriptors, and one that is refused is tried again', async t => {
  const names = Array.from({ length: 400 }, (_, i) => `f${i}.yaml`)
  const folder = t.testdir(Object.fromEntries(names.map(name => [name, domain(name)])))
  const script = fileURLToPath(new URL('few-descriptors.ts', import.meta.url))
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -n 200; exec "$0" --import tsx "$@"', process.execPath, script, folder, ...names],
    { encoding: 'utf8' }
  )
  t.equal(stderr, '')
  const readings = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.same(readings, [
    { objects: 400, wasRefused: false },
    { objects: 400, wasRefused: true },
    { objects: 400, wasRefused: false }
  ])
})

t.test('a folder that is reached by several ways is read once', async t => {
  const folder = t.testdir({ 'z.yaml': domain('one'), sub: { 'b.yaml': domain('two') } })
  for (const [name, target] of [
    ['a', '.'],
    ['b', '.'],
    ['sub/c', '..'],
    ['sub2', 'sub']
  ])
    await symlink(target!, join(folder, name!))
  const heard = new Heard()
  const store = new FilesStore({ folder, scheduler, lookMs: 60_000 })
  t.teardown(() => store.stop())
  store.start(heard)
  await store.reload()
  t.same(heard.told.sort(), ['+domain one', '+domain two'])
  t.same(heard.problems, [])
})

t.test('problems of a file have a bound in number and in length', async t => {
  const { heard } = await setting(t, {
    'a.yaml': `- ${'x'.repeat(1000)}\n${'- 7\n'.repeat(19)}`,
    'b.yaml': '- 7\n'.repeat(400),
    'c.yaml': `- type: routing_instance\n  fq_name: [d, p, m, m]\n  routing_instance_refs:\n${'    - { to: [d, p, n, n], attr: null }\n'.repeat(30)}`
  })
  const of = (file: string) => heard.problems.filter(problem => problem.includes(`${file}.yaml`))
  t.equal(of('a').length, 20)
  t.ok(of('a')[0]!.length < 500)
  t.equal(of('b').length, 21)
  t.match(of('b')[20], /b\.yaml:21:3: error: 380 more errors from here on$/)
  t.equal(of('c').length, 21)
  t.match(of('c')[20], /c\.yaml:24:.*: warning: 10 more warnings from here on$/)
})

t.test('text that is not UTF-8 is refused, with its line', async t => {
  const latin = Buffer.from(`${domain('one')}# a comment\n${domain('caf\xe9')}`, 'latin1')
  const { heard } = await setting(t, { 'a.yaml': latin, 'b.yaml': domain('café') })
  t.same(heard.told, ['+domain café'])
  t.match(heard.problems, [/a\.yaml: error: cannot be read: line 3 is not UTF-8$/])
})

t.test('a bad file changes nothing, and says so until it is mended', async t => {
  const { store, heard, write } = await setting(t, { 'a.yaml': domain('one'), 'b.yaml': domain('two') })
  heard.told.splice(0)
  await write('a.yaml', `${domain('three')}- type: domian\n  fq_name: [four]\n`)
  await write('b.yaml', domain('five'))
  await store.reload()
  t.same(heard.told.splice(0), ['-domain two', '+domain five'], 'other files are taken')
  t.match(heard.problems, [/a\.yaml:2:3: error: unknown type 'domian', did you mean 'domain'\? \(type\)$/])
  t.match(store.problems, [{ severity: 'error', line: 2, column: 3, path: 'type' }])
  await write('a.yaml', 'a: [')
  await store.reload()
  t.same(heard.told, [])
  t.match(heard.problems, [/a\.yaml:1:5: error: /, ...heard.problems.slice(1)])
  await write('a.yaml', domain('three'))
  await store.reload()
  t.same(heard.told.splice(0), ['-domain one', '+domain three'])
  t.same(heard.problems, [])
})

t.test('a file that is bad from the start has nothing in force', async t => {
  const { heard } = await setting(t, { 'a.yaml': '- 7', 'b.yaml': domain('two') })
  t.same(heard.told, ['+domain two'])
  t.equal(heard.ends, 1)
  t.match(heard.problems, [/a\.yaml:1:3: error: expected an object, found 7$/])
})

t.test('an object in two files', async t => {
  const { store, heard, write, folder } = await setting(t, {
    'a.yaml': domain('one'),
    'b.yaml': domain('one') + domain('two')
  })
  t.same(heard.told.splice(0), ['+domain one'], 'of two that come together the first in order counts')
  t.match(heard.problems, [/b\.yaml:1:3: error: domain 'one' is already defined in .*a\.yaml$/])
  await write('a.yaml', domain('three'))
  await store.reload()
  t.same(heard.told.splice(0).sort(), ['+domain three', '+domain two'], 'the other is tried again')
  t.same(heard.problems, [])
  await write('a.yaml', domain('two'))
  await store.reload()
  t.same(heard.told.splice(0), [], 'the file that has it keeps it')
  t.match(heard.problems, [/a\.yaml:1:3: error: domain 'two' is already defined in .*b\.yaml$/])
  await write('b.yaml', domain('three'))
  await store.reload()
  t.same(heard.told.splice(0).sort(), ['-domain one'], 'two objects change places in one go')
  t.same(heard.problems, [])
  await rename(join(folder, 'a.yaml'), join(folder, 'z.yaml'))
  await store.reload()
  t.same(heard.told, [], 'a renamed file is the same objects')
})

t.test('an object twice in one file', async t => {
  const { heard } = await setting(t, { 'a.yaml': domain('one') + domain('one') })
  t.match(heard.problems, [/a\.yaml:2:3: error: domain 'one' is already defined in line 1$/])
  t.same(heard.told, [])
})

t.test('parents and route targets need not be written', async t => {
  const text = `
type: bgp_router
fq_name: [d, p, n, i, r]
---
type: routing_instance
fq_name: [d, p, m, m]
route_target_refs: [{ to: ['target:1:1'] }]
`
  const { store, heard, write } = await setting(t, { 'a.yaml': text })
  t.same(heard.told.splice(0).sort(), [
    '+bgp-router d:p:n:i:r',
    '+domain d',
    '+project d:p',
    '+route-target target:1:1',
    '+routing-instance d:p:m:m',
    '+routing-instance d:p:n:i',
    '+virtual-network d:p:m',
    '+virtual-network d:p:n'
  ])
  t.same(heard.problems, [])
  await write('b.yaml', '{ type: project, fq_name: [d, p], parent_type: domain, display_name: written }')
  await store.reload()
  t.same(heard.told.splice(0), ['+project d:p'])
  await write('a.yaml', '[]')
  await store.reload()
  t.same([...heard.objects.keys()].sort(), ['domain d', 'project d:p'])
})

t.test('a reference to nothing is a warning, and waits', async t => {
  const text = `
- type: routing_instance
  fq_name: [d, p, m, m]
  routing_instance_refs:
    - to: [d, p, n, n]
      attr: null
`
  const { store, heard, write } = await setting(t, { 'a.yaml': text })
  t.ok(heard.objects.has('routing-instance d:p:m:m'))
  t.match(heard.problems, [
    /a\.yaml:5:7: warning: routing-instance 'd:p:n:n' does not exist; .* \(routing_instance_refs\[0\]\.to\)$/
  ])
  await write('b.yaml', '{ type: routing_instance, fq_name: [d, p, n, n] }')
  await store.reload()
  t.same(heard.problems, [])
})

t.test('a bad value is an error, unless the original skips it', async t => {
  const text = `
- type: bgp_router
  fq_name: [d, p, n, i, r]
  bgp_router_parameters:
    address: 10.0.0.300
    address_families:
      family:
        - inet
        - ipv4-vpn
- type: routing_instance
  fq_name: [d, p, n, i]
  static_route_entries: { route: [{ prefix: 10.0.0.0/33 }] }
`
  const { heard } = await setting(t, { 'a.yaml': text })
  t.equal(heard.objects.size, 0)
  t.match(heard.problems, [
    /a\.yaml:5:5: error: '10.0.0.300' is no IP address \(bgp_router_parameters.address\)$/,
    /a\.yaml:9:11: error: unknown family 'ipv4-vpn'.* \(bgp_router_parameters.address_families.family\[1\]\)$/,
    /a\.yaml:12:37: warning: '10.0.0.0\/33' is no prefix/
  ])
})

t.test('a folder that cannot be read is no empty configuration', async t => {
  const { folder, store, heard } = await setting(t, { store: {} })
  const inner = join(folder, 'store')
  await writeFile(join(inner, 'a.yaml'), domain('one'))
  const moving = new FilesStore({ folder: inner, scheduler, lookMs: 60_000 })
  const moved = new Heard()
  t.teardown(() => moving.stop())
  moving.start(moved)
  await moving.reload()
  await rename(inner, join(folder, 'elsewhere'))
  await moving.reload()
  t.match(moved.problems, [/store: error: cannot be read: ENOENT/])
  t.ok(moved.objects.has('domain one'))
  await rename(join(folder, 'elsewhere'), inner)
  await moving.reload()
  t.same(moved.problems, [])
  await store.reload()
  t.same(heard.problems, [])
})

t.test('without a folder the first reading has not ended', async t => {
  const folder = join(t.testdir({}), 'none')
  const heard = new Heard()
  const store = new FilesStore({ folder, scheduler, lookMs: 60_000 })
  t.teardown(() => store.stop())
  store.start(heard)
  await store.reload()
  t.equal(heard.ends, 0)
  await mkdir(folder)
  await store.reload()
  t.equal(heard.ends, 1)
})

const changes: Record<string, (file: string) => Promise<void>> = {
  'written in place': file => writeFile(file, domain('two')),
  'replaced by renaming, as editors do': async file => {
    await writeFile(`${file}.tmp`, domain('two'))
    await rename(`${file}.tmp`, file)
  }
}
for (const [name, change] of Object.entries(changes)) {
  t.test(`a change is noticed: ${name}`, async t => {
    const { folder, heard } = await setting(t, { 'a.yaml': domain('one') })
    heard.told.splice(0)
    const told = new Promise<void>(resolve => {
      heard.waiting = resolve
    })
    await change(join(folder, 'a.yaml'))
    await told
    t.same(heard.told, ['-domain one', '+domain two'])
  })
}

t.test('a change is found without notice', async t => {
  const folder = t.testdir({ 'a.yaml': domain('one') })
  const heard = new Heard()
  const store = new FilesStore({ folder, scheduler, settleMs: 60_000, lookMs: 20 })
  t.teardown(() => store.stop())
  store.start(heard)
  await store.reload()
  const told = new Promise<void>(resolve => {
    heard.waiting = resolve
  })
  await writeFile(join(folder, 'b.yaml'), domain('two'))
  await told
  t.same(heard.told, ['+domain one', '+domain two'])
})

t.test('nothing is told after stop', async t => {
  const { store, heard, write } = await setting(t, { 'a.yaml': domain('one') })
  store.stop()
  await write('a.yaml', domain('two'))
  await store.reload()
  t.same(heard.told, ['+domain one'])
})
