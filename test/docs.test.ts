import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('..', import.meta.url))
const text = (path: string): string => readFileSync(`${root}/${path}`, 'utf8')

t.test('every path that the architecture names exists', async t => {
  for (const [, path] of text('docs/architecture.md').matchAll(
    /`((?:src|test|docs|conformance)\/[\w./-]*)`/g
  )) {
    t.ok(existsSync(`${root}/${path}`), `${path}`)
  }
})

t.test('every room is in the architecture', async t => {
  for (const room of readdirSync(`${root}/src`)) t.match(text('docs/architecture.md'), `\`src/${room}`, room)
})

t.test('every decision is listed', async t => {
  const records = readdirSync(`${root}/docs/decisions`).filter(name => name !== 'README.md')
  for (const record of records) t.match(text('docs/decisions/README.md'), `(${record})`, record)
})

t.test('links in the documentation lead somewhere', async t => {
  for (const page of [
    'README.md',
    ...readdirSync(`${root}/docs`)
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`)
  ]) {
    for (const [, link] of text(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const from = page.startsWith('docs/') ? 'docs/' : ''
      t.ok(existsSync(`${root}/${from}${link}`), `${page}: ${link}`)
    }
  }
})
