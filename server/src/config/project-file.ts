import { perVersion } from '../text/per-version.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { folderOf, foldersAbove, joinUri } from '../text/uri.ts'
import { fileAt, type Project, type Wanted } from './project.ts'

export const PROJECT_FILE = 'jailhouse.json'

/** A root and the cells that are loaded together with it. */
export interface System {
  readonly name: string
  /** URIs. */
  readonly root: string
  readonly cells: readonly string[]
}

/** `jailhouse.json`, with names resolved to URIs against its own folder. */
export interface ProjectFile {
  readonly file: SourceFile
  readonly systems: readonly System[]
  readonly includePaths: readonly string[]
  readonly forceIncludes: readonly string[]
  readonly defines: Readonly<Record<string, string>>
  readonly rules: Readonly<Record<string, string>>
  readonly problems: readonly { readonly at: Span; readonly message: string }[]
}

/** The nearest `jailhouse.json` above a file. */
export function projectFileOf(uri: string, project: Project, wanted: Wanted): ProjectFile | undefined {
  for (const folder of foldersAbove(uri)) {
    const file = fileAt(`${folder}${PROJECT_FILE}`, project, wanted)
    if (file) return readProjectFile(file)
  }
  return undefined
}

/** Reads what is well formed, and says what is not. */
export const readProjectFile = perVersion((file: SourceFile): ProjectFile => {
  const problems: { at: Span; message: string }[] = []
  const complain = (message: string) => problems.push({ at: { file, start: 0, end: file.text.length }, message })
  const folder = folderOf(file.uri)
  const top = record(parsed(file.text, complain))
  const uris = (value: unknown, name: string) => strings(value, name, complain).map(path => joinUri(folder, path))
  return {
    file,
    systems: list(top.systems, 'systems', complain).flatMap((item, index) => {
      const system = record(item)
      if (typeof system.root !== 'string') {
        complain(`systems[${index}] names no "root"`)
        return []
      }
      const name = typeof system.name === 'string' ? system.name : system.root
      return [{ name, root: joinUri(folder, system.root), cells: uris(system.cells, `systems[${index}].cells`) }]
    }),
    includePaths: uris(top.includePaths, 'includePaths'),
    forceIncludes: uris(top.forceIncludes, 'forceIncludes'),
    defines: texts(top.defines, 'defines', complain),
    rules: texts(top.rules, 'rules', complain),
    problems,
  }
})

type Complain = (message: string) => void

function parsed(text: string, complain: Complain): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    complain(`${PROJECT_FILE} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`)
    return {}
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

function list(value: unknown, name: string, complain: Complain): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  complain(`"${name}" is not a list`)
  return []
}

function strings(value: unknown, name: string, complain: Complain): readonly string[] {
  const items = list(value, name, complain)
  if (items.some(item => typeof item !== 'string')) complain(`"${name}" holds something that is not a string`)
  return items.filter(item => typeof item === 'string')
}

function texts(value: unknown, name: string, complain: Complain): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value))
  for (const [key, item] of entries)
    if (typeof item !== 'string' && typeof item !== 'number') complain(`"${name}.${key}" is not a string`)
  return Object.fromEntries(
    entries.filter(([, item]) => typeof item === 'string' || typeof item === 'number').map(([k, v]) => [k, String(v)]),
  )
}
