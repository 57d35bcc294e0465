/** The command line as a whole: its commands, and how errors in it are answered. */
import { Command, CommanderError } from 'commander'
import { registerConfig } from './config.js'
import { registerCtr } from './ctr.js'
import { CliError, type CliIo, ExitCode } from './io.js'
import { registerRouteExplain } from './route-explain.js'
import { type NodeFactory, registerRun } from './run.js'
import { registerWatch } from './watch.js'

export interface ProgramOptions {
  readonly io: CliIo
  readonly version: string
  /** Absent: there is no `run`. */
  readonly makeNode?: NodeFactory
  /** What `run` does before it makes a node. */
  readonly rehearse?: () => Promise<unknown>
  /** Further commands, as those of the laboratory. */
  readonly register?: readonly ((program: Command) => void)[]
}

export function buildProgram(options: ProgramOptions): Command {
  const { io } = options
  const program = new Command('weft')
    .description('A control node for overlay networks: BGP with routers, XMPP with vRouter agents')
    .version(options.version)
    .addHelpText(
      'after',
      `
Exit codes:
  0  done
  1  the answer is no: no such thing, a configuration with errors
  2  the command line is wrong
  3  the node cannot be reached
  4  the node cannot be started
  5  the node has failed and ended itself`
    )
  if (options.makeNode !== undefined) registerRun(program, io, options.makeNode, options.rehearse)
  registerConfig(program, io)
  registerCtr(program, io)
  registerRouteExplain(program, io)
  registerWatch(program, io)
  for (const register of options.register ?? []) register(program)
  configureAll(program, io)
  return program
}

/** Output, hints and exits are the same for every command, however deep. */
function configureAll(command: Command, io: CliIo): void {
  command
    .configureOutput({
      writeOut: text => io.out(text.replace(/\n$/, '')),
      writeErr: text => io.error(text.replace(/\n$/, ''))
    })
    .showHelpAfterError(`Try 'weft ${path(command)}--help'.`)
    .allowExcessArguments(false)
    .exitOverride()
  for (const below of command.commands) configureAll(below, io)
}

const path = (command: Command): string =>
  command.parent === null ? '' : `${path(command.parent)}${command.name()} `

/** Runs a command line without program and script name; gives the exit code. Never throws for what a user does. */
export async function runProgram(program: Command, words: readonly string[], io: CliIo): Promise<ExitCode> {
  try {
    await program.parseAsync(words, { from: 'user' })
    return ExitCode.good
  } catch (error) {
    if (error instanceof CliError) {
      io.error(`weft: ${error.message}`)
      return error.exitCode
    }
    // Help and version end a command line too; commander has said what was wrong with others.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.good : ExitCode.usage
    throw error
  }
}
