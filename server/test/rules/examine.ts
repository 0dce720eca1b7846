import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import type { Unit } from '../../src/c/unit.ts'
import { emitObjects } from '../../src/c/values/emit.ts'
import { sizeOf } from '../../src/c/values/types.ts'
import type { Value } from '../../src/c/values/value.ts'
import { bindConfig } from '../../src/config/bind.ts'
import { chooseRoot } from '../../src/config/choose-root.ts'
import { compileOptions, withBuiltins } from '../../src/config/includes.ts'
import { type Config, cellOf } from '../../src/config/model.ts'
import { defaultSettings, type Project } from '../../src/config/project.ts'
import { scenarioOf } from '../../src/config/scenario.ts'
import { boot, type Machine } from '../../src/machine/machine.ts'
import type { Facts } from '../../src/platform/facts.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'
import { loadTreeGrammar } from '../../src/platform/tree/grammar.ts'
import type { Finding, Fix } from '../../src/rules/rule.ts'
import { runRules, type Subjects } from '../../src/rules/run-rules.ts'
import { asText, type BinaryFile } from '../../src/text/binary-file.ts'
import { applyEdits, type SourceFile } from '../../src/text/source-file.ts'
import { nameOf } from '../../src/text/uri.ts'
import type { ExampleFile } from './page.ts'

await loadGrammar()
await loadTreeGrammar()

const FOLDER = 'file:///board/'

/** An inmate's file is found by its root's name. */
const uriOf = (name: string): string => FOLDER + (name.startsWith('root') ? name : `root-${name}`)

/** What lies beside the files of an example. */
const project: Project = {
  lookup: () => 'absent',
  list: () => [],
  settings: defaultSettings,
  pins: new Map(),
  known: [],
}

const unitOf = (file: SourceFile): Unit =>
  readUnit(
    file,
    compileOptions(file, project, undefined, { files: new Set(), folders: new Set() }),
    withBuiltins(project.lookup),
  )

/** The configuration in one file of an example, if it has one. */
export const configIn = ({ name, text }: Pick<ExampleFile, 'name' | 'text'>): Config | undefined =>
  name.endsWith('.c') ? bindConfig(unitOf({ uri: uriOf(name), text })) : undefined

export interface Examined {
  readonly files: ReadonlyMap<string, SourceFile>
  readonly findings: readonly Finding[]
  readonly configs: readonly Config[]
  /** What the hypervisor makes of root and cells. */
  readonly machine: Machine | undefined
  readonly values: ReadonlyMap<string, Value | undefined>
  /** What the files are as `.cell`; undefined where no compiler would make one. */
  readonly bytes: ReadonlyMap<string, Uint8Array | undefined>
}

/** The whole pipe over some texts: what each of them shows in an editor. */
export function examine(examples: readonly Pick<ExampleFile, 'name' | 'text'>[]): Examined {
  const sources = examples.filter(({ name }) => name.endsWith('.c'))
  const facts = examples.filter(({ name }) => !name.endsWith('.c')).map(factFile)
  const files = new Map([
    ...sources.map(({ name, text }): [string, SourceFile] => [name, { uri: uriOf(name), text }]),
    ...facts.map((file): [string, SourceFile] => [nameOf(file.uri), asText(file)]),
  ])
  const mains = sources.flatMap(({ name }) => files.get(name) ?? [])
  const units = mains.map(unitOf)
  const configs = units.map(bindConfig)
  const root = configs.find(config => config?.kind === 'system')
  const cells = configs.filter(config => config?.kind === 'cell')
  const scenario = root && scenarioOf(root, cells)
  const platform = facts.length > 0 ? readPlatform(factsOf(facts)) : undefined
  const simulations = scenario ? [{ scenario, machine: boot(scenario), ...(platform && { platform }) }] : []
  const findings = units.flatMap((unit, i) =>
    runRules(subjectsOf(unit, configs[i], configs, simulations)).filter(
      ({ span }) => span.file === unit.main || (i === 0 && !mains.includes(span.file)),
    ),
  )
  const values = new Map(sources.map(({ name }, i) => [name, configs[i] && cellOf(configs[i]).whole]))
  const bytes = new Map(sources.map(({ name }, i) => [name, emitObjects(units[i]?.objects ?? [])]))
  return {
    files,
    findings,
    configs: configs.filter(config => config !== undefined),
    values,
    bytes,
    machine: simulations[0]?.machine,
  }
}

const factFile = ({ name, text }: Pick<ExampleFile, 'name' | 'text'>): BinaryFile => ({
  uri: `${FOLDER}${name}`,
  bytes: new TextEncoder().encode(text),
})

const factsOf = (files: readonly BinaryFile[]): Facts => ({
  uri: FOLDER,
  name: 'facts',
  members: files.map(file => ({ file, name: nameOf(file.uri) })),
  problems: [],
})

/** A comment may choose another file of the example as root, or none of them. */
function subjectsOf(
  unit: Unit,
  config: Config | undefined,
  configs: readonly (Config | undefined)[],
  simulations: Subjects['simulations'],
): Subjects {
  const missing = { files: new Set<string>(), folders: new Set<string>() }
  const root = config?.kind === 'cell' ? chooseRoot(unit.main, project, missing) : undefined
  const chosen = root && configs.find(each => each?.file.uri === root.uri)
  return { unit, config, root, chosen, simulations: root && chosen?.kind !== 'system' ? [] : simulations }
}

/** The texts after a fix, under the names of their files. */
export const after = ({ files }: Examined, fix: Fix): readonly { name: string; text: string }[] =>
  [...files].map(([name, file]) => ({ name, text: applyEdits(file, fix.edits) }))

/** The fields in which two objects differ; an array of another length is named as a whole: `mem_regions[]`. */
export function differences(before: Value | undefined, now: Value | undefined, path = ''): readonly string[] {
  if (before?.kind === 'int' && now?.kind === 'int') return before.value === now.value ? [] : [path]
  if (before?.kind === 'struct' && now?.kind === 'struct') {
    const names = new Set([...before.fields.keys(), ...now.fields.keys()])
    return [...names].flatMap(name =>
      differences(before.fields.get(name)?.value, now.fields.get(name)?.value, path ? `${path}.${name}` : name),
    )
  }
  if (before?.kind === 'array' && now?.kind === 'array') {
    if (before.items.length !== now.items.length) return [`${path}[]`]
    return before.items.flatMap((item, index) => differences(item, now.items[index], `${path}[${index}]`))
  }
  return [path]
}

/** The bytes of a `.cell` without those of some fields; `value`, or the value it becomes, says where these lie. */
export function bytesWithout(
  bytes: Uint8Array,
  value: Value | undefined,
  other: Value | undefined,
  paths: readonly string[],
): readonly number[] {
  const extents = paths.flatMap(path => extentOf(value, path) ?? extentOf(other, path) ?? [])
  return [...bytes].filter((_, at) => !extents.some(({ start, end }) => start <= at && at < end))
}

/** Where a field lies in its object: `mem_regions[3].flags`, `mem_regions[]` for the whole array. */
function extentOf(
  value: Value | undefined,
  path: string,
): { readonly start: number; readonly end: number } | undefined {
  let start = 0
  let inner = value
  for (const step of path.split(/[.[\]]+/).filter(Boolean)) {
    if (inner?.kind === 'array') {
      start += Number(step) * sizeOf(inner.type.element)
      inner = inner.items[Number(step)]
    } else {
      const field = inner?.kind === 'struct' ? inner.fields.get(step) : undefined
      start += field?.member.offset ?? 0
      inner = field?.value
    }
  }
  return inner && { start, end: start + sizeOf(inner.type) }
}

/** The simulated hypervisor refuses a command and no error says so. */
export const isRefusedInSilence = ({ machine, findings }: Examined): boolean =>
  (machine?.stages.some(({ outcome }) => outcome.kind !== 'done') ?? false) &&
  findings.every(({ severity }) => severity !== 'error')
