/** The control node of the process: real clock, sockets, files and log. */
import { pino } from 'pino'
import { BmpStation } from '../bmp/station.js'
import type { NodeConfig } from '../config/node-config.js'
import { FilesStore } from '../config-store/files-store.js'
import { ControlNode } from '../control-node.js'
import type { NodeOperations } from '../introspect/operations.js'
import type { ExportState, NodeView } from '../introspect/view.js'
import { MrtFiles } from '../mrt/mrt-files.js'
import { NodeDisk } from '../runtime/node-disk.js'
import { NodeScheduler } from '../runtime/node-scheduler.js'
import { NodeTransport } from '../runtime/node-transport.js'
import { firstReading } from './first-reading.js'
import { forcedTimers } from './forced-timers.js'
import type { NodeFactory } from './run.js'

export const makeNodeWith =
  (
    viewOf: (node: ControlNode, exports: () => readonly ExportState[]) => NodeView,
    operationsOf: (node: ControlNode, running: () => NodeConfig) => NodeOperations
  ): NodeFactory =>
  config => {
    const log = makeLog(config)
    const scheduler = new NodeScheduler()
    const failures: string[] = []
    const store = new FilesStore({ folder: config.store.path, scheduler })
    const node = new ControlNode({
      hostname: config.hostname,
      store,
      scheduler,
      transport: new NodeTransport(),
      bgp: {
        listen: config.bgp.listen,
        neighbourConfig: config.bgp,
        forcedTimers: forcedTimers(process.env),
        selectionDeferral: config.bgp.selectionDeferral
      },
      xmpp: given(config.xmpp),
      log,
      random: Math.random,
      failed: (what, error) => {
        if (what === 'XMPP') failures.push(`cannot listen for XMPP: ${error.message}`)
      }
    })
    const stations = config.bmp.map(station => new BmpStation(node, station, 'Weft'))
    const mrt = new MrtFiles(node, new NodeDisk(), config.mrt)
    /** What was read at the start holds until the next one. */
    let running = config
    return {
      view: viewOf(node, () => [...stations.map(({ state }) => state), ...mrt.states]),
      operations: operationsOf(node, () => running),
      log,
      start: async () => {
        mrt.start()
        node.start()
        let wasRead = false
        await firstReading({
          store,
          name: config.store.path,
          scheduler,
          log,
          isOver: () => {
            if (failures.length > 0 || node.bgpListener.isDeaf) return true
            // Sockets answer within a turn; one look more than the configuration needs lets them.
            const wasReadBefore = wasRead
            wasRead = node.config.endOfConfig
            return wasReadBefore
          }
        })
        // One address of several is waited for while the node runs; with none of them it were of no use.
        if (node.bgpListener.isDeaf)
          failures.push(
            ...node.bgpListener.ports.map(({ error }) => `cannot listen for BGP: ${error?.message}`)
          )
        if (failures.length > 0) throw new Error(failures.join('; '))
        // They are told who this node is, which it knows by now.
        for (const station of stations) station.start()
      },
      reconfigure: ({ bgp }) => {
        const { selectionDeferral } = running.bgp
        running = { ...running, bgp: { ...bgp, selectionDeferral } }
        node.listenForBgp(bgp.listen)
        node.configureNeighbours(bgp)
      },
      stop: async ending => {
        const keepsRoutes =
          running.bgp.shutdown === 'graceful' && node.globals?.gracefulRestart.enabled === true
        node.stop(ending === 'restart' && keepsRoutes ? 'silent' : 'shutdown')
        for (const station of stations) station.stop()
        await mrt.stop()
      }
    }
  }

const given = ({
  address,
  port
}: {
  readonly address: string | undefined
  readonly port: number | undefined
}) => ({
  ...(address !== undefined && { address }),
  ...(port !== undefined && { port })
})

/** Without them an exception, which the fields of a line have as `error`, is logged as {}. */
export const logSerializers = { error: pino.stdSerializers.err }

const makeLog = ({ hostname, log }: NodeConfig) =>
  pino({
    level: log.level,
    base: { node: hostname },
    serializers: logSerializers,
    ...(log.format === 'pretty' && { transport: { target: 'pino-pretty', options: { destination: 2 } } })
  })
