/** Checks of one daemon on common ground; each of them ends in a cell, whatever becomes of the ground. */
import type { DaemonKind, DaemonLack } from '../daemons/daemon.js'
import { type Ground, onGround } from '../harness/ground.js'
import type { Report } from '../harness/report.js'
import { Scene, type SceneOptions } from './scene.js'

export interface SceneCheck {
  readonly feature: string
  /** What of the daemon it takes; `cannot` says why it has not. */
  readonly needs?: readonly DaemonLack[]
  /** Why the check says nothing about the daemon; undefined: it does. */
  readonly lacks?: (kind: DaemonKind) => string | undefined
  run(scene: Scene): Promise<unknown>
}

export function whyNot(
  kind: DaemonKind,
  { needs = [], lacks }: Pick<SceneCheck, 'needs' | 'lacks'>
): string | undefined {
  return needs.map(need => kind.cannot.get(need)).find(why => why !== undefined) ?? lacks?.(kind)
}

/** One start of node, daemon and routers for all the checks that the daemon can be put to. */
export async function sceneChecks(
  kind: DaemonKind,
  report: Report,
  options: (ground: Ground) => SceneOptions,
  checks: readonly SceneCheck[],
  version: Ground['version'] = 'inet'
): Promise<void> {
  const possible: SceneCheck[] = []
  for (const check of checks) {
    const why = whyNot(kind, check)
    if (why === undefined) possible.push(check)
    else report.lacks(kind.name, check.feature, why)
  }
  if (possible.length === 0) return
  await onGround(async ground => {
    let scene: Scene
    try {
      scene = await Scene.start(ground, kind, options(ground))
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      for (const { feature } of possible)
        await report.check(kind.name, feature, () => Promise.reject(new Error(`no start: ${detail}`)))
      return
    }
    for (const { feature, run } of possible) await report.check(kind.name, feature, () => run(scene))
  }, version)
}

/** Checks one at a time, on ground of their own: the cell says why where the daemon lacks what it takes. */
export const checksOf =
  (kind: DaemonKind, report: Report) =>
  async (
    feature: string,
    body: () => Promise<unknown>,
    ...needs: readonly DaemonLack[]
  ): Promise<boolean> => {
    const why = whyNot(kind, { needs })
    if (why === undefined) return await report.check(kind.name, feature, body)
    report.lacks(kind.name, feature, why)
    return false
  }
