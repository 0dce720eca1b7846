import { rememberReading } from './c/raw/reading.ts'
import { readUnit } from './c/read-unit.ts'
import type { CompileOptions, Problem, Unit } from './c/unit.ts'
import { sizeOf } from './c/values/types.ts'
import { bindConfig, bindConfigs } from './config/bind.ts'
import { looksLikeConfig } from './config/choose-root.ts'
import { compileOptions, withBuiltins } from './config/includes.ts'
import type { Config } from './config/model.ts'
import { fileAt, type MissingFiles, type Project } from './config/project.ts'
import { type ProjectFile, projectFileOf } from './config/project-file.ts'
import type { Facts } from './platform/facts.ts'
import type { Gap } from './rules/rule.ts'
import { memoizeLatest } from './text/memo.ts'
import type { SourceFile } from './text/source-file.ts'
import { endless, type Time } from './text/time.ts'

/** A project with facts of machines. Opening them takes steps, so the shell does: it answers what is opened. */
export interface FactsProject extends Project {
  readonly facts?: (uri: string) => Facts | 'pending'
}

/** One question to the core: the project, what is read of it, and the files and folders that are still missing. */
export interface Query {
  readonly project: FactsProject
  readonly time: Time
  readonly missing: MissingFiles & { readonly facts: Set<string> }
  /** What could not be made, each once. */
  readonly gaps: readonly Gap[]
  unit(file: SourceFile): Unit
  bound(unit: Unit): Config | undefined
  /** What else a file holds: configurations in sections of their own. */
  others(unit: Unit): readonly Config[]
  config(uri: string): Config | undefined
  /** All configurations of a file, the one that stands for it first. */
  configs(file: SourceFile): readonly Config[]
  projectFile(file: SourceFile): ProjectFile | undefined
  /** An error of ours costs one stage of one file, and so does a lack of time: it is put among the gaps. */
  attempt<Answer>(stage: string, file: SourceFile, make: () => Answer): Answer | undefined
  /** Tells that only some were looked at of more than a bound allows. */
  leave(stage: string, file: SourceFile, bound: string): void
  /** The same as `attempt` for what takes no time, and must not be left out for lack of it. */
  guard<Answer>(stage: string, file: SourceFile, make: () => Answer): Answer | undefined
}

/** The project with the built-in headers in front. */
export function queryOf(outer: FactsProject, time: Time = outer.time ?? endless): Query {
  const project = { ...outer, lookup: withBuiltins(outer.lookup) }
  const missing = { files: new Set<string>(), folders: new Set<string>(), facts: new Set<string>() }
  const { gaps, attempt, guard, leave } = boundary(time)
  const projectFile = (file: SourceFile) =>
    guard('reading the project file', file, () => projectFileOf(file.uri, project, missing))
  const unit = (file: SourceFile): Unit => attempt('reading the file', file, () => wholeUnit(file)) ?? emptyUnit(file)
  const bound = (unit: Unit) => attempt('reading the configuration', unit.main, () => bindConfig(unit))
  const others = (unit: Unit) =>
    (unit.objects.length > 1 ? attempt('reading its sections', unit.main, () => restOf(unit)) : []) ?? []
  const wholeUnit = (file: SourceFile): Unit => {
    const options = compileOptions(file, project, projectFile(file), missing)
    const { unit: read } = readAsWritten(file, options, project)
    for (const uri of read.missing) missing.files.add(uri)
    const whole = read.missing.length === 0 && lacksFormat(read) ? withFormat(read, options, project) : read
    rememberReading(whole)
    return whole
  }
  const config = (uri: string) => {
    const file = fileAt(uri, project, missing)
    return file && bound(unit(file))
  }
  const configs = (file: SourceFile) => {
    const read = unit(file)
    const own = bound(read)
    return own ? [own, ...others(read)] : []
  }
  return { project, time, missing, gaps, unit, bound, others, config, configs, projectFile, attempt, guard, leave }
}

function restOf(unit: Unit): readonly Config[] {
  const own = bindConfig(unit)
  return bindConfigs(unit).filter(config => config !== own)
}

function boundary(time: Time): Pick<Query, 'gaps' | 'attempt' | 'guard' | 'leave'> {
  const gaps: Gap[] = []
  const add = (gap: Gap) => {
    if (!gaps.some(({ file, stage }) => file === gap.file && stage === gap.stage)) gaps.push(gap)
    return undefined
  }
  const guard: Query['guard'] = (stage, file, make) => {
    try {
      return time.measured(stage, file, make)
    } catch (error) {
      return add({ file, stage, error })
    }
  }
  return {
    gaps,
    guard,
    leave: (stage, file, bound) => add({ file, stage, bound }),
    attempt: (stage, file, make) => {
      if (time.isOver()) return add({ file, stage })
      const answer = guard(stage, file, make)
      return answer === undefined && time.isOver() ? add({ file, stage }) : answer
    },
  }
}

const emptyUnit = (main: SourceFile): Unit => ({
  main,
  files: [main],
  missing: [],
  absent: [],
  refused: [],
  includes: [],
  macros: new Map(),
  macroUses: [],
  inactive: [],
  types: new Map(),
  objects: [],
  problems: [],
})

/** The last reading of a file still holds while its options and everything it read are the same objects. */
const reader = () =>
  memoizeLatest(
    (file: SourceFile, options: CompileOptions, { lookup }: Project) => ({
      key: JSON.stringify(options),
      unit: readUnit(file, options, lookup),
    }),
    ({ key, unit }, options, project) => key === JSON.stringify(options) && stillHolds(unit, project),
  )

const readAsWritten = reader()
const readWithFormat = reader()

const stillHolds = (unit: Unit, { lookup }: Project): boolean =>
  unit.missing.length === 0 &&
  unit.files.slice(1).every(read => lookup(read.uri) === read) &&
  unit.absent.every(uri => lookup(uri) === 'absent') &&
  unit.refused.every(uri => lookup(uri) === 'refused')

/** A configuration whose includes are half-typed or commented out, so that nothing declares its structs. */
function lacksFormat({ main, types }: Unit): boolean {
  const region = types.get('struct jailhouse_memory')
  const isDeclared = types.has('__u64') && region !== undefined && 0 < sizeOf(region)
  return !isDeclared && looksLikeConfig(main)
}

const FORMAT_HEADERS: readonly string[] = ['jailhouse/types.h', 'jailhouse/cell-config.h']

/** Read as if the format's headers were included; that they are not stays the problem, and the only one it makes. */
function withFormat(read: Unit, { includeDirs, ...options }: CompileOptions, project: Project): Unit {
  const headers = FORMAT_HEADERS.flatMap(
    name => includeDirs.map(dir => dir + name).find(uri => typeof project.lookup(uri) === 'object') ?? [],
  )
  const { unit: whole } = readWithFormat(read.main, { ...options, includeDirs, forceIncludes: headers }, project)
  return { ...whole, problems: [...lackOf(read), ...whole.problems] }
}

/** What shows that the headers are lacking: an include that is not found says so itself, in either reading. */
function lackOf({ problems }: Unit): readonly Problem[] {
  if (problems.some(({ kind }) => kind === 'include-not-found')) return []
  const first = problems.find(({ severity }) => severity === 'error')
  return first ? [first] : []
}
