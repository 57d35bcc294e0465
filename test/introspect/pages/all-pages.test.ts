/** What holds for every page (introspect §0, §1.5). */
import { type Element, parse } from 'ltx'
import t, { type Test } from 'tap'
import { allRequests } from '../../../src/introspect/requests.js'
import { fixtureView } from '../fixture-view.js'
import { ask } from './ask.js'
import { childElements } from './structure.js'

const instruction = '<?xml-stylesheet type="text/xsl" href="/universal_parse.xsl"?>'

/** Every field has type and identifier and at most one child; every list says what it holds and how much. */
function check(t: Test, element: Element, path: string): void {
  const children = childElements(element)
  const { attrs } = element
  if (element.name === 'list' || element.name === 'map') {
    const size = element.name === 'map' ? children.length / 2 : children.length
    if (Number(attrs.size) !== size || attrs.type === '') t.fail(`${path}: size ${attrs.size} of ${size}`)
  } else if ('identifier' in attrs) {
    if (children.length > 1) t.fail(`${path}: ${children.length} children`)
    if (!/^(bool|i16|i32|i64|u16|u32|u64|double|string|struct|list|map)$/.test(attrs.type ?? ''))
      t.fail(`${path}: type`)
    if (attrs.type === 'bool' && !/^(true|false)$/.test(element.getText()))
      t.fail(`${path}: ${element.getText()}`)
    if (/^[iu]\d/.test(attrs.type ?? '') && !/^-?\d+$/.test(element.getText()))
      t.fail(`${path}: ${element.getText()}`)
  }
  for (const child of children) check(t, child, `${path}/${child.name}`)
}

const queries = [
  '',
  'x=virtual-network',
  'x=default-domain:acme:blue:blue.inet.0',
  'x=NodeStatus',
  'x=(',
  'x=a||b||c'
]

t.test('every request, whatever it is asked', async t => {
  for (const name of allRequests().keys()) {
    for (const query of queries) {
      const page = await ask(name, query)
      t.ok(page.startsWith(`${instruction}<`), `${name}?${query}`)
      const content = page.slice(instruction.length)
      t.notMatch(content, /<\?xml/, 'no declaration')
      // Several messages stand in an element of type slist; `data` texts may have any white space.
      const root = parse(content)
      t.match(root.attrs.type, /^(sandesh|slist)$/)
      t.notMatch(
        content.replace(/<data type="string".*?<\/data>/gs, ''),
        />\s+</,
        'no white space between elements'
      )
      check(t, root, name)
      t.ok(content.includes('<more type="bool" identifier="0">false</more>'))
    }
  }
})

t.test('names with special characters survive', async t => {
  const view = fixtureView()
  const agent = { ...[...view.xmpp.agents()][0]!, name: `<b>&'"\u0001` }
  const page = await ask('BgpNeighborReq', '', { ...view, xmpp: { ...view.xmpp, agents: () => [agent] } })
  t.match(page, '&lt;b&gt;&amp;&apos;"?')
  t.ok(parse(page.slice(instruction.length)))
})
