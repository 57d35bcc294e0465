import { array, integer, object, string, strings } from '../schema.js'
import { detailOptional, detailProperties, sessionOptional, sessionProperties } from './session.js'

export const agentSummary = object('AgentSummary', sessionProperties, sessionOptional)
export const agent = object(
  'Agent',
  {
    ...sessionProperties,
    ...detailProperties,
    dscp: integer,
    receivers: strings,
    instances: array(
      object('AgentInstance', { name: string, state: string, index: integer, importTargets: strings })
    )
  },
  [...sessionOptional, ...detailOptional]
)
