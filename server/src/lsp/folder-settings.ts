import { canonicalUri } from '../text/uri.ts'
import { readSettings, type UserSettings } from './settings.ts'

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
