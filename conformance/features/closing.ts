/** Sessions that we end while the node goes on: what the daemon is told, and that they come back. */
import type { DaemonKind } from '../daemons/daemon.js'
import { Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { sceneChecks } from './checks.js'
import type { Scene } from './scene.js'

const prefix = '10.70.0.0/24'
/** What the daemon shall read when we take its session down. */
const text = 'moved to rack 4712'

/** Each daemon has its own words for a NOTIFICATION's code and subcode. */
const told = {
  shutdown: /admin[a-z]* ?shutdown|administratively down|"code": ?6,.{0,80}"subcode": ?2\b/i,
  deconfigured: /de-?configured|unconfigured|"code": ?6,.{0,80}"subcode": ?3\b/i,
  badPeerAs: /bad peer as|as unacceptable|"code": ?2,.{0,80}"subcode": ?2\b/i
}

export async function closingChecks(kind: DaemonKind, report: Report): Promise<void> {
  const ends = (feature: string, words: RegExp, objects: (scene: Scene) => object[]) => ({
    feature,
    run: (scene: Scene) => closedAndBack(scene, words, objects(scene))
  })
  await sceneChecks(kind, report, () => ({ families: ['inet'] }), [
    ends('administratively down, live', told.shutdown, scene => scene.objects({ adminDown: true })),
    ends('taken out of the configuration', told.deconfigured, scene => scene.objects({}, false)),
    ends('an AS number that is not the one configured', told.badPeerAs, scene => scene.objects({ as: 64999 }))
  ])
  const feature = 'administratively down, with our text (RFC 9003)'
  const words = { shutdown_text: text }
  await sceneChecks(kind, report, () => ({ families: ['inet'], words }), [{ feature, run: downWithText }])
}

async function downWithText(scene: Scene): Promise<Partly | undefined> {
  const { node, daemon, nodeAddress, kind } = scene
  node.write(scene.objects({ adminDown: true }))
  const isDown = async (): Promise<boolean> => !(await daemon.neighbor(nodeAddress)).isEstablished
  await until('it is down', isDown, 10)
  const shows = async (): Promise<boolean> => (await daemon.endOf(nodeAddress)).includes(text)
  const isShown = kind.cannot.has('shutdownText')
    ? await shows()
    : await until('it shows our text', shows, 10, async () => (await daemon.endOf(nodeAddress)).slice(-600))
  node.write(scene.objects())
  await daemon.wake?.(nodeAddress)
  await scene.established(40)
  return isShown ? undefined : new Partly('it does not show the text')
}

async function closedAndBack(scene: Scene, words: RegExp, objects: object[]): Promise<Partly | undefined> {
  const { node, daemon, lab, nodeAddress, kind } = scene
  const has = async (): Promise<boolean> =>
    (await daemon.routes('inet')).some(route => route.prefix === prefix)
  lab.announce('inet', prefix, { nextHop: '10.9.0.3' })
  await until('our route is there', has, 10)
  node.write(objects)
  await until('our route is gone', async () => !(await has()), 10)
  const end = async (): Promise<string> => await daemon.endOf(nodeAddress)
  const why = words === told.badPeerAs ? kind.cannot.get('tellOpenErrors') : undefined
  const sent = async (): Promise<string> => (await node.neighbor(kind.name)).notificationOut?.text ?? ''
  await until(
    'it tells why',
    async () => words.test(why === undefined ? await end() : await sent()),
    25,
    async () => ({ node: await node.describe(kind.name), its: (await end()).slice(-600) })
  )
  node.write(scene.objects())
  await daemon.wake?.(nodeAddress)
  await scene.established(40)
  await until('our route is back', has, 20)
  return why === undefined ? undefined : new Partly(why)
}
