/**
 * A folder of recorded bytes as steps. File names say what they hold: `<step>.<actor>-c2s.xml` is what an agent sent
 * in a step, `-s2c.xml` what it received, `<step>.<actor>.bgphex` a line per message of a BGP peer.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Step {
  /** `10-publish-inet` */
  readonly name: string
  readonly number: number
  /** By actor. */
  readonly agents: ReadonlyMap<string, AgentBytes>
  readonly peers: ReadonlyMap<string, readonly PeerMessage[]>
}

export interface AgentBytes {
  /** What the agent sent, a piece per connection: between two pieces, the connection ended. */
  sent: readonly Buffer[]
  received: readonly string[]
}

export interface PeerMessage {
  /** `tx`: the peer sent it; `rx`: the node did; `close`: the node closed the connection. */
  readonly direction: 'tx' | 'rx' | 'close'
  readonly type: string
  readonly bytes: Buffer
}

const agentFile = /^((\d+)[^.]*)\.([A-Z]\w*)-(c2s|s2c)\.xml$/
const peerFile = /^((\d+)[^.]*)\.([A-Z]\w*)\.bgphex$/
/** The recorders' marks for the end of a connection. */
const closeMarks = /\n<!-- (?:TCP CLOSE|agent closed TCP) -->\n/

export const isRecorded = (folder: string): boolean => existsSync(folder)

export function readSteps(folder: string): Step[] {
  const steps = new Map<
    string,
    { number: number; agents: Map<string, AgentBytes>; peers: Map<string, PeerMessage[]> }
  >()
  const stepOf = (name: string, number: string) => {
    let step = steps.get(name)
    if (step === undefined)
      steps.set(name, (step = { number: Number(number), agents: new Map(), peers: new Map() }))
    return step
  }
  for (const file of readdirSync(folder).sort()) {
    const agent = agentFile.exec(file)
    if (agent !== null) {
      const [, name, number, actor, direction] = agent as unknown as [string, string, string, string, string]
      const { agents } = stepOf(name, number)
      let bytes = agents.get(actor)
      if (bytes === undefined) {
        bytes = { sent: [], received: [] }
        agents.set(actor, bytes)
      }
      addAgentFile(bytes, direction, readFileSync(join(folder, file)))
    }
    const peer = peerFile.exec(file)
    if (peer !== null) {
      const [, name, number, actor] = peer as unknown as [string, string, string, string]
      stepOf(name, number).peers.set(actor, parsePeerLines(readFileSync(join(folder, file), 'utf8')))
    }
  }
  return [...steps].map(([name, step]) => ({ name, ...step })).sort((a, b) => a.number - b.number)
}

function addAgentFile(into: AgentBytes, direction: string, content: Buffer): void {
  if (direction === 'c2s') into.sent = splitAtCloses(content).map(piece => Buffer.from(piece, 'latin1'))
  else into.received = splitAtCloses(content).map(piece => Buffer.from(piece, 'latin1').toString('utf8'))
}

/** The pieces between the marks; a mark at the end leaves an empty piece behind it. */
export const splitAtCloses = (content: Buffer): string[] => content.toString('latin1').split(closeMarks)

/** `rx UPDATE ffff…` a line. */
export function parsePeerLines(text: string): PeerMessage[] {
  const messages: PeerMessage[] = []
  for (const line of text.split('\n')) {
    const [direction = '', type = '', hex = ''] = line.trim().split(/\s+/)
    if (direction !== 'tx' && direction !== 'rx' && direction !== 'close') continue
    messages.push({ direction, type, bytes: Buffer.from(hex, 'hex') })
  }
  return messages
}
