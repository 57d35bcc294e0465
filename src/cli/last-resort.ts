/**
 * What nobody has caught ends the node: logged, on stderr too, and with an exit code of its own. A control node that
 * limps on with a table half updated would mislead its neighbours; one that is gone without a word is a restart to
 * them, over which those that help keep its routes, and its supervisor starts it again.
 *
 * What comes from the network is caught where it is handled and costs one session (`BgpConnection`, `AgentSession`);
 * this is for what is left: timers and slices.
 */
import { type CliIo, ExitCode } from './io.js'

interface ErrorLog {
  error(details: object, message: string): void
}

/** Gives what takes it away again. */
export function addLastResort(
  log: ErrorLog,
  io: Pick<CliIo, 'error'>,
  exit: (code: number) => void = code => process.exit(code)
): () => void {
  const failed = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    try {
      log.error({ stack: text }, 'internal error: the node ends')
      io.error(`weft: internal error, the node ends: ${text}`)
    } finally {
      exit(ExitCode.failed)
    }
  }
  // Rejections that nobody handles arrive here too: Node.js turns them into exceptions.
  process.on('uncaughtException', failed)
  return () => {
    process.off('uncaughtException', failed)
  }
}
