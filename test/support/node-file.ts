import { type NodeConfig, parseNodeConfig } from '../../src/config/node-config.js'

/** A node's own file with that text, wherever it may stand. */
export function nodeFileOf(text: string): NodeConfig {
  const { config, problems } = parseNodeConfig('/etc/weft/weft.yaml', text)
  if (config === undefined) throw new Error(problems.map(({ reason }) => reason).join('; '))
  return config
}

/** Of a cluster's `cn-a`. */
export const nodeFile = nodeFileOf('hostname: cn-a\n')
