/** Which AS a session speaks with, where the neighbour may have us as either of two (`alternateAs`). */
import type { SessionSettings } from './settings.js'

export class SpokenAs {
  #configured: SessionSettings
  #settings: SessionSettings
  /** The alternative is spoken, because the neighbour refused the other. */
  #isAlternate = false

  constructor(settings: SessionSettings) {
    this.#configured = this.#settings = settings
  }

  get configured(): SessionSettings {
    return this.#configured
  }

  /** With the AS that is spoken now. */
  get settings(): SessionSettings {
    return this.#settings
  }

  /** True: the AS that is spoken is not one of them any more. */
  configure(settings: SessionSettings): boolean {
    const before = this.#settings.localAs
    this.#isAlternate &&= settings.alternateAs === before
    const isGone = !this.#isAlternate && before !== settings.localAs
    this.#configured = settings
    this.#speak()
    return isGone
  }

  /** The neighbour does not take `as`: the other is spoken from now on. */
  refused(as: number): void {
    if (this.#configured.alternateAs === undefined || as !== this.#settings.localAs) return
    this.#isAlternate = !this.#isAlternate
    this.#speak()
  }

  #speak(): void {
    const { alternateAs, capabilities } = this.#configured
    this.#settings =
      !this.#isAlternate || alternateAs === undefined
        ? this.#configured
        : {
            ...this.#configured,
            localAs: alternateAs,
            capabilities: {
              ...capabilities,
              ...(capabilities.fourByteAs !== undefined && { fourByteAs: alternateAs })
            }
          }
  }
}
