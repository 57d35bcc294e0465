/**
 * Answers of the API that grow with the node: written in turns of the event loop, at the pace at which the client takes
 * them, so that neither a long answer nor a client that does not read costs more than some parts of text.
 */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { nextTurn } from '../sandesh/request.js'
import type { Json } from './schema.js'

/** JSON that is yet to be written. */
export class Streamed {
  constructor(readonly write: (out: JsonOutput) => Promise<void>) {}
}

export interface JsonOutput {
  write(text: string): void
  /** Waits for the client if much is waiting for it, and for the next turn. */
  turn(): Promise<void>
}

/** Of a part, in characters. */
const partLength = 64 * 1024

/** An object whose members that are lists are written entry by entry. */
export const listed = (answer: { readonly [name: string]: Json }): Streamed =>
  new Streamed(async out => {
    let separator = '{'
    for (const [name, value] of Object.entries(answer)) {
      out.write(`${separator}${JSON.stringify(name)}:`)
      separator = ','
      if (Array.isArray(value)) await writeList(value, out)
      else out.write(JSON.stringify(value))
    }
    out.write(separator === '{' ? '{}' : '}')
  })

async function writeList(list: readonly Json[], out: JsonOutput): Promise<void> {
  out.write('[')
  let written = 0
  for (const [index, item] of list.entries()) {
    const text = JSON.stringify(item)
    out.write(index === 0 ? text : `,${text}`)
    written += text.length
    if (written < partLength) continue
    written = 0
    await out.turn()
  }
  out.write(']')
}

/** What fails before the first part is gone rejects, for an answer with its status; later it cuts the answer off. */
export async function sendStreamed(reply: FastifyReply, answer: Streamed): Promise<FastifyReply> {
  const out = new AnswerStream()
  const written = answer.write(out)
  const isShort = await Promise.race([out.begun, written.then(() => true)])
  reply.type('application/json; charset=utf-8')
  if (isShort) return reply.send(out.text)
  written.then(
    () => out.end(),
    error => out.destroy(error)
  )
  return reply.send(out)
}

class AnswerStream extends Readable implements JsonOutput {
  /** What is not with the client yet. */
  text = ''
  /** Resolves with false when there is more than one part. */
  readonly begun: Promise<false>
  #begin = (): void => {}
  #room = (): void => {}

  constructor() {
    super({ highWaterMark: partLength })
    this.begun = new Promise(resolve => {
      this.#begin = () => resolve(false)
    })
  }

  write(text: string): void {
    this.text += text
  }

  async turn(): Promise<void> {
    if (this.text.length >= partLength) {
      this.#begin()
      const isTaken = this.push(this.text)
      this.text = ''
      if (!isTaken && !this.destroyed)
        await new Promise<void>(resolve => {
          this.#room = resolve
        })
    }
    await nextTurn()
  }

  end(): void {
    if (this.destroyed) return
    this.push(this.text)
    this.push(null)
  }

  override _read(): void {
    this.#room()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#room()
    done(error)
  }
}
