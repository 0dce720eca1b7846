import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Desk, desk } from '../project.ts'

const home = join(import.meta.dirname, '../../../test-fixtures')

/** The bundled fixtures as a project in memory, edited where a test says so. */
export function fixtures(edits: Readonly<Record<string, (text: string) => string>> = {}): Desk {
  return desk(Object.fromEntries([...texts].map(([name, text]) => [name, edits[name]?.(text) ?? text])))
}

const texts: ReadonlyMap<string, string> = new Map(
  readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(c|h|json)$/.test(name))
    .map(name => [name, readFileSync(join(home, name), 'utf8')]),
)

export const fixtureNames: readonly string[] = [...texts.keys()].filter(name => name.endsWith('.c'))

/** The offset marked by `|` in `words`, found in a text. */
export function offsetOf(text: string, words: string): number {
  const start = text.indexOf(words.replace('|', ''))
  if (start < 0) throw new Error(`not in the text: ${words}`)
  return start + words.indexOf('|')
}
