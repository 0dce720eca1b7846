import type { Project } from '../../src/config/project.ts'
import { type Assessment, assess, withEdits } from '../../src/repair/trial.ts'
import { applyEdits, type Edit } from '../../src/text/source-file.ts'

/** What is done to a good text. */
export type Spoil = (text: string) => string

const ONE_LINE = /\{\n\s*(\.(?:phys_start|virt_start|type|address)[^{}]*?)\n\s*\}/g
const FIRST_ELEMENT = /(\.mem_regions = \{\n(?:.*\n)*?)(\t\t\/\* control module[^{]*\{[^}]*\},\n)/

/** The first is good: what is not offered there would be tried nowhere. */
export const BAD_INPUTS: Readonly<Record<string, Spoil>> = {
  'good input': text => text,
  'lines that end as on Windows': text => text.replaceAll('\n', '\r\n'),
  'lines indented by blanks': text => text.replaceAll('\t', '  '),
  'initializers on one line': text =>
    text.replace(ONE_LINE, (_, fields: string) => `{ ${fields.replace(/\s*\n\s*/g, ' ')} }`),
  'no comma at the end of lists': text => text.replace(/,(\n\t+\})/g, '$1'),
  'an element that a macro makes': text =>
    text
      .replace(
        'struct {',
        `#define CONTROL(at, words) { .phys_start = at, .virt_start = at, .size = 0x20000, .flags = words }\n\nstruct {`,
      )
      .replace(
        FIRST_ELEMENT,
        (_, before: string, element: string) =>
          `${before}\t\tCONTROL(0x00100000, ${/\.flags = ([^,]*),/.exec(element)![1]}),\n`,
      ),
  'a conditional inside a list': text => text.replace(FIRST_ELEMENT, '$1#ifndef WITHOUT_CONTROL\n$2#endif\n'),
  'a conditional whose branches differ': text => text.replace(FIRST_ELEMENT, '$1#ifdef NOWHERE\n$2$2#else\n$2#endif\n'),
  'an array as long as a macro says': text =>
    text
      .replace('struct {', '#define REGIONS 18\n#define LINUX_REGIONS 11\n\nstruct {')
      .replace('mem_regions[18]', 'mem_regions[REGIONS]')
      .replace('mem_regions[11]', 'mem_regions[LINUX_REGIONS]'),
  'a field half typed': text => text.replace('.size = 0x20000,', '.size = 0x20000,\n\t\t\t.fla'),
  'a value half typed': text => text.replace('.size = 0x20000,', '.size = 0x20000 |'),
  'an element half typed': text => text.replace('\t\t/* control', '\t\t{ .phys\n\t\t/* control'),
  'a bracket left open': text => text.replace('.irqchips = {', '.irqchips = {{'),
  'a comment left open': text => text.replace('/* control module', '/* control /* module').replace('*/ {', '{'),
  'half of a file': text => text.slice(0, text.indexOf('.size = 0x20000')),
}

/** How many errors and warnings of each rule are in each file. */
function complaints({ findings }: Assessment): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { rule, span, severity } of findings) {
    const name = `${rule.code} ${span.file.uri}`
    if (severity === 'error' || severity === 'warning') counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** What is worse with some edits than without. */
export function worse(project: Project, edits: readonly Edit[]): readonly string[] {
  const uris = project.known.map(({ uri }) => uri)
  const [before, after] = [assess(uris, project), assess(uris, withEdits(project, edits))]
  const old = complaints(before)
  const more = [...complaints(after)].filter(([name, count]) => (old.get(name) ?? 0) < count)
  const broken = [...before.compiled].filter(uri => !after.compiled.has(uri))
  return [
    ...more.map(([name, count]) => `${name}: ${count} instead of ${old.get(name) ?? 0}`),
    ...broken.map(uri => `${uri} no longer compiles`),
    ...project.known.flatMap(file => {
      const own = edits.filter(({ span }) => span.file === file)
      return own.length > 0 ? layoutFaults(file.text, applyEdits(file, own)) : []
    }),
  ]
}

function layoutFaults(before: string, after: string): readonly string[] {
  const has = (text: string, pattern: RegExp) => pattern.test(text)
  return [
    [/(?<!\r)\n/, 'a line that ends as on Unix'],
    [/\r/, 'a line that ends as on Windows'],
    [/^\t/m, 'a tab'],
    [/^ +[^ *]/m, 'a line indented by blanks'],
    [/[^\S\r\n]$/m, 'blanks at the end of a line'],
  ].flatMap(([pattern, words]) =>
    !has(before, pattern as RegExp) && has(after, pattern as RegExp) ? [String(words)] : [],
  )
}
