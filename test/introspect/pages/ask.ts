import { allRequests } from '../../../src/introspect/requests.js'
import { Query } from '../../../src/introspect/sandesh/query.js'
import type { NodeView } from '../../../src/introspect/view.js'
import { fixtureView } from '../fixture-view.js'

const requests = allRequests()

/** The body that the node answers a request with. */
export async function ask(name: string, queryString = '', view: NodeView = fixtureView()): Promise<string> {
  const request = requests.get(name)
  if (request === undefined) throw new Error(`no request ${name}`)
  const answer = request.answer(view, new Query(request.fields, queryString))
  if (typeof answer === 'string' || answer instanceof Promise) return answer
  let text = ''
  for await (const part of answer) text += part
  return text
}
