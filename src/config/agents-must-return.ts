import type { GlobalSettings } from './settings.js'

/** Routes of agents are made with these: they come again with new sessions (spec xmpp 2.10). */
export function agentsMustReturn(before: GlobalSettings, after: GlobalSettings): boolean {
  return (
    before.self?.as !== after.self?.as ||
    before.self?.identifier !== after.self?.identifier ||
    before.rdClusterSeed !== after.rdClusterSeed
  )
}
