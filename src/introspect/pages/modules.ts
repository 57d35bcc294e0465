/** The index and the module pages, from which a browser finds the requests (introspect §1.2, §1.7). */
import type { Request } from '../sandesh/request.js'
import { stylesheetInstruction } from '../sandesh/schema.js'

export const moduleNames = (requests: Iterable<Request>): string[] => {
  const names = new Set<string>()
  for (const request of requests) if (request.module !== undefined) names.add(request.module)
  return [...names].sort()
}

export function indexPage(requests: Iterable<Request>): string {
  const links = moduleNames(requests).map(name => `<a href="${name}.xml">${name}.xml</a><br/>\n`)
  return `<!DOCTYPE html>
<html>
<head><title>contrail-control</title></head><body>
<h1>Modules for contrail-control</h1>
${links.join('')}<p><a href="ui">Status, neighbors, agents and routes</a></p>
</body></html>
`
}

/** The requests of a module with their fields, for a form each; undefined for a module that there is not. */
export function modulePage(requests: Iterable<Request>, module: string): string | undefined {
  const forms: string[] = []
  for (const request of requests) {
    if (request.module !== module) continue
    const fields = request.fields.map(field => `<${field.name} type="${field.type}">0</${field.name}>`)
    forms.push(`<${request.name} type="sandesh">\n${fields.join('')}</${request.name}>\n`)
  }
  if (forms.length === 0) return undefined
  return `${stylesheetInstruction}\n<${module} type="rlist">\n${forms.join('')}</${module}>`
}
