import { readUnit } from '../c/read-unit.ts'
import type { CompileOptions, Problem, Unit } from '../c/unit.ts'
import { emitObjects } from '../c/values/emit.ts'
import { compileOptions, withBuiltins } from '../config/includes.ts'
import type { Project } from '../config/project.ts'
import { projectFileOf } from '../config/project-file.ts'
import type { SourceFile } from '../text/source-file.ts'

/** What a compiler would make of one file. */
export interface Compiled {
  readonly unit: Unit
  /** What `objcopy -O binary` would write; undefined while there are errors. */
  readonly bytes: Uint8Array | undefined
  readonly errors: readonly Problem[]
}

export function compile(
  main: SourceFile,
  { project, options }: { project: Project; options: CompileOptions },
): Compiled {
  const unit = readUnit(main, options, withBuiltins(project.lookup))
  const errors = unit.problems.filter(({ severity }) => severity === 'error')
  return { unit, errors, bytes: errors.length === 0 ? emitObjects(unit.objects) : undefined }
}

/** The options an editor would read the file with: settings, project file, the tree's headers, built-in ones. */
export function compileOptionsOf(main: SourceFile, outer: Project): CompileOptions {
  const missing = { files: new Set<string>(), folders: new Set<string>() }
  const project = { ...outer, lookup: withBuiltins(outer.lookup) }
  return compileOptions(main, project, projectFileOf(main.uri, project, missing), missing)
}
