/**
 * Where the main job is shown: a control node of AS 64512 with a gateway-less network of pods, tenant networks of
 * which red and blue may talk and lonely may not, and two vRouter agents (spec routing 6.6, config 10).
 */
import type { LabAgent } from '../../src/lab/agent.js'
import { masterInstance } from '../../src/lab/agent-text.js'
import type { Ground } from '../harness/ground.js'
import { bgpPort } from '../harness/ground.js'
import { TestNode, xmppPort } from '../harness/node.js'
import {
  fabricObjects,
  globalObject,
  type Neighbor,
  networkObjects,
  routerObjects
} from '../harness/objects.js'

export const as = 64512
/** Towards agents, so that the check of a silent one does not last. */
export const agentHoldTime = 6

export const master = masterInstance
export const pods = 'default-domain:k8s:pods:pods'
export const red = 'default-domain:demo:red:red'
export const blue = 'default-domain:demo:blue:blue'
export const lonely = 'default-domain:demo:lonely:lonely'

/** Numbers that the agents have for instances. */
export const instanceIds: Readonly<Record<string, number>> = {
  [master]: 0,
  [pods]: 7,
  [red]: 21,
  [blue]: 22,
  [lonely]: 23
}
export const targets = {
  pods: '64512:8000005',
  red: '64512:8000021',
  blue: '64512:8000022',
  lonely: '64512:8000023'
}

const target = (name: keyof typeof targets): string => `target:${targets[name]}`

export async function startNode(
  ground: Ground,
  neighbors: readonly Neighbor[],
  more: readonly object[] = []
): Promise<TestNode> {
  const address = ground.address(1)
  return await TestNode.start(ground, {
    address,
    objects: [
      globalObject({ as, xmppHoldTime: agentHoldTime }),
      ...fabricObjects(),
      ...networkObjects({ name: ['default-domain', 'k8s', 'pods'], id: 13, target: target('pods') }),
      ...networkObjects({
        name: ['default-domain', 'demo', 'red'],
        id: 21,
        target: target('red'),
        connected: [blue]
      }),
      ...networkObjects({
        name: ['default-domain', 'demo', 'blue'],
        id: 22,
        target: target('blue'),
        connected: [red]
      }),
      ...networkObjects({ name: ['default-domain', 'demo', 'lonely'], id: 23, target: target('lonely') }),
      ...routerObjects({ hostname: 'cn-a', as, address, port: bgpPort, clusterId: 9, neighbors }),
      ...more
    ]
  })
}

/** Host number i: its address on loopback, and in the underlay. */
export const hostAddress = (ground: Ground, i: number): string => ground.address(20 + i)
export const underlay = (i: number): string => `10.61.0.${20 + i}`

/** An agent in this process, subscribed. */
export function startAgent(ground: Ground, i: number, instances: readonly string[]): LabAgent {
  const agent = ground.agent({
    name: `vr-0${i}`,
    server: { address: ground.address(1), port: xmppPort },
    localAddress: hostAddress(ground, i),
    nextHop: underlay(i),
    holdTimeSeconds: agentHoldTime
  })
  for (const instance of instances) agent.subscribe(instance, instanceIds[instance])
  return agent
}

/** A pod is published twice: in its network, and in the master instance without label. */
export const podRoutes = (prefix: string, label: number) => [
  { instance: pods, route: { prefix, label } },
  {
    instance: master,
    route: { prefix, primaryInstanceId: instanceIds[pods]!, virtualNetwork: 'default-domain:k8s:pods' }
  }
]
