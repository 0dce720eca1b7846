import { resolve } from 'node:path'
import { type Baseline, baselineText, readBaseline, sizeOfBaseline, stillKnown } from '../rules/baseline.ts'
import type { Finding } from '../rules/rule.ts'
import type { SourceFile } from '../text/source-file.ts'
import { count } from '../text/words.ts'
import { type ExitCode, UsageError } from './command.ts'
import { type Files, pathsOf, uriOf, writeFile } from './files.ts'
import type { Terminal } from './terminal.ts'

/** A baseline on the command line takes the place of the project's; one that is written lists everything. */
export const baselineSettings = (given: { baseline?: string | undefined; 'write-baseline'?: string | undefined }) =>
  given.baseline !== undefined || given['write-baseline'] !== undefined ? { ignoreBaseline: true } : {}

export function writeBaseline(
  path: string,
  baseline: Baseline,
  read: readonly SourceFile[],
  { cwd, err }: Terminal,
): ExitCode {
  const whole = resolve(cwd, path)
  // Of what was read only a baseline gives way to a baseline.
  const inputs = read.filter(file => !readBaseline(file))
  writeFile(whole, baselineText(baseline, uriOf(whole)), pathsOf(inputs))
  err(`${path}: ${count(sizeOfBaseline(baseline), 'finding')}\n`)
  return 0
}

export function readBaselineFile(path: string, files: Files, { cwd }: Terminal): Baseline {
  const baseline = readBaseline(files.named(path, cwd))
  if (!baseline) throw new UsageError(`${path} is not a baseline of this version; write it with --write-baseline`)
  return baseline
}

export function pruneBaseline(
  path: string | undefined,
  baseline: Baseline | undefined,
  findings: readonly Finding[],
  { cwd, err }: Terminal,
): void {
  if (path === undefined || !baseline) throw new UsageError('--prune-baseline requires --baseline')
  const kept = stillKnown(baseline, findings)
  const gone = sizeOfBaseline(baseline) - sizeOfBaseline(kept)
  if (gone === 0) return
  const whole = resolve(cwd, path)
  writeFile(whole, baselineText(kept, uriOf(whole)))
  err(`${path}: ${count(gone, 'finding')} gone\n`)
}
