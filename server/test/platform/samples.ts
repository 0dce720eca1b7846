import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFacts } from '../../src/cli/facts-files.ts'
import type { Platform } from '../../src/platform/model.ts'
import { readPlatform } from '../../src/platform/read-platform.ts'

/** Cases and tarballs that lie beside a checkout; tests say how many they found, and have small ones of their own. */
const SHARED = [
  join(import.meta.dirname, '../../../../shared/spec'),
  join(import.meta.dirname, '../../../../../shared/spec'),
].find(existsSync)

const within = (name: string): string | undefined => SHARED && join(SHARED, name)

const entriesOf = (folder: string | undefined): readonly string[] =>
  folder && existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : []

export const tarballs = entriesOf(within('platform-samples')).filter(path => path.endsWith('.tar'))
export const caseFolders = entriesOf(within('platform-cases')).filter(path => existsSync(join(path, 'expected.json')))

/** The bytes of all small files of facts among the cases. */
export const caseFacts = caseFolders.flatMap(folder =>
  entriesOf(folder)
    .filter(path => /\.(dtb|dts|txt)$/.test(path))
    .map(path => ({ path, bytes: new Uint8Array(readFileSync(path)) })),
)

export async function platformOf(...paths: readonly string[]): Promise<Platform> {
  const [first, ...rest] = await Promise.all(paths.map(path => readFacts(path)))
  if (!first) throw new Error('no facts')
  return readPlatform(first, ...rest)
}
