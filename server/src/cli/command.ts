import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Terminal } from './terminal.ts'

/** 0: nothing to complain about; 1: something found; 2: the question could not be answered. */
export type ExitCode = 0 | 1 | 2

export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** The whole help text, `usage:` line first. */
  readonly help: string
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode> | ExitCode
}

/** The command line makes no sense, or a file cannot be read or written; the message says which. */
export class UsageError extends Error {}

/** Options and operands of a command; `-include FILE` is spelled as gcc spells it. */
export function readArguments<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  const normalized = args.map(argument => (argument === '-include' ? '--include' : argument))
  try {
    return parseArgs({ args: normalized, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}

/** One of the words an option takes. */
export function oneOf<Word extends string>(option: string, words: readonly Word[], given: string): Word {
  const word = words.find(word => word === given)
  if (!word) throw new UsageError(`--${option}: "${given}" is not one of ${words.join(', ')}`)
  return word
}
