/**
 * TCP MD5 keys of the node's own file: lists, ranges, and changes under way (spec bgp 11.4), on real sockets. A daemon
 * that is told another key resets its side of the session: where it dials, the node must be back with it long before a hold
 * timer; where it only waits, the hold timer of the node finds out.
 */
import { noNeighbourConfig } from '../../src/config/neighbour-config.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { onGround } from '../harness/ground.js'
import { type Report, Skip } from '../harness/report.js'
import { stays, until } from '../harness/until.js'
import { Stage } from './stage.js'

const as = 64512
const [older, newer] = ['key-of-this-year', 'key-of-next-year'] as const
const quietSeconds = 4
/** Of the hold time of 90 s. */
const soonSeconds = 30
/** Where the hold timer has to find out. */
const shortHoldSeconds = 9

export async function keyChangeChecks(kind: DaemonKind, report: Report): Promise<void> {
  const check = (feature: string, body: () => Promise<unknown>) => report.check(kind.name, feature, body)
  for (const weDial of [true, false]) {
    const who = weDial ? 'we dial' : 'it dials'
    await check(`MD5: new key by a list, ${who}`, () => byList(kind, weDial))
    await check(`MD5: new key at once, ${who}`, () => atOnce(kind, weDial))
  }
  await check('MD5: key of a range', () => ofRange(kind, older))
  await check('MD5: another key than the range has', () => ofRange(kind, newer))
  await check('MD5: no key, and the range has one', () => ofRange(kind, undefined))
}

async function withSession(
  kind: DaemonKind,
  weDial: boolean,
  body: (stage: Stage, setKeys: (...keys: string[]) => void) => Promise<void>,
  hold: { readonly holdTimeSeconds?: number } = {}
): Promise<void> {
  if (process.getuid?.() !== 0) throw new Skip('needs root')
  await onGround(async ground => {
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as, ...hold },
      asNeighbor: { passive: weDial, md5Key: older },
      peer: { passive: !weDial, ...hold }
    })
    const setKeys = (...md5Key: string[]): void =>
      stage.node.control.configureNeighbours({
        ...noNeighbourConfig,
        neighbours: new Map([[stage.daemonAddress, { md5Key }]])
      })
    await stage.startNode()
    setKeys(older)
    await stage.startDaemon()
    await stage.established(soonSeconds)
    await body(stage, setKeys)
  })
}

const flaps = (stage: Stage): number => stage.peer.session.statistics.flaps
const isUp = (stage: Stage): boolean => stage.peer.session.state === 'established'

/** Ours first, the daemon in its own time, then the old key away: one loss, and that is the daemon's doing. */
const byList = (kind: DaemonKind, weDial: boolean) =>
  withSession(kind, weDial, async (stage, setKeys) => {
    const before = flaps(stage)
    setKeys(newer, older)
    await stays('the session is up', () => isUp(stage) && flaps(stage) === before, quietSeconds)
    await stage.daemon.changeKey!(stage.nodeAddress, newer)
    await until('the daemon has reset its side', () => flaps(stage) > before, soonSeconds)
    await stage.established(soonSeconds)
    const after = flaps(stage)
    setKeys(newer)
    await stays('the session is up', () => isUp(stage) && flaps(stage) === after, quietSeconds)
  })

const atOnce = (kind: DaemonKind, weDial: boolean) =>
  withSession(
    kind,
    weDial,
    async (stage, setKeys) => {
      const before = flaps(stage)
      setKeys(newer)
      await stays('the session is not reset by us', () => flaps(stage) === before, quietSeconds)
      await stage.daemon.changeKey!(stage.nodeAddress, newer)
      await until(
        'both are up again',
        async () => isUp(stage) && (await stage.daemon.neighbor(stage.nodeAddress)).isEstablished,
        soonSeconds,
        () => stage.node.describe(kind.name)
      )
    },
    weDial ? { holdTimeSeconds: shortHoldSeconds } : {}
  )

async function ofRange(kind: DaemonKind, its: string | undefined): Promise<void> {
  if (process.getuid?.() !== 0) throw new Skip('needs root')
  await onGround(async ground => {
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as },
      asNeighbor: { ...(its !== undefined && { md5Key: its }) },
      // The objects have it elsewhere, so that it is one of the range.
      peer: { address: ground.address(9), passive: true }
    })
    const node = await stage.startNode()
    node.control.configureNeighbours({
      ...noNeighbourConfig,
      dynamicNeighbours: [
        {
          range: `${stage.daemonAddress.replace(/\d+$/, '0')}/24`,
          peerAs: [as],
          families: ['inet'],
          limit: 5,
          options: { md5Key: [older] },
          idleRemovalSeconds: 60
        }
      ]
    })
    await stage.startDaemon()
    const up = async (): Promise<boolean> => (await stage.daemon.neighbor(stage.nodeAddress)).isEstablished
    if (its === older) await until('the session is up', up, soonSeconds)
    else await stays('no session', async () => !(await up()), quietSeconds)
  })
}
