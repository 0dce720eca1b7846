import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Desk, desk } from '../project.ts'

const home = join(import.meta.dirname, '../../../test-fixtures')

/** The bundled fixtures as a project in memory, edited where a test says so. */
export function fixtures(edits: Readonly<Record<string, (text: string) => string>> = {}): Desk {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(name => /\.(c|h|json)$/.test(name))
  return desk(
    Object.fromEntries(
      names.map(name => {
        const text = readFileSync(join(home, name), 'utf8')
        return [name, edits[name]?.(text) ?? text]
      }),
    ),
  )
}

/** The offset marked by `|` in `words`, found in a text. */
export function offsetOf(text: string, words: string): number {
  const start = text.indexOf(words.replace('|', ''))
  if (start < 0) throw new Error(`not in the text: ${words}`)
  return start + words.indexOf('|')
}
