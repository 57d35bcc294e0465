/** Why a route goes to a receiver of a BGP rib-out or does not, in words: the rules of `BgpExporter`, one receiver at a time. */
import type { Path } from '../rib/path.js'
import { PathFlag } from '../rib/path.js'
import type { Route } from '../rib/route.js'
import type { Source } from '../rib/source.js'
import type { BgpExportGroup, TargetFilter } from './bgp-export-group.js'
import { refusal } from './bgp-policy.js'
import type { Verdict } from './exporter.js'
import { isSelected, type PathSelection } from './path-selection.js'
import type { Receiver } from './receiver.js'

export interface ExplainedExport {
  readonly group: BgpExportGroup
  /** Whoever gave us a route is not told it. */
  readonly sparesSender: boolean
  readonly targets: TargetFilter | undefined
}

export function explain(route: Route, receiver: Receiver, rules: ExplainedExport): Verdict {
  const best = route.best
  if (best === undefined) return { advertised: false, reason: 'the route is withdrawn' }
  if (!best.feasible) return { advertised: false, reason: 'no path of the route can be used' }
  const { group, sparesSender } = rules
  if (group.encoding.addPath) return explainAll(route, receiver, rules)
  const refused = refusal(best, group.policy)
  if (refused !== undefined) return { advertised: false, reason: refused }
  const { controlNode } = group.policy
  for (
    let path = controlNode ? route.paths : best;
    path !== undefined;
    path = controlNode ? path.next : undefined
  ) {
    if (sparesSender && path.feasible && path.source === receiver.source) {
      return { advertised: false, reason: 'learnt from this neighbour' }
    }
  }
  const unwanted = targetRefusal(best, receiver.source, rules)
  if (unwanted !== undefined) return { advertised: false, reason: unwanted }
  return { advertised: true, reason: 'best path' }
}

function explainAll(route: Route, receiver: Receiver, rules: ExplainedExport): Verdict {
  const paths: Verdict[] = []
  for (let path = route.paths; path !== undefined; path = path.next)
    paths.push(explainPath(path, receiver, route.paths, rules))
  const advertised = paths.some(path => path.advertised)
  const reason = advertised
    ? `${selectionWords(rules.group.paths)} that is not its own (ADD-PATH)`
    : 'no path that is not its own may be told'
  return { advertised, reason, paths }
}

function explainPath(
  path: Path,
  { source }: Receiver,
  all: Path | undefined,
  rules: ExplainedExport
): Verdict {
  const { policy, paths } = rules.group
  const refused = !path.feasible
    ? 'it cannot be used'
    : (path.flags & PathFlag.aliasedPath) !== 0
      ? 'it stands for another path'
      : rules.sparesSender && path.source === source
        ? 'learnt from this neighbour'
        : paths !== undefined && !isSelected(all, path, paths)
          ? 'it is not one of those that are selected (add_path_select)'
          : (refusal(path, policy) ?? targetRefusal(path, source, rules))
  return { advertised: refused === undefined, reason: refused ?? 'it can be used' }
}

function targetRefusal(
  { attributes }: Path,
  source: Source | undefined,
  { targets }: ExplainedExport
): string | undefined {
  if (targets === undefined || source === undefined) return undefined
  if (targets.allows(attributes, source)) return undefined
  return 'the neighbour asked for none of the route targets'
}

function selectionWords(paths: PathSelection | undefined): string {
  if (paths === undefined) return 'every usable path'
  return paths === 'best-per-as' ? 'the best path of each neighbouring AS' : `each of the best ${paths} paths`
}
