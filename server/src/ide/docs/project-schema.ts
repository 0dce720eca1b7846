import { revisionNames } from '../../config/headers/releases.ts'
import { CPU_PARANGES } from '../../config/project-file.ts'
import { catalogue } from '../../rules/catalogue.ts'
import { bandOf, SEVERITIES } from '../../rules/policy.ts'
import type { Rule } from '../../rules/rule.ts'

/** A JSON schema, as far as it is used here. */
type Schema = Readonly<Record<string, unknown>>

const list = (description: string): Schema => ({
  type: 'array',
  items: { type: 'string', minLength: 1 },
  uniqueItems: true,
  description,
})

const severity: Schema = { $ref: '#/definitions/severity' }

/** Every name a rule goes by, with the severity it has by itself. */
const ruleNames = (): Readonly<Record<string, Schema>> => {
  const bands = new Set(catalogue.map(({ code }) => bandOf(code)))
  const named = (rule: Rule): [string, Schema][] => {
    const description = `${rule.title}. By default: ${rule.severity}.`
    return [
      [rule.code, { ...severity, description }],
      [rule.id, { ...severity, description: `${rule.code}: ${description}` }],
    ]
  }
  return Object.fromEntries([
    ...[...bands].map((band): [string, Schema] => [band, { ...severity, description: `All rules ${band}.` }]),
    ...catalogue.flatMap(named),
  ])
}

const rules = (): Schema => ({
  type: 'object',
  properties: ruleNames(),
  additionalProperties: false,
  description: 'Severity of rules by code, id or band; "off" silences them. The narrowest name counts.',
})

const parange: Schema = {
  enum: CPU_PARANGES,
  description:
    'Physical address bits of the CPUs (arm64, ID_AA64MMFR0_EL1.PARange): 40 on Cortex-A35, A53 and A55, 44 on A57 and A72. By default 44.',
}

const systems: Schema = {
  type: 'array',
  description:
    'Root cells with the cells that are loaded together. A cell of a system is checked with its root and its siblings.',
  items: {
    type: 'object',
    required: ['root'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', description: 'How the system is called in messages.' },
      root: { type: 'string', minLength: 1, description: 'File of the root cell.' },
      cells: list('Files of the cells loaded together, in the order they are created.'),
      cpuParange: parange,
      platform: {
        type: ['string', 'array'],
        items: { type: 'string', minLength: 1 },
        description:
          'Facts of the machine: device trees, copies of /proc files, ACPI tables, tarballs of a collector, or folders of these. Configurations are checked against them.',
      },
      trees: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Device trees of cells by the files of the cells.',
      },
    },
  },
}

/** Revisions may be written as numbers. */
const numbers: readonly number[] = revisionNames.filter(name => /^\d+$/.test(name)).map(Number)

/** `schemas/jailhouse.schema.json`: what may stand in `jailhouse.json`. Paths count from its folder. */
export const projectSchema = (): Schema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Project file of Jailhouse Warden',
  description:
    'Which cells belong together, how they are compiled, and which findings count. Paths count from the folder of this file.',
  type: 'object',
  additionalProperties: false,
  allowComments: true,
  definitions: { severity: { enum: SEVERITIES } },
  properties: {
    $schema: { type: 'string' },
    systems,
    includePaths: list('Folders to look for headers in (-I).'),
    forceIncludes: list('Files read before each configuration (-include).'),
    defines: {
      type: 'object',
      additionalProperties: { type: ['string', 'number'] },
      description: 'Macros given to the compiler (-D), CONFIG_* above all.',
    },
    rules: rules(),
    baseline: {
      type: 'string',
      minLength: 1,
      description:
        'A list of known findings, written by "jailhouse-warden check --write-baseline"; they are not shown.',
    },
    cpuParange: parange,
    revision: {
      enum: [...revisionNames, ...numbers],
      description:
        'Release of Jailhouse or revision of the configuration format whose built-in headers serve where a tree has no cell-config.h. By default what the files and compiled cells beside them tell.',
    },
  },
})

export const projectSchemaText = (): string => `${JSON.stringify(projectSchema(), null, 2)}\n`
