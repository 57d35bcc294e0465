/** The daemons that are compared: how each is started as a route reflector at 127.0.0.1, AS 64512. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchFolder, bgpPort, built, listens, projectFolder } from './build.js'
import type { NodeFigures } from './node/figures.js'
import { agentObjects, reflectorObjects } from './reflector-objects.js'
import type { Scenario } from './scenarios.js'

export const xmppPort = bgpPort + 4000
const httpPort = bgpPort + 7000
export const agentHoldSeconds = 9

export interface Daemon {
  readonly name: string
  /** Undefined: not installed. */
  version(): string | undefined
  /** Clients' hold time: short where the lateness of keepalives is to be seen within a short run. */
  readonly holdSeconds: number
  can(scenario: Scenario): boolean
  /** `folder` is empty and the daemon's own. */
  start(folder: string, scenario: Scenario): ChildProcess
}

/** Programs are run from `folder` with their output in `log` there. */
function run(
  folder: string,
  program: string,
  words: readonly string[],
  extra: readonly 'ipc'[] = []
): ChildProcess {
  const log = openSync(join(folder, 'log'), 'a')
  return spawn(program, words, { cwd: folder, stdio: ['ignore', log, log, ...extra] })
}

/** The daemon's configuration, in its folder. */
function configure(folder: string, name: string): string {
  const text = readFileSync(join(benchFolder, 'peers', name), 'utf8')
  const file = join(folder, name)
  // OpenBGPD takes no file that others can read.
  writeFileSync(file, text.replaceAll('@RUN@', folder).replaceAll('@PORT@', String(bgpPort)), { mode: 0o600 })
  return file
}

/** The first line with a number in what the program says about itself; undefined: it is not there. */
function versionOf(program: string, ...words: string[]): string | undefined {
  const { error, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  return error === undefined ? /\d+\.\d+[.\d]*/.exec(`${stdout}${stderr}`)?.[0] : undefined
}

const weft: Daemon = {
  name: 'weft',
  version: () => {
    const { version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
      version: string
    }
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: projectFolder,
      encoding: 'utf8'
    })
    return `${version} (${commit.trim()}), Node.js ${process.version}`
  },
  holdSeconds: 3,
  can: () => true,
  start(folder, scenario) {
    const objects =
      scenario.kind === 'bgp'
        ? reflectorObjects({ port: bgpPort, holdSeconds: this.holdSeconds, ...scenario.load })
        : agentObjects({ port: bgpPort, agentHoldSeconds })
    mkdirSync(join(folder, 'objects'))
    writeFileSync(join(folder, 'objects/all.json'), JSON.stringify(objects))
    writeFileSync(
      join(folder, 'weft.yaml'),
      `hostname: weft\nstore: { type: files, path: ./objects }\nbgp: { address: 127.0.0.1, port: ${bgpPort} }\n` +
        `xmpp: { address: 127.0.0.1, port: ${xmppPort} }\nintrospect: { address: 127.0.0.1, port: ${httpPort} }\n` +
        'log: { level: warn, format: json }\n'
    )
    // As bin/weft has it.
    const options = (process.env.WEFT_NODE_OPTIONS ?? '--max-semi-space-size=4').split(' ').filter(Boolean)
    const words = [
      ...options,
      '--import',
      built('bench/node/probe.js'),
      built('src/main.js'),
      'run',
      '--config',
      join(folder, 'weft.yaml')
    ]
    return run(folder, process.execPath, words, ['ipc'])
  }
}

const bird: Daemon = {
  name: 'bird',
  version: () => versionOf('bird', '--version'),
  holdSeconds: 90,
  can: ({ kind, load }) => kind === 'bgp' && load.family !== 'evpn',
  start: folder =>
    run(folder, 'bird', ['-f', '-c', configure(folder, 'bird.conf'), '-s', join(folder, 'ctl')])
}

const frrProgram = '/usr/lib/frr/bgpd'

const frr: Daemon = {
  name: 'frr',
  version: () => (existsSync(frrProgram) ? versionOf(frrProgram, '--version') : undefined),
  holdSeconds: 90,
  can: ({ kind }) => kind === 'bgp',
  start(folder) {
    const file = configure(folder, 'frr.conf')
    // It gives up root and must still reach its files.
    chmodSync(folder, 0o777)
    chmodSync(file, 0o666)
    const files = ['-f', file, '-i', join(folder, 'pid'), '--vty_socket', folder]
    const zebra = ['-z', join(folder, 'zserv.api')]
    return run(folder, frrProgram, [
      ...files,
      ...zebra,
      '-p',
      String(bgpPort),
      '-l',
      '127.0.0.1',
      '-P',
      '0',
      '-n',
      '-Z',
      '-S'
    ])
  }
}

const gobgp: Daemon = {
  name: 'gobgp',
  version: () => versionOf('gobgpd', '--version'),
  holdSeconds: 90,
  can: ({ kind }) => kind === 'bgp',
  start: folder =>
    run(folder, 'gobgpd', [
      '-f',
      configure(folder, 'gobgp.toml'),
      '--api-hosts',
      `127.0.0.1:${bgpPort + 50_000}`,
      '--pprof-disable',
      '-l',
      'warn'
    ])
}

const openbgpdProgram = '/usr/sbin/bgpd'

const openbgpd: Daemon = {
  name: 'openbgpd',
  version: () => (existsSync(openbgpdProgram) ? versionOf(openbgpdProgram, '-V') : undefined),
  holdSeconds: 90,
  can: ({ kind, load }) => kind === 'bgp' && load.family !== 'evpn',
  start(folder) {
    // Its processes lock themselves up there; where it is a service, the system makes the folder.
    mkdirSync('/run/openbgpd', { recursive: true })
    return run(folder, openbgpdProgram, ['-d', '-f', configure(folder, 'openbgpd.conf')])
  }
}

export const daemons: readonly Daemon[] = [weft, bird, frr, openbgpd, gobgp]

/** A daemon that runs; `stop` ends what was started here and nothing else. */
export class Running {
  readonly pids: readonly number[]
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string
  ) {
    const children = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .split('\n')
      .map(line => line.trim().split(/\s+/).map(Number))
      .filter(([, parent]) => parent === child.pid)
    this.pids = [child.pid!, ...children.map(([pid]) => pid!)]
  }

  static async start(daemon: Daemon, folder: string, scenario: Scenario): Promise<Running> {
    const port = scenario.kind === 'bgp' ? bgpPort : xmppPort
    if (await listens(port)) throw new Error(`port ${port} is taken`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const child = daemon.start(folder, scenario)
    for (let tries = 0; !(await listens(port)); tries++) {
      if (child.exitCode !== null || tries === 200) {
        child.kill('SIGKILL')
        throw new Error(
          `${daemon.name} does not start: ${readFileSync(join(folder, 'log'), 'utf8').slice(-600)}`
        )
      }
      await sleep(100)
    }
    await sleep(1_000)
    return new Running(child, folder)
  }

  get log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8')
  }

  /** Weft's probe; the others have none. */
  beginProbe(): void {
    if (this.child.connected) this.child.send('begin')
  }

  endProbe(): Promise<NodeFigures | undefined> {
    if (!this.child.connected) return Promise.resolve(undefined)
    return new Promise(resolve => {
      this.child.once('message', figures => resolve(figures as NodeFigures))
      this.child.send('end')
    })
  }

  async stop(): Promise<void> {
    const { child } = this
    const ended = new Promise(resolve => child.once('exit', resolve))
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(patience)
    await sleep(500)
  }
}

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
