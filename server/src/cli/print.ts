import { preprocess } from '../c/preprocess/preprocess.ts'
import { readUnit } from '../c/read-unit.ts'
import type { Value } from '../c/values/value.ts'
import { bindConfigs } from '../config/bind.ts'
import { withBuiltins } from '../config/includes.ts'
import { plainText } from '../ide/blocks.ts'
import { simulationPage } from '../ide/views/simulation-page.ts'
import { hex } from '../text/words.ts'
import { type Command, type ExitCode, oneOf, readArguments, UsageError } from './command.ts'
import { compileOptionsOf } from './compile.ts'
import { Files } from './files.ts'
import { type CompilerArguments, compilerHelp, compilerOptions, compilerSettings } from './options.ts'
import { simulationsFor } from './simulations.ts'
import type { Terminal } from './terminal.ts'

const STAGES = ['tokens', 'values', 'config', 'machine'] as const

const help = `usage: jailhouse-warden print --stage STAGE [OPTIONS] FILE

Prints what one stage of the analysis makes of a file, to find out where something goes wrong.

  --stage STAGE     tokens: the text after preprocessing; values: what C makes of it; config: what Jailhouse reads;
                    machine: what the hypervisor does with it
${compilerHelp}`

const options = { ...compilerOptions, stage: { type: 'string' } } as const

export const print: Command = {
  name: 'print',
  summary: 'print what one stage of the analysis makes of a file',
  help,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = readArguments(args, options)
    const [name, ...others] = positionals
    if (name === undefined || others.length > 0) throw new UsageError('print takes one file')
    if (values.stage === undefined) throw new UsageError(`which stage? Give --stage ${STAGES.join('|')}`)
    terminal.out(`${await stageText(oneOf('stage', STAGES, values.stage), name, values, terminal)}\n`)
    return 0
  },
}

async function stageText(
  stage: (typeof STAGES)[number],
  name: string,
  given: CompilerArguments,
  terminal: Pick<Terminal, 'cwd' | 'err'>,
): Promise<string> {
  if (stage === 'machine')
    return (await simulationsFor([name], given, terminal))
      .map(simulation => plainText(simulationPage(simulation)))
      .join('\n\n\n')
  const files = new Files()
  const main = files.named(name, terminal.cwd)
  const project = files.project(compilerSettings(given, terminal.cwd), [main])
  const compile = compileOptionsOf(main, project)
  const lookup = withBuiltins(project.lookup)
  if (stage === 'tokens') return formatTokens(preprocess(main, compile, lookup).tokens)
  const unit = readUnit(main, compile, lookup)
  if (stage === 'values') return unit.objects.map(({ name, value }) => `${name} = ${formatValue(value, '')}`).join('\n')
  const configs = bindConfigs(unit)
  return JSON.stringify(configs.length > 1 ? configs : (configs[0] ?? null), jsonReplacer, 2)
}

/** A line of the source is a line again; blanks stand where they stood. */
const formatTokens = (
  tokens: readonly { readonly text: string; readonly startsLine: boolean; readonly spaceBefore: boolean }[],
): string =>
  tokens
    .map(({ text, startsLine, spaceBefore }) => `${startsLine ? '\n' : spaceBefore ? ' ' : ''}${text}`)
    .join('')
    .trimStart()

/** C's own notation, every member named; what is zero to its end is left out. */
function formatValue(value: Value, indent: string): string {
  const inner = `${indent}  `
  switch (value.kind) {
    case 'int':
      return value.value < 0n ? `-${hex(-value.value)}` : hex(value.value)
    case 'unknown':
      return `? /* ${value.reason} */`
    case 'array': {
      if (value.text !== undefined) return JSON.stringify(value.text)
      const items = value.items.slice(0, value.initialised)
      return `{${items.map((item, i) => `\n${inner}[${i}] = ${formatValue(item, inner)},`).join('')}\n${indent}}`
    }
    case 'struct': {
      const fields = [...value.fields].filter(([, field]) => !isZero(field.value))
      return `{${fields.map(([name, field]) => `\n${inner}.${name} = ${formatValue(field.value, inner)},`).join('')}\n${indent}}`
    }
    default:
      return value satisfies never
  }
}

function isZero(value: Value): boolean {
  if (value.kind === 'int') return value.value === 0n
  if (value.kind === 'array') return value.items.every(isZero)
  return value.kind === 'struct' && [...value.fields.values()].every(field => isZero(field.value))
}

/** Addresses as C writes them; files and places are left out. */
function jsonReplacer(key: string, value: unknown): unknown {
  if (['source', 'file', 'extent', 'whole', 'value', 'declaredAt', 'lengthAt', 'origin'].includes(key)) return undefined
  return typeof value === 'bigint' ? hex(value) : value
}
