import { resolve } from 'node:path'
import { revisionNamed, revisionNames } from '../config/headers/releases.ts'
import type { Settings } from '../config/project.ts'
import { ruleNameProblems } from '../ide/project-problems.ts'
import { UsageError } from './command.ts'
import { uriOf } from './files.ts'

/** The compiler's own options, understood by every command that reads configurations. */
export const compilerOptions = {
  include: { type: 'string', multiple: true },
  revision: { type: 'string' },
  I: { type: 'string', short: 'I', multiple: true },
  D: { type: 'string', short: 'D', multiple: true },
} as const

export const compilerHelp = `  -I DIR            look for headers in DIR first
  -D NAME[=VALUE]   define a macro
  -include FILE     read FILE before each configuration
  --revision NAME   release (v0.12) or revision (13) whose built-in headers serve where a tree has none
`

/** What `compilerOptions` read. */
export interface CompilerArguments {
  readonly I?: readonly string[] | undefined
  readonly D?: readonly string[] | undefined
  readonly include?: readonly string[] | undefined
  readonly revision?: string | undefined
}

export const compilerSettings = (
  { I = [], D = [], include = [], revision }: CompilerArguments,
  cwd: string,
): Omit<Settings, 'rules'> => ({
  includePaths: I.map(path => uriOf(resolve(cwd, path))),
  defines: Object.fromEntries(D.map(definition)),
  forceIncludes: include.map(path => uriOf(resolve(cwd, path))),
  ...(revision !== undefined && { revision: knownRevision(revision) }),
})

function knownRevision(name: string): string {
  if (revisionNamed(name)) return name
  throw new UsageError(`--revision ${name}: expected one of ${revisionNames.join(', ')}`)
}

/** `-D NAME` means 1, `-D NAME=` nothing, as for gcc. */
function definition(given: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(given) ?? []
  if (name === undefined) throw new UsageError(`-D ${given}: not a macro name`)
  return [name, value ?? '1']
}

/** `--rule JH301=off` */
export function ruleSettings(given: readonly string[] = []): Settings['rules'] {
  return Object.fromEntries(
    given.map(each => {
      const [, name, severity] = /^([\w-]+)=(error|warning|information|hint|off)$/.exec(each) ?? []
      if (!name || !severity) throw new UsageError(`--rule ${each}: expected NAME=error|warning|information|hint|off`)
      const [problem] = ruleNameProblems(name)
      if (problem) throw new UsageError(`--rule ${each}: ${problem}`)
      return [name, severity]
    }),
  )
}
