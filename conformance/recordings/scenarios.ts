/** The recorded scenarios that are replayed: who spoke from which address, and what happened beside the bytes. */
export interface Scenario {
  /** Folder of recordings. */
  readonly folder: string
  readonly name: string
  readonly hostname: string
  readonly nodeAddress: string
  readonly xmppPort: number
  /** Addresses of agents and BGP peers by the letters of the files. */
  readonly actors: Readonly<Record<string, string>>
  /** Numbers of the first and last step: one process of the original. */
  readonly first: number
  readonly last: number
  /** Objects that are in force from a step on; a file name of the folder. */
  readonly objects?: Readonly<Record<number, string>>
  /** Changes an object list by hand where the recording has no file for it. */
  readonly edit?: (step: number, objects: ApiObject[]) => boolean
  /** Seconds that a step lasts, 3 where nothing is said. */
  readonly seconds?: Readonly<Record<number, number>>
  /** BGP peers whose connection ends in a step, where no bytes say so. */
  readonly ends?: Readonly<Record<number, readonly string[]>>
  /** Clients that send nothing by themselves, not even keepalives. */
  readonly silent?: readonly string[]
}

export interface ApiObject {
  readonly type: string
  readonly fq_name: readonly string[]
  [member: string]: unknown
}

const base = {
  folder: 'base',
  hostname: 'ctrl1',
  nodeAddress: '127.0.0.1',
  xmppPort: 5269,
  actors: {
    A: '127.0.0.21',
    B: '127.0.0.22',
    R: '127.0.0.31',
    S: '127.0.0.32',
    T: '127.0.0.33',
    U: '127.0.0.34',
    P1: '127.0.0.11',
    P2: '127.0.0.12',
    P3: '127.0.0.13',
    P4: '127.0.0.14'
  }
}

/** Step 133: the instance blue imports the target of red too. */
function importRedIntoBlue(step: number, objects: ApiObject[]): boolean {
  if (step !== 133) return false
  const blue = objects.find(
    ({ type, fq_name }) =>
      type === 'routing_instance' && fq_name.join(':') === 'default-domain:demo:blue:blue'
  )
  const targets = blue!.route_target_refs as unknown[]
  targets.push({ to: ['target:64512:8000002'], attr: { import_export: 'import' } })
  return true
}

export const scenarios: readonly Scenario[] = [
  { ...base, name: 'base, first process', first: 1, last: 38 },
  {
    ...base,
    name: 'base, second process',
    first: 101,
    last: 133,
    silent: ['T', 'U'],
    // The ends of T and U, 15 s after they connect, fall into the steps in which they were recorded.
    seconds: { 123: 2, 124: 2, 125: 3, 126: 3, 127: 3, 128: 4 },
    edit: importRedIntoBlue
  },
  { ...base, name: 'base, malformed stanza', first: 301, last: 302 },
  { ...base, name: 'base, silence', first: 311, last: 313, silent: ['T', 'U'], seconds: { 313: 100 } },
  {
    folder: 'connected-networks',
    name: 'connected networks',
    hostname: 'cn1',
    nodeAddress: '127.0.0.31',
    xmppPort: 15301,
    actors: { A: '127.0.0.71', B: '127.0.0.72', C: '127.0.0.73', P1: '127.0.0.41' },
    first: 1,
    last: 35,
    objects: Object.fromEntries([...Array(12).keys()].map(i => [21 + i, `objects-stage${i + 1}.json`]))
  },
  {
    folder: 'gateway-less',
    name: 'gateway-less',
    hostname: 'cn1',
    nodeAddress: '127.0.0.31',
    xmppPort: 15301,
    actors: { A: '127.0.0.71', B: '127.0.0.72', E1: '127.0.0.41', P2: '127.0.0.42', FRR: '127.0.0.51' },
    first: 1,
    last: 22,
    ends: { 22: ['FRR'] }
  }
]
