import { type Architecture, type Config, cellOf } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { ConfigRule, RawFinding } from '../rule.ts'
import page from './architecture.md'

const CONSTANTS: Readonly<Record<Architecture, string>> = {
  arm64: 'JAILHOUSE_ARM64',
  arm: 'JAILHOUSE_ARM',
  x86: 'JAILHOUSE_X86',
}

export const architecture: ConfigRule = {
  kind: 'config',
  code: 'JH127',
  id: 'architecture',
  title: 'Missing, unknown or contradicted architecture',
  severity: 'error',
  constraints: ['arch-missing', 'arch-unsupported', 'arch-mismatch-system', 'tool-root-arch-untested'],
  page,
  *check(config) {
    const { by, foreign, stated } = config.architectureChoice
    if (!config.source?.fields.has('architecture') || foreign) return
    if (config.source.fields.get('architecture')?.value.kind === 'unknown') return
    if (stated) yield contradicted(config, stated)
    else if (by === 'field') {
      if (!config.architecture) yield unknownArchitecture(config)
    } else if (config.architecture !== 'x86' || by === 'nothing') yield missing(config)
  },
}

const unknownArchitecture = (config: Config): RawFinding => ({
  span: at(config, 'architecture'),
  headline: 'unknown architecture',
  notes: ['the driver refuses it: "Configuration architecture mismatch"'],
  help: 'use JAILHOUSE_ARM64, JAILHOUSE_ARM or JAILHOUSE_X86',
  ...choices(config),
})

const contradicted = (config: Config, stated: Architecture): RawFinding => ({
  span: at(config, 'architecture'),
  headline: `architecture is ${stated}, but all the rest is written for ${config.architecture ?? 'ARM'}`,
  notes: [refusalOf(config)],
  ...choices(config),
})

const refusalOf = (config: Config): string =>
  config.kind === 'system'
    ? 'any other machine refuses it: "Configuration architecture mismatch"'
    : 'any other machine logs "Configuration architecture mismatch", and "jailhouse cell create" reports success although no cell exists'

/** A field that is not written is 0, and 0 is x86: right where the rest of the file says so, too. */
function missing(config: Config): RawFinding {
  const { by, candidates, architecture } = config.architectureChoice
  const isOpen = by === 'nothing' && candidates.includes('x86')
  return {
    span: at(config, 'architecture'),
    ...(isOpen && { severity: 'warning' as const }),
    headline: isOpen
      ? 'architecture is not set, which means x86'
      : `architecture is not set, which means x86, but this is ${BY[by]} ${architecture ?? 'ARM'}`,
    notes: [refusalOf(config)],
    ...choices(config),
  }
}

const BY = {
  field: 'made for',
  nothing: 'written for',
  contents: 'written for',
  folder: 'in the folder of',
  root: 'the cell of a root for',
} as const

/** What is taken to be meant comes first, and is the one repair where root or contents tell. */
function choices(config: Config) {
  const { by } = config.architectureChoice
  const { architecture: meant } = cellOf(config)
  const { stated } = config.architectureChoice
  const others = Object.values(CONSTANTS).filter(name => !stated || name !== CONSTANTS[stated])
  const names = others.toSorted((a, b) => rank(a, meant) - rank(b, meant))
  const isSure = by === 'root' || by === 'contents'
  return fixes(
    ...names.map(name =>
      fixOf(`Set .architecture to ${name}`, setField(config, 'architecture', name), isSure && rank(name, meant) === 0),
    ),
  )
}

const rank = (name: string, meant: Architecture | undefined): number => (meant && name === CONSTANTS[meant] ? 0 : 1)
