/** The page itself. What it shows is set as text, never as markup: names come from the network. */
export const uiPage = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Weft</title>
<style>
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #1a7f37; --bad: #cf222e; --wait: #9a6700 }
* { box-sizing: border-box }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 1200px; padding: 1rem 1.25rem 3rem }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line) }
h1 { font-size: 1.3rem; margin: .3rem 0 }
nav { display: flex; flex-wrap: wrap; gap: .25rem; margin: .75rem 0 }
nav a { padding: .25rem .7rem; border-radius: 6px; text-decoration: none; color: inherit }
nav a:hover { background: var(--soft) } nav a.here { background: #8883; font-weight: 600 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; font-size: .85rem; opacity: .75 } td.number, th.number { text-align: right }
tr.path td { border: 0; padding-top: 0; opacity: .85; font-size: .9rem } tr.path td:first-child { padding-left: 1.2rem }
code, .mono { font-family: ui-monospace, monospace; font-size: .9em }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 0 } dt { opacity: .7 } dd { margin: 0 }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0 1rem } input, select, button { font: inherit; padding: .25rem .5rem }
input[name=prefix] { flex: 1 1 14rem }
.good { color: var(--good) } .bad { color: var(--bad) } .wait { color: var(--wait) } .note { opacity: .7 }
</style>
</head>
<body>
<header><h1 id="name">Weft</h1><span id="summary" class="note">loading …</span></header>
<nav id="tabs"></nav>
<main id="main"></main>
<script>
'use strict'
const api = async path => {
  const reply = await fetch('api/v1/' + path)
  const body = await reply.json()
  if (!reply.ok) throw new Error(body.error || reply.statusText)
  return body
}
const el = (tag, attributes, ...children) => {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) made[name] = value
    else if (value !== undefined && value !== false) made.setAttribute(name, value)
  }
  for (const child of children.flat()) made.append(child instanceof Node ? child : String(child === undefined ? '' : child))
  return made
}
const ago = time => {
  if (!time) return ''
  const s = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000))
  if (s < 60) return s + ' s'
  if (s < 3600) return Math.floor(s / 60) + ' min'
  if (s < 172800) return Math.floor(s / 3600) + ' h ' + Math.floor(s % 3600 / 60) + ' min'
  return Math.floor(s / 86400) + ' d'
}
const count = n => n.toLocaleString('en')
const state = word => el('span', { class: word === 'Established' || word === 'Up' ? 'good' : word === 'Idle' || word === 'Down' ? 'bad' : 'wait' }, word)
const link = (tab, name, text) => el('a', { href: '#' + tab + '/' + encodeURIComponent(name) }, text || name)
const table = (columns, rows) => rows.length === 0 ? el('p', { class: 'note' }, 'None.') : el('table', {},
  el('thead', {}, el('tr', {}, columns.map(([title, , kind]) => el('th', { class: kind }, title)))),
  el('tbody', {}, rows.map(row => el('tr', {}, columns.map(([, cell, kind]) => el('td', { class: kind }, cell(row)))))))
const list = pairs => el('dl', {}, pairs.filter(([, value]) => value !== undefined && value !== '').flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]))
const paths = counts => counts.primaryPaths + counts.secondaryPaths

async function status () {
  const [node, { problems }] = await Promise.all([api('status'), api('config/problems')])
  return [
    list([
      ['State', el('span', { class: node.functional ? 'good' : 'bad' }, node.functional ? 'Functional' : node.description)],
      ['Running for', ago(node.startTime)], ['Version', node.version], ['Router identifier', node.routerId],
      ['Local AS', node.localAs], ['BGP', node.bgpListen], ['XMPP', node.xmppListen],
      ['Neighbors', node.neighbors.established + ' of ' + node.neighbors.total + ' established'],
      ['Agents', node.agents.established + ' of ' + node.agents.total + ' established'],
      ['Routing instances', count(node.instances)],
      ['Configuration read', node.configReadAt ? ago(node.configReadAt) + ' ago' : 'not yet']
    ]),
    node.connections.length ? el('h2', {}, 'Services') : '',
    node.connections.length ? table([['Service', c => c.type + (c.name && ' ' + c.name)], ['Address', c => c.addresses.join(', ')], ['State', c => state(c.status)], ['', c => c.description]], node.connections) : '',
    el('h2', {}, 'Configuration problems'),
    table([['Object', p => p.object], ['Where', p => p.where], ['Problem', p => p.what], ['Since', p => ago(p.since) + ' ago']], problems)
  ]
}
const sessionColumns = [
  ['Address', n => n.address], ['State', n => state(n.state)], ['For', n => ago(n.lastStateAt)],
  ['Sending', n => n.sendState], ['Paths', n => count(n.primaryPathCount), 'number'], ['Flaps', n => n.flapCount, 'number']
]
const more = (next, load) => next === undefined ? '' : el('p', {}, el('button', { onclick: async event => { const row = event.target.parentNode; row.replaceWith(...await load(next)) } }, 'More'))
const paged = (path, field, draw) => async function load (start) {
  const page = await api(path + (start === undefined ? '' : (path.includes('?') ? '&' : '?') + 'start=' + encodeURIComponent(start)))
  return [draw(page[field]), more(page.next, load)]
}
const sessionDetail = n => [
  list([
    ['Address', n.address], ['State', state(n.state)], ['Since', ago(n.lastStateAt)], ['Last event', n.lastEvent], ['Last close', n.closeReason],
    ['AS', n.peerAs], ['Local AS', n.localAs], ['Identifier', n.identifier], ['Local', n.localEndpoint], ['Remote', n.remoteEndpoint],
    ['Hold time', n.negotiatedHoldTimeSeconds + ' s (configured ' + n.configuredHoldTimeSeconds + ' s)'],
    ['Negotiated families', n.negotiatedFamilies && n.negotiatedFamilies.join(', ')],
    ['Last NOTIFICATION in', n.notificationIn && n.notificationIn.text], ['Last NOTIFICATION out', n.notificationOut && n.notificationOut.text],
    ['Flaps', n.flapCount]
  ]),
  n.familyCounts ? el('h2', {}, 'Families') : '',
  n.familyCounts ? table([['Family', f => f.family], ['Received', f => count(f.received), 'number'], ['Accepted', f => count(f.accepted), 'number'], ['Advertised', f => count(f.advertised), 'number']], n.familyCounts) : '',
  el('h2', {}, 'Messages'),
  table([['', d => d[0]], ...['open', 'keepalive', 'update', 'notification'].map(kind => [kind, d => count(d[1].messages[kind]), 'number']), ['reach', d => count(d[1].updates.reach), 'number'], ['unreach', d => count(d[1].updates.unreach), 'number'], ['bytes', d => count(d[1].socket.bytes), 'number']], [['received', n.received], ['sent', n.sent]]),
  n.instances ? el('h2', {}, 'Routing instances') : '',
  n.instances ? table([['Name', i => link('instances', i.name)], ['State', i => i.state], ['Index', i => i.index, 'number'], ['Imports', i => i.importTargets.join(', ')]], n.instances) : '',
  el('h2', {}, 'Tables'),
  table([['Name', t => link('routes', t.name)], ['', t => t.subscribed ? 'subscribed' : t.currentRequest || t.pendingRequest]], n.tables)
]
const neighbors = name => name !== undefined ? api('neighbors/' + encodeURIComponent(name)).then(sessionDetail)
  : paged('neighbors', 'neighbors', rows => table([['Neighbor', n => link('neighbors', n.instance + ':' + n.name, n.name)], ['AS', n => n.peerAs, 'number'], ['Type', n => n.peerType], ...sessionColumns], rows))()
const agents = name => name !== undefined ? api('agents/' + encodeURIComponent(name)).then(sessionDetail)
  : paged('agents', 'agents', rows => table([['Agent', n => link('agents', n.name)], ...sessionColumns], rows))()
const instances = name => name !== undefined ? api('instances/' + encodeURIComponent(name)).then(i => [
  list([['Virtual network', i.virtualNetwork + ' (index ' + i.virtualNetworkIndex + ')'], ['VXLAN', i.vxlanId], ['Imports', i.importTargets.join(', ')], ['Exports', i.exportTargets.join(', ')], ['Neighbors', (i.neighbors || []).join(', ')], ['Policies', i.routingPolicies.map(p => p.name).join(', ')]]),
  el('h2', {}, 'Tables'),
  table([['Name', t => link('routes', t.name)], ['Prefixes', t => count(t.counts.prefixes), 'number'], ['Paths', t => count(paths(t.counts)), 'number']], i.tables)
]) : paged('instances', 'instances', rows => table([['Instance', i => link('instances', i.name)], ['Index', i => i.virtualNetworkIndex, 'number'], ['VXLAN', i => i.vxlanId, 'number'], ['Imports', i => i.importTargets.join(', ')], ['Exports', i => i.exportTargets.join(', ')]], rows))()
const tables = () => paged('tables', 'tables', rows => table([['Table', t => link('routes', t.name)], ['Prefixes', t => count(t.counts.prefixes), 'number'], ['Paths', t => count(paths(t.counts)), 'number'], ['Primary', t => count(t.counts.primaryPaths), 'number'], ['Secondary', t => count(t.counts.secondaryPaths), 'number'], ['Infeasible', t => count(t.counts.infeasiblePaths), 'number'], ['Pending', t => count(t.pendingUpdates), 'number']], rows))()
const drawRoutes = found => found.length === 0 ? el('p', { class: 'note' }, 'No route matches.') : el('div', {}, found.map(t => el('section', {},
  el('h3', {}, t.name, ' ', el('small', { class: 'note' }, count(t.counts.prefixes) + ' prefixes')),
  el('table', {}, t.routes.flatMap(r => [
    el('tr', {}, el('td', { class: 'mono' }, r.prefix), el('td', {}, ago(r.lastModified))),
    ...r.paths.map(p => el('tr', { class: 'path' },
      el('td', {}, (p.subProtocol ? p.protocol + ' (' + p.subProtocol + ')' : p.protocol) + ' ' + p.source + (p.replicated ? ' from ' + p.primaryTable : '')),
      el('td', {}, 'via ' + p.nextHop + ' label ' + p.label + ', localpref ' + p.localPreference + (p.asPath && ', AS path ' + p.asPath) + (p.tunnelEncapsulations.length ? ', ' + p.tunnelEncapsulations.join('/') : '') + (p.flags.length ? ', ' + p.flags.join(' ') : '') + (p.rankedBy && ', behind by ' + p.rankedBy), el('br'), el('span', { class: 'note' }, p.communities.join(' ')))))
  ])))))
const routes = name => {
  const result = el('div')
  const input = (field, hint, value) => el('input', { name: field, placeholder: hint, value })
  const kind = el('select', { name: 'match' }, ['contains', 'longer', 'shorter'].map(word => el('option', {}, word)))
  const send = async event => {
    if (event) event.preventDefault()
    const query = new URLSearchParams({ limit: '100' })
    for (const field of ['prefix', 'table', 'source']) if (form.elements[field].value) query.set(field, form.elements[field].value.trim())
    if (kind.value !== 'contains' && query.has('prefix')) query.set(kind.value, 'true')
    try { result.replaceChildren(...await paged('routes?' + query, 'tables', drawRoutes)()) } catch (error) { result.replaceChildren(el('p', { class: 'bad' }, error.message)) }
  }
  const form = el('form', { onsubmit: send }, input('prefix', 'prefix or expression'), kind, input('table', 'table', name), input('source', 'source'), el('button', {}, 'Search'))
  if (name !== undefined) send()
  return [form, result]
}
const tabs = { status, neighbors, agents, instances, tables, routes }
async function show () {
  const [tab, name] = location.hash.slice(1).split('/')
  const current = tab in tabs ? tab : 'status'
  document.getElementById('tabs').replaceChildren(...Object.keys(tabs).map(word => el('a', { href: '#' + word, class: word === current && 'here' }, word[0].toUpperCase() + word.slice(1))))
  const main = document.getElementById('main')
  try {
    const content = await tabs[current](name === undefined ? undefined : decodeURIComponent(name))
    main.replaceChildren(...(name === undefined || current === 'routes' ? [] : [el('h2', {}, decodeURIComponent(name))]), ...content.flat())
  } catch (error) {
    main.replaceChildren(el('p', { class: 'bad' }, error.message))
  }
}
async function head () {
  const summary = document.getElementById('summary')
  try {
    const node = await api('status')
    document.title = node.hostname + ' – Weft'
    document.getElementById('name').textContent = node.hostname
    summary.className = node.functional ? 'good' : 'bad'
    summary.textContent = node.functional ? 'Functional' : node.description
  } catch (error) {
    summary.className = 'bad'
    summary.textContent = 'The node does not answer: ' + error.message
  }
}
addEventListener('hashchange', show)
head(); show(); setInterval(head, 5000)
</script>
</body>
</html>
`
