import t from 'tap'
import { agent, fixtureView } from '../fixture-view.js'
import { ask } from './ask.js'

const names = (page: string): string[] =>
  Array.from(page.matchAll(/<name [^>]*key="[^>]*>([^<]*)</g), ([, name]) => name!)

t.test('types, sorted', async t => {
  const page = await ask('SandeshUVETypesReq')
  const types = Array.from(page.matchAll(/<type_name [^>]*>([^<]*)</g), ([, name]) => name!)
  t.strictSame(types, [...types].sort())
  for (const type of types)
    t.match(
      await ask('SandeshUVECacheReq', `x=${type}`),
      /^<\?xml-stylesheet[^>]*\?><__\w+_list type="slist">/
    )
})

t.test('an unknown type stands alone, without period', async t => {
  t.equal(
    await ask('SandeshUVECacheReq', 'x=Nope'),
    '<?xml-stylesheet type="text/xsl" href="/universal_parse.xsl"?><SandeshUVECacheResp type="sandesh">' +
      '<returned type="u32" identifier="1">0</returned><more type="bool" identifier="0">false</more></SandeshUVECacheResp>'
  )
})

t.test('sessions over slices, each once', async t => {
  const agents = Array.from({ length: 200 }, (_, at) =>
    agent({ name: `vr-${String(at).padStart(3, '0')}`, address: `198.51.100.${at}` })
  )
  const page = await ask('SandeshUVECacheReq', 'x=PeerFlapData', fixtureView({ agents }))
  t.equal(names(page).length, 202)
  t.equal(new Set(names(page)).size, 202)
  t.match(page, '<returned type="u32" identifier="1">202</returned>')
  t.match(page, '<__PeerFlap_list type="slist">')
})

t.test('one object by its key', async t => {
  const page = await ask('SandeshUVECacheReq', 'tname=XmppPeerInfoData&key=ctrl-a.lab.example:198.51.100.28')
  t.strictSame(names(page), ['ctrl-a.lab.example:198.51.100.28'])
  t.match(page, '<close_reason type="string" identifier="9">Hold timer expired</close_reason>')
  t.match(page, '<returned type="u32" identifier="1">1</returned>')
})

t.test('the node as a router', async t => {
  const page = await ask('SandeshUVECacheReq', 'x=BgpRouterState')
  t.match(
    page,
    '<__BGPRouterInfo_list type="slist"><BGPRouterInfo type="sandesh"><data type="struct" identifier="1"><BgpRouterState>'
  )
  t.match(
    page,
    '<num_bgp_peer type="u32" identifier="8">2</num_bgp_peer><num_up_bgp_peer type="u32" identifier="9">1</num_up_bgp_peer>'
  )
  t.match(page, '<num_static_routes type="u32" identifier="25">1</num_static_routes>')
})

t.test('identifiers are little-endian numbers here', async t => {
  t.match(
    await ask('SandeshUVECacheReq', 'x=BgpPeerInfoData'),
    `<local_id type="u32" identifier="11">${((11 << 24) | (100 << 16) | (51 << 8) | 198) >>> 0}</local_id>`
  )
})
