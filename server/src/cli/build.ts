import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Unit } from '../c/unit.ts'
import { emitSections, isTooLarge, MAX_BYTES } from '../c/values/emit.ts'
import type { RevisionChoice } from '../config/headers/choose-revision.ts'
import type { Revision } from '../config/headers/index.ts'
import { builtinChoice, withBuiltins } from '../config/includes.ts'
import type { Project, Settings } from '../config/project.ts'
import { projectFileOf } from '../config/project-file.ts'
import { positionAt, type SourceFile } from '../text/source-file.ts'
import { bounded, visible } from '../text/visible.ts'
import { type Command, type ExitCode, readArguments, UsageError } from './command.ts'
import { type Compiled, compile, compileOptionsOf } from './compile.ts'
import { Files, pathOf, pathsOf, writeFile } from './files.ts'
import { compilerHelp, compilerOptions, compilerSettings } from './options.ts'
import { styled, type Terminal } from './terminal.ts'
import { verify } from './verify.ts'

const help = `usage: jailhouse-warden build IN.c -o OUT.cell [OPTIONS]
       jailhouse-warden build --verify TREE

Writes the .cell that gcc and objcopy would make of a configuration; refuses on errors and then leaves OUT.cell alone.

  -o FILE           where to write; -o DIR/ writes one .cell for each section that attributes name
${compilerHelp}  --verify TREE     compile every configs/**/*.c of a Jailhouse tree, once with the tree's own headers and once
                    with the built-in ones, and compare with what the local gcc and objcopy make of it

A file in no tree is laid out by built-in headers, and it is said by which; where several fit and give other bytes,
nothing is written until --revision names one.

Exit status: 0 written, or all identical; 1 nothing was written, since the file has errors, or some differ; 2 not tried: an
option makes no sense, a file is not readable, or a layout or a folder for several sections has to be chosen.
`

const options = {
  ...compilerOptions,
  output: { type: 'string', short: 'o' },
  verify: { type: 'string' },
} as const

export const build: Command = {
  name: 'build',
  summary: 'compile a configuration to a .cell',
  help,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, options)
    if (values.verify !== undefined)
      return verify(resolve(terminal.cwd, values.verify), terminal, compilerSettings(values, terminal.cwd).revision)
    const [input, ...others] = positionals
    if (input === undefined || others.length > 0) throw new UsageError('build: expected one file')
    if (values.output === undefined) throw new UsageError('build: no output given (-o OUT.cell)')
    const files = new Files()
    const main = files.named(input, terminal.cwd)
    const settings = { ...compilerSettings(values, terminal.cwd), rules: {} }
    const project = files.project(settings, [main])
    const compiled = compile(main, { project, options: compileOptionsOf(main, project) })
    printErrors(compiled, terminal)
    const choice = choiceOf(main, project)
    if (choice && compiled.bytes) {
      const rivals = rivalsOf(compiled.bytes, choice, main, files, settings)
      terminal.err(layoutWords(input, choice, rivals))
      if (rivals.length > 0) return 2
    }
    const sections = compiled.bytes ? sectionsOf(compiled.unit) : undefined
    if (sections) return writeSections(input, values.output, { sections, inputs: compiled.unit.files }, terminal)
    if (!compiled.bytes || compiled.bytes.length === 0) {
      terminal.err(`${input}: no .cell was written\n`)
      return 1
    }
    writeFile(resolve(terminal.cwd, values.output), compiled.bytes, pathsOf(compiled.unit.files))
    return 0
  },
}

/** The sections that attributes name, where there are several: each holds a configuration of its own. */
function sectionsOf({ objects }: Unit): ReadonlyMap<string, Uint8Array> | undefined {
  const sections = emitSections(objects)
  return sections && 1 < sections.size ? sections : undefined
}

interface Sections {
  readonly sections: ReadonlyMap<string, Uint8Array>
  readonly inputs: readonly SourceFile[]
}

/** One .cell for each section, named by it: `.cell.uart` becomes `uart.cell`. */
function writeSections(input: string, output: string, { sections, inputs }: Sections, terminal: Terminal): ExitCode {
  const folder = resolve(terminal.cwd, output)
  if (!output.endsWith('/') && !isFolder(folder)) {
    const names = [...sections.keys()].map(visible).join(', ')
    terminal.err(
      `${input}: error: the sections ${names} hold a configuration each: -o DIR/ writes one .cell a section\n`,
    )
    return 2
  }
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of sections) {
    const file = `${name.replace(/^\.?(cell\.)?/, '').replace(/[^\w.-]/g, '_')}.cell`
    writeFile(join(folder, file), bytes, pathsOf(inputs))
  }
  return 0
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Which built-in headers served a file that stands in no tree. */
function choiceOf(main: SourceFile, outer: Project): RevisionChoice | undefined {
  const missing = { files: new Set<string>(), folders: new Set<string>() }
  const project = { ...outer, lookup: withBuiltins(outer.lookup) }
  return builtinChoice(main, project, projectFileOf(main.uri, project, missing), missing)
}

/** Layouts that fit as well as the one chosen, and would give other bytes. */
function rivalsOf(
  bytes: Uint8Array,
  { alternatives }: RevisionChoice,
  main: SourceFile,
  files: Files,
  settings: Partial<Settings>,
): readonly Revision[] {
  return alternatives.filter(revision => {
    const project = files.project({ ...settings, revision: revision.id }, [main])
    const other = compile(main, { project, options: compileOptionsOf(main, project) }).bytes
    return other !== undefined && Buffer.compare(bytes, other) !== 0
  })
}

function layoutWords(input: string, { revision, reason }: RevisionChoice, rivals: readonly Revision[]): string {
  if (rivals.length === 0)
    return `${input}: note: no cell-config.h of a tree: layout of revision ${revision.id}, since ${reason}\n`
  const names = [revision, ...rivals].map(({ id }) => id).join(', ')
  return `${input}: error: no cell-config.h of a tree, and the layouts of revisions ${names} fit alike with other bytes: choose one with --revision\n${input}: no .cell was written\n`
}

/** Nobody reads on from here; the number of the others is said. */
const MAX_PRINTED = 200

/** What gcc would say, and where nothing is wrong with the C, why there are no bytes. */
function printErrors({ unit, bytes, errors }: Compiled, terminal: Terminal): void {
  const problems = unit.problems.filter(({ severity }) => severity !== 'information')
  for (const { span: at, severity, message } of problems.slice(0, MAX_PRINTED)) {
    const { line, character } = positionAt(at.file, at.start)
    const place = `${pathOf(at.file.uri, terminal.cwd)}:${line + 1}:${character + 1}`
    terminal.err(
      `${place}: ${styled(terminal, severity === 'error' ? 'red' : 'magenta', severity)}: ${visible(bounded(message))}\n`,
    )
  }
  if (MAX_PRINTED < problems.length) terminal.err(`${problems.length - MAX_PRINTED} more\n`)
  const path = pathOf(unit.main.uri, terminal.cwd)
  if (errors.length === 0 && !bytes) terminal.err(`${path}: error: ${reasonForNone(unit)}\n`)
  if (bytes?.length === 0)
    terminal.err(
      `${path}: error: ${unit.objects.length ? 'all data is zero, so objcopy writes none' : 'no object is defined'}\n`,
    )
}

const reasonForNone = ({ objects }: Unit): string =>
  isTooLarge(objects) ? `more than ${MAX_BYTES / (1024 * 1024)} MiB of data` : 'not all values are constant'
