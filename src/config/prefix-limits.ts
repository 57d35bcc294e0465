/**
 * Limits on the number of prefixes, one for all families or one for each:
 *
 *   prefix_limit: 10000
 *   prefix_limit: { inet: 10000, inet6: { maximum: 5000, warning: 80, action: block } }
 *
 *   maximum      most prefixes; 0: no limit
 *   warning      percent of the maximum from which on it is warned; default 75
 *   action       reset: Cease, maximum number of prefixes (default); block: no more is taken; warn: said, and taken
 *   idle_time    after a reset, seconds before the session may come back; default 0: as after any loss
 */
import { apiFamilyNames, familiesOf } from './families.js'
import type { OptionType } from './option-types.js'
import type { FamilyName } from './settings.js'
import type { Section } from './yaml-section.js'

export const prefixLimitActions = ['reset', 'block', 'warn'] as const
export type PrefixLimitAction = (typeof prefixLimitActions)[number]

export interface PrefixLimitOption {
  readonly maximum: number
  readonly warningPercent: number
  readonly action: PrefixLimitAction
  readonly idleSeconds: number
}

/** A family that is not named has the limit of `all`, if any. */
export interface ByFamily<T> {
  readonly all?: T
  readonly families: { readonly [Name in FamilyName]?: T }
}

export const valueFor = <T>(values: ByFamily<T> | undefined, family: FamilyName): T | undefined =>
  values?.families[family] ?? values?.all

const most = 2 ** 32 - 1
const keys = ['maximum', 'warning', 'action', 'idle_time']

const ofMaximum = (maximum: number): PrefixLimitOption => ({
  maximum,
  warningPercent: 75,
  action: 'reset',
  idleSeconds: 0
})

export const prefixLimit: OptionType<ByFamily<PrefixLimitOption>> = {
  words: 'a number for every family, or by family a number or `maximum`, `warning`, `action`, `idle_time`',
  read: (section, key) => readByFamily(section, key, readLimit),
  print: limits => printByFamily(limits, printLimit)
}

export const maximumByFamily: OptionType<ByFamily<number>> = {
  words: 'a number for every family, or numbers by family',
  read: (section, key) => readByFamily(section, key, (entry, name) => entry.integer(name, 0, most)),
  print: maxima => printByFamily(maxima, String)
}

function readByFamily<T>(
  section: Section,
  key: string,
  read: (section: Section, key: string) => T | undefined
): ByFamily<T> | undefined {
  if (!section.has(key)) return undefined
  if (!section.isMapping(key)) {
    const all = read(section, key)
    return all === undefined ? undefined : { all, families: {} }
  }
  const entry = section.section(key, apiFamilyNames)
  const families: { [Name in FamilyName]?: T } = {}
  for (const name of apiFamilyNames) {
    const value = entry.has(name) ? read(entry, name) : undefined
    const [family] = familiesOf([name])
    if (value !== undefined && family !== undefined) families[family] = value
  }
  return { families }
}

/** `10000`, or `inet 10000, inet6 5000`. */
function printByFamily<T>({ all, families }: ByFamily<T>, print: (value: T) => string): string {
  const named = apiFamilyNames.flatMap(name => {
    const [family] = familiesOf([name])
    const value = family && families[family]
    return value === undefined ? [] : `${name} ${print(value)}`
  })
  return [...(all === undefined ? [] : [print(all)]), ...named].join(', ')
}

/** With what is not as it is by default: `10000 (block, warning 80%)`. */
function printLimit({ maximum, warningPercent, action, idleSeconds }: PrefixLimitOption): string {
  const defaults = ofMaximum(maximum)
  const more = [
    ...(action === defaults.action ? [] : [action]),
    ...(warningPercent === defaults.warningPercent ? [] : [`warning ${warningPercent}%`]),
    ...(idleSeconds === defaults.idleSeconds ? [] : [`idle time ${idleSeconds} s`])
  ]
  return more.length === 0 ? String(maximum) : `${maximum} (${more.join(', ')})`
}

function readLimit(section: Section, key: string): PrefixLimitOption | undefined {
  if (!section.isMapping(key)) {
    const maximum = section.integer(key, 0, most)
    return maximum === undefined ? undefined : ofMaximum(maximum)
  }
  const entry = section.section(key, keys)
  const maximum = entry.has('maximum') ? entry.integer('maximum', 0, most) : entry.missing('maximum')
  const warningPercent = entry.integer('warning', 1, 100)
  const action = entry.oneOf('action', prefixLimitActions)
  const idleSeconds = entry.integer('idle_time', 0, 86_400)
  if (maximum === undefined) return undefined
  const defaults = ofMaximum(maximum)
  return {
    maximum,
    warningPercent: warningPercent ?? defaults.warningPercent,
    action: action ?? defaults.action,
    idleSeconds: idleSeconds ?? defaults.idleSeconds
  }
}
