import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type ConfigStoreListener, printProblem } from '../../src/config-store/config-store.js'
import { FilesStore } from '../../src/config-store/files-store.js'
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

async function setting(t: Test, files: NonNullable<Parameters<Test['testdir']>[0]>): Promise<Setting> {
  const folder = t.testdir(files)
  const heard = new Heard()
  const store = new FilesStore({ folder, scheduler, settleMs: 20, lookMs: 60_000 })
  t.teardown(() => store.stop())
  store.start(heard)
  await store.reload()
  const write = (file: string, text: string) => writeFile(join(folder, file), text)
  return { folder, store, heard, write }
}

const domain = (name: string) => `- { type: domain, fq_name: [${name}] }\n`

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
  await rm(join(folder, 'sub'), { recursive: true })
  await store.reload()
  t.same(heard.told.splice(0), ['-domain three'])
  await write('a.yaml', `# only a comment is new\n${domain('two')}${domain('four')}`)
  await store.reload()
  t.same(heard.told, [])
  t.equal(heard.ends, 1)
})

t.test('a file that is empty for a moment loses nothing', async t => {
  const { store, heard, write } = await setting(t, { 'a.yaml': domain('one') })
  heard.told.length = 0
  await write('a.yaml', '')
  await store.reload()
  await write('a.yaml', `${domain('one')}\n`)
  await store.reload()
  t.same(heard.told, [])
  await write('a.yaml', '')
  await store.reload()
  await store.reload()
  t.same(heard.told, ['-domain one'], 'one that stays empty has no objects')
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
