/**
 * Changes at a steady rate over a table that is already there: each re-announces one prefix with another MED, which
 * carries the number of the change, so that the receiver knows when it was sent. The delay is that between handing
 * the message to the kernel here and reading it here: the daemon's, and twice the loopback's.
 */
import type { BgpSession } from './bgp-session.js'
import { families } from './families.js'
import { cpuSeconds } from './process-figures.js'
import { ask, type ChurnFigures, pause } from './protocol.js'
import { announcement, type LoadShape } from './updates.js'

export interface ChurnOptions {
  readonly sender: BgpSession
  readonly receiver: BgpSession
  readonly shape: LoadShape
  readonly perSecond: number
  readonly seconds: number
  readonly pids: readonly number[]
}

const tickMs = 1
const medCode = 4

export async function churn(options: ChurnOptions): Promise<ChurnFigures> {
  const { sender, receiver, shape, perSecond, seconds, pids } = options
  const family = families[shape.family]
  const changes = perSecond * seconds
  const perGroup = shape.prefixes / shape.groups
  const messages: Buffer[] = []
  for (let change = 0; change < changes; change++) {
    // Neighbours in time are of different groups, as in the wild; the numbers are above all that are there.
    const index = (change * 7919) % shape.prefixes
    const group = Math.floor(index / perGroup)
    messages.push(announcement(family, shape, group, index, index + 1, 1_000_000 + change))
  }
  const sentAt = new Float64Array(changes)
  const delays: number[] = []
  const before = receiver.onUpdate
  receiver.onUpdate = (bytes, start) => {
    const now = performance.now()
    const change = medOf(bytes, start) - 1_000_000
    if (change >= 0) delays.push(now - sentAt[change]!)
  }
  await ask({ kind: 'begin', phase: 'churn' })
  const cpu = cpuSeconds(pids)
  const start = performance.now()
  await new Promise<void>(resolve => {
    let next = 0
    const tick = (): void => {
      const now = performance.now()
      const due = Math.min(changes, Math.floor(((now - start) / 1000) * perSecond))
      if (due > next) {
        for (let i = next; i < due; i++) sentAt[i] = now
        sender.send(Buffer.concat(messages.slice(next, due)))
        next = due
      }
      if (next === changes) resolve()
      else setTimeout(tick, tickMs)
    }
    tick()
  })
  for (let waited = 0; delays.length < changes && waited < 5000; waited += 10) await pause(10)
  const figures = {
    seconds: (performance.now() - start) / 1000,
    cpu: cpuSeconds(pids) - cpu,
    changes,
    delivered: delays.length
  }
  await ask({ kind: 'end', phase: 'churn' })
  receiver.onUpdate = before
  delays.sort((a, b) => a - b)
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0
  return { ...figures, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

/** MED of an UPDATE body; -1: none. */
function medOf(bytes: Buffer, start: number): number {
  const withdrawnLength = bytes.readUInt16BE(start)
  let at = start + 2 + withdrawnLength
  const end = at + 2 + bytes.readUInt16BE(at)
  at += 2
  while (at < end) {
    const extended = (bytes[at]! & 0x10) !== 0
    const length = extended ? bytes.readUInt16BE(at + 2) : bytes[at + 2]!
    const code = bytes[at + 1]
    at += extended ? 4 : 3
    if (code === medCode) return bytes.readUInt32BE(at)
    at += length
  }
  return -1
}
