import type { Settings } from '../config/project.ts'
import { CPU_PARANGES } from '../config/project-file.ts'
import { DEFAULT_HINTS, HINT_KINDS, type HintKind } from '../ide/inlay-hints.ts'
import { LENS_KINDS, type LensKind } from '../ide/lenses.ts'
import { canonicalUri, joinUri } from '../text/uri.ts'

/** The section of the editor's configuration; the same names stand in `initializationOptions.settings`. */
export const SECTION = 'jailhouseWarden'

/** What the user set, with paths resolved to URIs. */
export interface UserSettings {
  readonly core: Settings
  /** The root chosen by hand for a cell, by the cell's URI. */
  readonly pins: ReadonlyMap<string, string>
  readonly inlayHints: ReadonlySet<HintKind>
  readonly codeLens: ReadonlySet<LensKind>
}

/** Reads what is well formed and ignores the rest. Relative paths count from `base`, the workspace's folder. */
function readSettings(given: unknown, base: string | undefined): UserSettings {
  const top = record(given)
  const uris = (value: unknown) => strings(value).flatMap(path => resolved(path, base))
  return {
    core: {
      includePaths: uris(top.includePaths),
      defines: stringRecord(top.defines),
      forceIncludes: uris(top.forceIncludes),
      rules: stringRecord(top.rules),
      ...(CPU_PARANGES.some(bits => bits === top.cpuParange) && { cpuParange: top.cpuParange as number }),
      ...(typeof top.revision === 'string' && top.revision !== '' && { revision: top.revision }),
    },
    pins: new Map(
      Object.entries(stringRecord(top.roots)).flatMap(([cell, root]) =>
        resolved(cell, base).flatMap(from => resolved(root, base).map((to): [string, string] => [from, to])),
      ),
    ),
    inlayHints: kinds(top.inlayHints, HINT_KINDS, DEFAULT_HINTS),
    codeLens: kinds(top.codeLens, LENS_KINDS),
  }
}

/** A URI, an absolute path of either kind of system, or a path from the workspace's folder. */
function resolved(path: string, base: string | undefined): readonly string[] {
  if (/^[a-z][\w+.-]+:/i.test(path)) return [canonicalUri(path)]
  if (base === undefined) return []
  const fromFolder = path.replaceAll('\\', '/').replace(/^\$\{workspaceFolder\}\/?/, './')
  return [
    canonicalUri(
      joinUri(
        base,
        fromFolder.replace(/^[a-z]:\//i, drive => `/${drive}`),
      ),
    ),
  ]
}

/** The kinds that are listed; without a list those that are on by themselves. `false` is none. */
function kinds<Kind extends string>(given: unknown, all: readonly Kind[], usual = all): ReadonlySet<Kind> {
  if (given === false) return new Set()
  return new Set(Array.isArray(given) ? all.filter(kind => given.includes(kind)) : usual)
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

const stringRecord = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(record(value)).flatMap(([key, item]) =>
      typeof item === 'string' || typeof item === 'number' ? [[key, String(item)]] : [],
    ),
  )

/** What the user set: for each workspace folder, and for the files outside of all of them. */
export interface FolderSettings {
  of(uri: string): UserSettings
  readonly all: readonly UserSettings[]
  /** Roots chosen by hand, in whichever folder. */
  readonly pins: ReadonlyMap<string, string>
}

/** A folder's URI with a slash at its end. */
export const folderUri = (uri: string): string => `${canonicalUri(uri).replace(/\/$/, '')}/`

/**
 * `given` counts everywhere, but in the folders that have settings of their own. Relative paths count from their folder;
 * outside of all folders from the first, or else from `base`.
 */
export function readFolderSettings(
  folders: readonly string[],
  base: string | undefined,
  given: unknown,
  own: ReadonlyMap<string, unknown> = new Map(),
): FolderSettings {
  const outside = readSettings(given, folders[0] ?? base)
  const inside = folders
    .toSorted((a, b) => b.length - a.length)
    .map(folder => ({ folder, settings: readSettings(own.get(folder) ?? given, folder) }))
  const all = [outside, ...inside.map(({ settings }) => settings)]
  return {
    all,
    of: uri => inside.find(({ folder }) => uri.startsWith(folder))?.settings ?? outside,
    pins: new Map(all.flatMap(({ pins }) => [...pins])),
  }
}
