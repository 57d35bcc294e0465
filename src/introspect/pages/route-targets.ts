/** ShowRtGroup…: who imports, exports and asks for a route target (introspect §3.10). */
import { pagedRequest, type Request } from '../sandesh/request.js'
import { type Field, struct, structs, text, texts } from '../sandesh/schema.js'
import type { RouteTargetGroup, RouteTargetMembers } from '../view.js'

const members = struct<RouteTargetMembers>('ShowRtGroupMemberTableList', [
  text('family', 1, m => m.family),
  texts('tables', 2, m => m.tables)
])

const common: readonly Field<RouteTargetGroup>[] = [
  text('rtarget', 1, g => g.target, { link: 'ShowRtGroupReq' }),
  structs('import_members', 2, members, g => g.importMembers),
  structs('export_members', 3, members, g => g.exportMembers)
]
const peersInterested = texts<RouteTargetGroup>('peers_interested', 4, g => g.peersInterested)
const dependentRoutes = texts<RouteTargetGroup>('dep_route', 5, g => g.dependentRoutes)

const groups = (
  name: string,
  response: string,
  fields: readonly Field<RouteTargetGroup>[],
  selects: (group: RouteTargetGroup, search: { text: string; matches(value: string): boolean }) => boolean
): Request[] =>
  pagedRequest({
    module: 'bgp_peer',
    name,
    response,
    list: 'rtgroup_list',
    struct: struct<RouteTargetGroup>('ShowRtGroupInfo', fields),
    items: (view, start) => view.rib.routeTargetGroups(start),
    key: group => group.target,
    selects
  })

export const routeTargetPages: readonly Request[] = [
  ...groups(
    'ShowRtGroupReq',
    'ShowRtGroupResp',
    [...common, peersInterested, dependentRoutes],
    (group, search) => search.matches(group.target)
  ),
  ...groups(
    'ShowRtGroupSummaryReq',
    'ShowRtGroupSummaryResp',
    [...common, peersInterested],
    (group, search) => search.matches(group.target)
  ),
  // The search is the exact name of a peer; without one there is no answer.
  ...groups('ShowRtGroupPeerReq', 'ShowRtGroupPeerResp', [...common, dependentRoutes], (group, search) =>
    group.peersInterested.includes(search.text)
  )
]
