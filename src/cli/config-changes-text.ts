/** What a change of the configuration would do, for people. */
import type { PlannedEffect } from '../bgp/peer/change-plan.js'
import type { ConfigChanges } from '../dry-run/config-changes.js'
import type { NeighborChange, NodeChanges } from '../dry-run/node-dry-run.js'
import { printTable } from './table.js'

/** What becomes of the neighbour, in words. */
const effects: Readonly<Record<PlannedEffect, string>> = {
  comes: 'is new',
  goes: 'is removed (Cease 3)',
  opens: 'is no longer administratively down',
  closes: 'is administratively down (Cease 2)',
  reset: 'is reset (Cease 6)',
  'refresh-or-reset': 'is asked for its routes again; without route refresh reset (Cease 6)',
  refresh: 'is asked for its routes again, if it can be',
  live: 'stays up, and the change holds at once'
}

/** With what becomes of a session that is up, where a node has been asked. */
type Change = ConfigChanges['neighbors'][number] & Partial<Pick<NeighborChange, 'session'>>

const sessions: Readonly<Record<NeighborChange['session'], string>> = {
  ends: 'up, ends',
  stays: 'up, stays',
  none: 'not up'
}

export function changesText(changes: ConfigChanges | NodeChanges, columns: number | undefined): string {
  const { neighbors, agentsReturn, instances, listening, afterRestart } = changes
  const parts: string[] = []
  if (neighbors.length === 0) parts.push('Nothing happens to any neighbor.')
  else
    parts.push(
      printTable<Change>(
        [
          { title: 'Neighbor', cell: n => n.name.split(':').at(-1)! },
          { title: 'Address', cell: n => n.address },
          ...('sessionsEnd' in changes
            ? [{ title: 'Session', cell: ({ session = 'none' }: Change) => sessions[session] }]
            : []),
          { title: 'What becomes of it', cell: n => effects[n.effect] },
          { title: 'Because of', cell: n => n.why.join(', ') }
        ],
        neighbors,
        columns
      )
    )
  if ('sessionsEnd' in changes)
    parts.push(changes.sessionsEnd === 0 ? 'No session ends.' : `Sessions that end: ${changes.sessionsEnd}.`)
  if (agentsReturn)
    parts.push(
      `The sessions of all agents${'agents' in changes ? ` (${changes.agents})` : ''} end, and come back.`
    )
  if (instances.length > 0)
    parts.push(`Routing instances: ${instances.map(({ name, effect }) => `${name} ${effect}`).join(', ')}.`)
  const { opens, closes } = listening
  if (opens.length > 0) parts.push(`Listened on from now on: ${opens.join('; ')}.`)
  if (closes.length > 0) parts.push(`Not listened on any more: ${closes.join('; ')}.`)
  if (afterRestart.length > 0) parts.push(`After a restart of the node only: ${afterRestart.join(', ')}.`)
  return parts.join('\n')
}
