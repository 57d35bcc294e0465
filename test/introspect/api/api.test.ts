import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { blue, fixtureView, route } from '../fixture-view.js'
import { running } from '../running.js'

interface Description {
  readonly openapi: string
  readonly paths: Readonly<
    Record<string, { get: { responses: Record<string, { content: Record<string, { schema: object }> }> } }>
  >
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

t.test('every path answers as its description says', async t => {
  const server = await running(t)
  const description = (await (await server.get('/api/v1/openapi.json')).json()) as Description
  t.match(description.openapi, /^3\./)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'api', components: description.components })
  const names: Record<string, string> = { neighbors: 'edge-1', agents: '198.51.100.27', instances: blue }
  for (const [path, { get }] of Object.entries(description.paths)) {
    const content = get.responses['200']!.content['application/json']
    // Streams, files and this description have tests of their own.
    if (content?.schema === undefined) continue
    const asked = path.replace('{name}', encodeURIComponent(names[path.split('/')[1]!] ?? ''))
    const response = await server.get(`/api/v1${asked}`)
    t.equal(response.status, 200, asked)
    const schema = JSON.stringify(content.schema).replaceAll('"#/', '"api#/')
    const validate = ajv.compile(JSON.parse(schema) as object)
    t.ok(validate(await response.json()), asked, { errors: validate.errors })
  }
  t.equal(server.errors.length, 0)
})

t.test('errors are JSON', async t => {
  const server = await running(t)
  const expect = async (status: number, path: string, init?: RequestInit): Promise<Response> => {
    const response = await server.get(path, init)
    t.equal(response.status, status, path)
    t.type(((await response.json()) as { error: string }).error, 'string')
    return response
  }
  await expect(404, '/api/v1/nope')
  await expect(404, '/api/nope')
  await expect(404, '/api/v1/neighbors/nobody')
  const refused = await expect(405, '/api/v1/status', { method: 'POST', body: '{}' })
  t.equal(refused.headers.get('allow'), 'GET, HEAD')
  await expect(405, '/api/v1/neighbors/edge-1', { method: 'DELETE' })
  await expect(400, '/api/v1/routes?limit=0')
  await expect(400, '/api/v1/routes?limit=1001')
  await expect(400, '/api/v1/routes?bogus=1')
  await expect(400, '/api/v1/routes?longer=maybe')
  await expect(400, '/api/v1/routes?table=a&table=b')
})

t.test('routes page by page', async t => {
  const many = Array.from({ length: 250 }, (_, at) => route(`10.0.${at}.0/24`))
  const server = await running(
    t,
    fixtureView({ routes: { [`${blue}.inet.0`]: many, 'bgp.l3vpn.0': [route('1:1:10.0.0.0/8')] } })
  )
  const found: string[] = []
  let start = ''
  do {
    const response = await server.get(`/api/v1/routes?limit=100&start=${encodeURIComponent(start)}`)
    const page = (await response.json()) as { next?: string; tables: { routes: { prefix: string }[] }[] }
    found.push(...page.tables.flatMap(table => table.routes.map(r => r.prefix)))
    start = page.next ?? ''
  } while (start !== '')
  t.strictSame(found, [...many.map(r => r.prefix), '1:1:10.0.0.0/8'])
})

t.test('a garbled page token begins at the beginning, not with an error', async t => {
  const server = await running(t)
  for (const start of ['x', '%25zz%20a%20b', ' ', '  ']) {
    t.equal((await server.get(`/api/v1/routes?start=${encodeURIComponent(start)}`)).status, 200, start)
    t.equal((await server.get(`/api/v1/tables?start=${encodeURIComponent(start)}`)).status, 200, start)
  }
})

t.test('times are RFC 3339', async t => {
  const server = await running(t)
  const status = (await (await server.get('/api/v1/status')).json()) as { startTime: string }
  t.equal(status.startTime, '2026-03-05T07:15:42.118Z')
})
