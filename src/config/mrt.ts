/**
 * MRT files (RFC 6396), in the node's own file; each part is off unless it is there:
 *
 *   mrt:
 *     updates:                                  # what neighbours say, as it comes
 *       file: mrt/updates.%Y%m%d.%H%M.mrt       # relative to the configuration file; UTC
 *       interval_seconds: 300                   # a new file so often
 *       microseconds: true                      # BGP4MP_ET instead of BGP4MP
 *       own: false                              # what they are told, too
 *     tables:                                   # the tables of the master instance, whole
 *       file: mrt/rib.%Y%m%d.%H%M.mrt
 *       interval_seconds: 7200
 */
import { resolve } from 'node:path'
import { expandFileName, unknownConversion } from './file-name.js'
import type { Section } from './yaml-section.js'

export interface MrtFilesConfig {
  /** Absolute; conversions of strftime stand for the time at which a file begins. */
  readonly file: string
  readonly intervalSeconds: number
}

export interface MrtUpdatesConfig extends MrtFilesConfig {
  readonly microseconds: boolean
  /** UPDATEs of our own, too. */
  readonly own: boolean
}

export interface MrtConfig {
  readonly updates: MrtUpdatesConfig | undefined
  readonly tables: MrtFilesConfig | undefined
}

/** Shorter, and files are mostly overhead; longer, and a crash costs a day. */
const shortestSeconds = 10
const longestSeconds = 86_400

/** `folder`: what relative names start from. */
export function readMrt(root: Section, folder: string): MrtConfig {
  const mrt = root.section('mrt', ['updates', 'tables'])
  const updates = mrt.section('updates', ['file', 'interval_seconds', 'microseconds', 'own'])
  const updateFiles = mrt.has('updates') ? readFiles(updates, folder, 300) : undefined
  const tables = mrt.section('tables', ['file', 'interval_seconds'])
  return {
    updates: updateFiles && {
      ...updateFiles,
      microseconds: updates.flag('microseconds') ?? true,
      own: updates.flag('own') ?? false
    },
    tables: mrt.has('tables') ? readFiles(tables, folder, 7200) : undefined
  }
}

/** Undefined when something is missing or wrong, which has been reported. */
function readFiles(section: Section, folder: string, usualSeconds: number): MrtFilesConfig | undefined {
  const file = section.has('file') ? section.text('file') : section.missing('file')
  const intervalSeconds = section.integer('interval_seconds', shortestSeconds, longestSeconds) ?? usualSeconds
  if (file === undefined) return undefined
  const unknown = unknownConversion(file)
  if (unknown !== undefined)
    return section.fail(
      'file',
      `'${unknown}' is no conversion: %Y %y %m %d %j %H %M %S %s, and %% for itself`
    )
  if (file.endsWith('/')) return section.fail('file', 'names a folder')
  if (hasRepeats(file, intervalSeconds))
    return section.fail('file', `gives two files in a row the same name, ${intervalSeconds} s apart`)
  return { file: resolve(folder, file), intervalSeconds }
}

/** Over enough intervals to see any of the allowed lengths meet the ends of hours and days. */
function hasRepeats(file: string, intervalSeconds: number): boolean {
  let before = ''
  for (let i = 0; i < 2_000; i++) {
    const name = expandFileName(file, i * intervalSeconds * 1000)
    if (name === before) return true
    before = name
  }
  return false
}
