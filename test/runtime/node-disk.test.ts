import { readFileSync } from 'node:fs'
import t from 'tap'
import { NodeDisk } from '../../src/runtime/node-disk.js'

t.test('a file that grows', async t => {
  const folder = t.testdir({})
  const disk = new NodeDisk()
  const name = `${folder}/a/b/file`
  t.equal(await disk.exists(name), false)
  const file = await disk.create(name)
  t.equal(await disk.create(name), undefined, 'it is there')
  await file!.write([Buffer.from('one'), new Uint8Array(0), Buffer.from('two')])
  await file!.write([Buffer.alloc(3 * 1024 * 1024, 'x')])
  await file!.close()
  t.equal(await disk.exists(name), true)
  await disk.rename(name, `${name}.done`)
  t.equal(await disk.exists(name), false)
  const content = readFileSync(`${name}.done`)
  t.equal(content.length, 6 + 3 * 1024 * 1024)
  t.equal(content.subarray(0, 7).toString(), 'onetwox')
  await disk.remove(`${name}.done`)
  t.equal(await disk.exists(`${name}.done`), false)
})

t.test('what cannot be made is rejected with its reason', async t => {
  const folder = t.testdir({ file: 'x' })
  await t.rejects(new NodeDisk().create(`${folder}/file/under`), { code: /ENOTDIR|EEXIST/ })
})
