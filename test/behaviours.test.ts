/** docs/bgp-behaviours.md: every row is well formed, and what it links to exists and cites the row's id. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const page = fileURLToPath(new URL('../docs/bgp-behaviours.md', import.meta.url))

interface Section {
  readonly title: string
  /** The ids that its heading promises. */
  readonly ids: readonly string[]
  readonly rows: readonly Row[]
}

interface Row {
  readonly id: string
  readonly behaviour: string
  readonly shownBy: string
}

/** 'T-TR-1 to T-TR-6', or one id alone. */
function idsOf(range: string): string[] {
  const [, area, first, last] = /(T-[A-Z]+)-(\d+)(?: to T-[A-Z]+-(\d+))?$/.exec(range)!
  const from = Number(first)
  return Array.from({ length: Number(last ?? first) - from + 1 }, (_, i) => `${area}-${from + i}`)
}

function sections(): Section[] {
  const [, ...parts] = readFileSync(page, 'utf8').split(/^## /m)
  return parts.map(part => {
    const [title = '', ...lines] = part.split('\n')
    const rows = lines
      .filter(line => line.startsWith('| T-'))
      .map(line => line.split('|').map(cell => cell.trim()))
      .map(([, id = '', behaviour = '', shownBy = '']) => ({ id, behaviour, shownBy }))
    return { title, ids: idsOf(title), rows }
  })
}

t.test('the rows of a section are those that its heading promises', async t => {
  for (const { title, ids, rows } of sections()) {
    const known = rows.map(({ id }) => id)
    const promised = ids.filter(id => known.includes(id))
    t.same(known, promised, `${title}: in order, each once, no others`)
  }
})

t.test('each row links to a test that cites its id, or gives a reason', async t => {
  for (const { id, behaviour, shownBy } of sections().flatMap(({ rows }) => rows)) {
    t.not(behaviour, '', id)
    const links = [...shownBy.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => join(dirname(page), link!))
    if (links.length === 0) t.match(shownBy, /^exception: .{20}/, `${id}: neither a link nor a reason`)
    for (const link of links) {
      const cites = existsSync(link) && new RegExp(`\\b${id}\\b`).test(readFileSync(link, 'utf8'))
      t.ok(cites, `${id}: ${link}`)
    }
  }
})
