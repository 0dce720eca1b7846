import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readUnit } from '../../src/c/read-unit.ts'
import type { FileLookup } from '../../src/c/unit.ts'
import { bindConfig } from '../../src/config/bind.ts'
import { looksLikeConfig } from '../../src/config/choose-root.ts'
import { compileOptions, withBuiltins } from '../../src/config/includes.ts'
import type { CellConfig, Config, SystemConfig } from '../../src/config/model.ts'
import { defaultSettings, type Project } from '../../src/config/project.ts'
import type { Scenario } from '../../src/config/scenario.ts'
import type { SourceFile } from '../../src/text/source-file.ts'

/** Configurations of a folder, read from the disk. */

const project = (lookup: FileLookup): Project => ({
  lookup,
  list: () => [],
  settings: defaultSettings,
  pins: new Map(),
  known: [],
})

const files = new Map<string, SourceFile | 'absent'>()

const look: FileLookup = uri => {
  const known = files.get(uri)
  if (known) return known
  const path = uri.startsWith('file:') ? fileURLToPath(uri) : undefined
  const found = path && existsSync(path) ? { uri, text: readFileSync(path, 'utf8') } : 'absent'
  files.set(uri, found)
  return found
}

export function readConfig(path: string): Config | undefined {
  const file = look(pathToFileURL(path).href)
  if (typeof file === 'string' || !looksLikeConfig(file)) return undefined
  const options = compileOptions(file, project(look), undefined, { files: new Set(), folders: new Set() })
  return bindConfig(readUnit(file, options, withBuiltins(look)))
}

/** Every root of a folder with each cell that is named after it, or with all of its architecture where none is. */
export function scenariosIn(folder: string): readonly { readonly name: string; readonly scenario: Scenario }[] {
  const configs = readdirSync(folder)
    .filter(name => name.endsWith('.c'))
    .sort()
    .flatMap(name => {
      const config = readConfig(join(folder, name))
      return config ? [{ name: basename(name, '.c'), config }] : []
    })
  const roots = configs.filter((one): one is { name: string; config: SystemConfig } => one.config.kind === 'system')
  const cells = configs.filter((one): one is { name: string; config: CellConfig } => one.config.kind === 'cell')
  const longestRoot = (cell: string): string | undefined =>
    roots
      .map(({ name }) => name)
      .filter(name => cell.startsWith(`${name}-`))
      .sort((a, b) => b.length - a.length)[0]
  return roots.flatMap(root => {
    const own = cells.filter(({ name }) => longestRoot(name) === root.name)
    const loose = cells.filter(({ name }) => longestRoot(name) === undefined)
    return [
      { name: root.name, scenario: { root: root.config, cells: [], together: false } },
      ...[...own, ...loose].map(cell => ({
        name: `${root.name} + ${cell.name}`,
        scenario: { root: root.config, cells: [cell.config], together: false },
      })),
    ]
  })
}
