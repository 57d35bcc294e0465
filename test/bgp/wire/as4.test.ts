import t from 'tap'
import { withoutConfederation } from '../../../src/bgp/wire/as-path.js'
import { parseAsPath, printAsPath } from '../../../src/bgp/wire/as-path-text.js'
import { mergeAs4Path, narrowAsPath, needsAs4Path } from '../../../src/bgp/wire/as4.js'

const narrow = new Uint8Array(4096)
const into = new Uint8Array(8192)

/** Joins a path of 2-byte numbers with an AS4_PATH, both as text. */
function merge(path: string, as4Path: string): string {
  const wide = parseAsPath(path)!
  const end = narrowAsPath(wide, 0, wide.length, narrow, 0)
  const other = parseAsPath(as4Path)!
  narrow.set(other, end)
  return printAsPath(into, 0, mergeAs4Path(narrow, 0, end, end, end + other.length, into, 0))
}

const cases = [
  // T-AS-1, T-AS-3, T-AS-4, T-AS-5; at whole neighbours in peer/as-numbers.test.ts.
  { name: 'V54', path: '65001 23456 23456', as4Path: '4200000001 65550', merged: '65001 4200000001 65550' },
  { name: 'no AS4_PATH', path: '65001 23456', as4Path: '', merged: '65001 23456' },
  { name: 'M64: AS4_PATH is longer', path: '65001', as4Path: '4200000001 4200000002', merged: '65001' },
  { name: 'equally long', path: '23456 23456', as4Path: '70000 70001', merged: '70000 70001' },
  { name: 'prepended by an old speaker', path: '1 1 23456', as4Path: '70000', merged: '1 1 70000' },
  { name: 'a set counts one', path: '1 {2 3} 23456', as4Path: '70000', merged: '1 {2 3} 70000' },
  { name: 'a set in AS4_PATH', path: '1 {23456 23456}', as4Path: '{70000 70001}', merged: '1 {70000 70001}' },
  { name: 'the boundary after a set', path: '{1 2} 23456', as4Path: '70000', merged: '{1 2} 70000' },
  {
    name: 'confederation segments count nothing',
    path: '(8 9) 1 23456',
    as4Path: '70000',
    merged: '(8 9) 1 70000'
  },
  {
    name: 'and stay in front of a path that AS4_PATH tells whole',
    path: '(8 9) 23456 23456',
    as4Path: '70000 70001',
    merged: '(8 9) 70000 70001'
  },
  { name: 'and go from AS4_PATH', path: '1 23456', as4Path: '(8 9) 70000', merged: '1 70000' }
]
for (const { name, path, as4Path, merged } of cases) {
  t.test(name, async t => {
    t.equal(merge(path, as4Path), merged)
  })
}

t.test('towards an old speaker', async t => {
  const wide = parseAsPath('(70000) 65535 65536 {1 4200000001}')!
  const end = narrowAsPath(wide, 0, wide.length, narrow, 0)
  t.equal(printAsPath(into, 0, mergeAs4Path(narrow, 0, end, 0, 0, into, 0)), '(23456) 65535 23456 {1 23456}')
  t.ok(needsAs4Path(wide, 0, wide.length))
  t.equal(
    printAsPath(into, 0, withoutConfederation(wide, 0, wide.length, into, 0)),
    '65535 65536 {1 4200000001}'
  )
  for (const text of ['65535 {1}', '(70000)', '(70000 1) [4200000001] 65535 {1}']) {
    const small = parseAsPath(text)!
    t.notOk(needsAs4Path(small, 0, small.length), `${text}: AS4_PATH could say nothing more`)
  }
})
