/**
 * The BGP load: S senders (127.1.s.1) and R receivers (127.2.x.y), each a session with the daemon. Messages are made
 * before the clock starts; it runs from the first byte sent to the last receiver that has everything.
 * Process of its own: `node bgp-load.js OPTIONS`, started by `bench/run.ts`.
 */
import { BgpSession } from './bgp-session.js'
import { churn } from './churn.js'
import { families } from './families.js'
import { beginOwnDelay, ownDelayMs } from './own-delay.js'
import { cpuSeconds, machineBusySeconds, peakMiB, residentMiB } from './process-figures.js'
import { ask, type BgpLoadOptions, fail, type PhaseFigures, pause, tell } from './protocol.js'
import { ReceiverCheck } from './receiver-check.js'
import { updatesOf } from './updates.js'

const options = JSON.parse(process.argv[2]!) as BgpLoadOptions
const { pids, receivers, senders, prefixes, port, holdSeconds } = options
const family = families[options.family]
/** Some daemons listen with a short backlog. */
const atOnce = 4
const quietMs = 1_000

const isOneOfMany = receivers >= 100
const session = (localAddress: string): BgpSession =>
  new BgpSession(
    { port, localAddress, as: 64_512, holdSeconds, afi: family.afi, safi: family.safi, isOneOfMany },
    fail
  )

const sending = Array.from({ length: senders }, (_, s) => session(`127.1.${s + 1}.1`))
const checks = Array.from({ length: receivers }, () => new ReceiverCheck(family, options))
const receiving = checks.map((check, r) => {
  const made = session(`127.2.${Math.floor(r / 200)}.${(r % 200) + 1}`)
  made.onUpdate = check.read
  return made
})
const all = [...receiving, ...sending]

async function openAll(): Promise<void> {
  const waiting = [...all]
  const opener = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.open()
  }
  await Promise.all(Array.from({ length: atOnce }, opener))
}

/** Sends to all senders and waits until every receiver holds `goal` prefixes. */
async function phase(name: string, chunks: readonly Buffer[], goal: number): Promise<PhaseFigures> {
  await ask({ kind: 'begin', phase: name })
  let left = receivers
  let finished: () => void = () => {}
  const done = new Promise<void>(resolve => {
    finished = resolve
  })
  for (const check of checks) {
    check.updates = 0
    check.expect(goal, () => {
      if (--left === 0) finished()
    })
  }
  for (const each of all) each.lateMs = 0
  const cpu = cpuSeconds(pids)
  beginOwnDelay()
  const own = process.cpuUsage()
  const busy = machineBusySeconds()
  const start = performance.now()
  const timeout = setTimeout(() => {
    const have = checks.map(check => check.have)
    fail(
      `${name}: after ${options.timeoutSeconds} s receivers hold ${Math.min(...have)} to ${Math.max(...have)} prefixes`
    )
  }, options.timeoutSeconds * 1000)
  for (const [s, bytes] of chunks.entries()) void sending[s]!.write(bytes)
  await done
  clearTimeout(timeout)
  const end = Math.max(...checks.map(check => check.doneAt))
  for (const each of all) each.checkSilence(end)
  const used = process.cpuUsage(own)
  const loadCpu = (used.user + used.system) / 1e6
  const daemonCpu = cpuSeconds(pids) - cpu
  const figures: PhaseFigures = {
    seconds: (end - start) / 1000,
    cpu: daemonCpu,
    loadCpu,
    otherCpu: machineBusySeconds() - busy - loadCpu - daemonCpu,
    deliveries: prefixes * receivers,
    updates: checks.reduce((sum, check) => sum + check.updates, 0),
    peakMiB: peakMiB(pids),
    keepaliveLateMs: Math.max(...all.map(each => each.lateMs)),
    loadLoopMaxMs: ownDelayMs()
  }
  await ask({ kind: 'end', phase: name })
  await pause(quietMs)
  return figures
}

try {
  const updates = sending.map((_, s) => updatesOf(s, options))
  await openAll()
  await ask({ kind: 'ready' })
  const emptyMiB = residentMiB(pids)
  await pause(quietMs)
  const announced = await phase(
    'announce',
    updates.map(each => each.announce),
    prefixes
  )
  const settledMiB = residentMiB(pids)
  const changed =
    options.churn === undefined
      ? undefined
      : await churn({ sender: sending[0]!, receiver: receiving[0]!, shape: options, ...options.churn, pids })
  const withdrawn = options.withdraw
    ? await phase(
        'withdraw',
        updates.map(each => each.withdraw),
        0
      )
    : undefined
  tell({
    kind: 'bgp',
    result: {
      announce: announced,
      ...(withdrawn !== undefined && { withdraw: withdrawn }),
      ...(changed !== undefined && { churn: changed }),
      duplicates: checks.reduce((sum, check) => sum + check.duplicates, 0),
      wrong: checks.reduce((sum, check) => sum + check.wrong, 0),
      settledMiB,
      emptyMiB
    }
  })
  for (const each of all) each.close()
  process.disconnect()
} catch (error) {
  fail(error)
}
