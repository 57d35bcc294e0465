/** The table that ExaBGP's JSON adds up to (its encoder, version 4). */
import type { DaemonRoute } from './daemon.js'

export interface ExaMessage {
  readonly type: string
  readonly neighbor?: {
    readonly address?: { readonly peer?: string }
    readonly state?: string
    readonly message?: { readonly update?: ExaUpdate }
  }
}

interface ExaUpdate {
  readonly attribute?: ExaAttributes
  /** Family, next hop, NLRI. */
  readonly announce?: Readonly<Record<string, Readonly<Record<string, readonly ExaNlri[]>>>>
  readonly withdraw?: Readonly<Record<string, readonly ExaNlri[]>>
}

interface ExaNlri {
  readonly nlri?: string
  readonly rd?: string
  readonly label?: readonly (readonly number[])[]
  readonly raw?: string
  readonly 'path-information'?: string
}

interface ExaAttributes {
  readonly 'as-path'?: readonly number[] | Readonly<Record<string, { readonly value: readonly number[] }>>
  readonly med?: number
  readonly 'local-preference'?: number
  readonly community?: readonly (readonly number[])[]
  readonly 'large-community'?: readonly (readonly number[])[]
  readonly 'extended-community'?: readonly { readonly string: string }[]
  readonly 'originator-id'?: string
  readonly 'cluster-list'?: readonly string[]
}

export class ExaTable {
  readonly #families = new Map<string, Map<string, DaemonRoute>>()

  take({ type, neighbor }: ExaMessage): void {
    if (type === 'state' && neighbor?.state === 'down') this.#families.clear()
    const update = neighbor?.message?.update
    if (update === undefined) return
    for (const [family, nlris] of Object.entries(update.withdraw ?? {}))
      for (const nlri of nlris) this.#table(family).delete(keyOf(nlri))
    for (const [family, hops] of Object.entries(update.announce ?? {})) {
      for (const [nextHop, nlris] of Object.entries(hops)) {
        if (!Array.isArray(nlris)) continue
        for (const nlri of nlris as readonly ExaNlri[])
          this.#table(family).set(keyOf(nlri), routeOf(nlri, nextHop, update.attribute ?? {}))
      }
    }
  }

  routes(family: string): DaemonRoute[] {
    return [...this.#table(family).values()]
  }

  #table(family: string): Map<string, DaemonRoute> {
    let table = this.#families.get(family)
    if (table === undefined) this.#families.set(family, (table = new Map()))
    return table
  }
}

const keyOf = ({ nlri, rd, raw, 'path-information': pathId = '' }: ExaNlri): string =>
  `${rd ?? ''} ${nlri ?? raw ?? ''} ${pathId}`

function routeOf(nlri: ExaNlri, nextHop: string, attributes: ExaAttributes): DaemonRoute {
  const { med, 'local-preference': localPreference, 'originator-id': originatorId } = attributes
  const label = nlri.label?.[0]?.[0]
  const extended = attributes['extended-community'] ?? []
  const path = attributes['as-path'] ?? []
  const numbers = Array.isArray(path)
    ? (path as readonly number[])
    : Object.values(path as Record<string, { value: readonly number[] }>).flatMap(segment => segment.value)
  return {
    prefix: nlri.nlri ?? nlri.raw ?? '',
    ...(nlri.rd !== undefined && { rd: nlri.rd }),
    nextHop,
    asPath: numbers.join(' '),
    ...(med !== undefined && { med }),
    ...(localPreference !== undefined && { localPreference }),
    communities: (attributes.community ?? []).map(value => value.join(':')),
    largeCommunities: (attributes['large-community'] ?? []).map(value => value.join(':')),
    targets: extended
      .filter(({ string }) => string.startsWith('target:'))
      .map(({ string }) => string.slice(7)),
    ...(originatorId !== undefined && { originatorId }),
    clusterList: attributes['cluster-list'] ?? [],
    ...(label !== undefined && { label })
  }
}
