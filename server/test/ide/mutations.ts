import type { Analysis } from '../../src/analyze.ts'
import { lexFile } from '../../src/c/preprocess/lex.ts'
import type { Unit } from '../../src/c/unit.ts'
import type { Value } from '../../src/c/values/value.ts'
import type { Project } from '../../src/config/project.ts'
import { completions } from '../../src/ide/completion/index.ts'
import { signatureAt } from '../../src/ide/completion/signature.ts'
import { hover } from '../../src/ide/hover/index.ts'
import { HINT_KINDS, inlayHints } from '../../src/ide/inlay-hints.ts'
import { LENS_KINDS, lenses } from '../../src/ide/lenses.ts'
import { definitions } from '../../src/ide/navigation/definitions.ts'
import { folds, selections } from '../../src/ide/navigation/folding.ts'
import { references } from '../../src/ide/navigation/references.ts'
import { symbols } from '../../src/ide/navigation/symbols.ts'
import { refactorings } from '../../src/ide/refactor/index.ts'
import { semanticTokens } from '../../src/ide/semantic-tokens.ts'
import { memoize } from '../../src/text/memo.ts'
import { primarySpan } from '../../src/text/origin.ts'
import { lineStarts, type SourceFile } from '../../src/text/source-file.ts'

/** What a person does to a file while typing: `[start, end)` becomes `text`. */
export interface Mutation {
  readonly kind: 'token' | 'line' | 'truncate' | 'junk'
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What falls onto a keyboard, or out of a clipboard. */
export const JUNK: readonly string[] = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ',',
  ';',
  '.',
  '=',
  '"',
  "'",
  '#',
  '\\',
  '|',
  '/*',
  '*/',
  '//',
  '0x',
  '<<',
  '@',
  '\0',
  '\u{1f600}',
  '.phys_start = ',
  'JAILHOUSE_MEM_',
  '#if',
  '#ifdef X\n',
  '#define X {',
  '#include "',
  '\n\n}\n',
  '{ { {',
  '} } }',
  'struct ',
  'config',
]

/** Every token and every line once taken out, the text cut at every offset, and every junk at every token's border. */
export function* mutationsOf(file: SourceFile): Iterable<Mutation> {
  const { tokens } = lexFile(file)
  for (const { origin } of tokens) yield { kind: 'token', ...rangeOf(origin.spelled), text: '' }
  const starts = lineStarts(file)
  for (const [i, start] of starts.entries())
    yield { kind: 'line', start, end: starts[i + 1] ?? file.text.length, text: '' }
  for (let start = 0; start < file.text.length; start++)
    yield { kind: 'truncate', start, end: file.text.length, text: '' }
  for (const { origin } of tokens)
    for (const text of JUNK) yield { kind: 'junk', start: origin.spelled.start, end: origin.spelled.start, text }
}

const rangeOf = ({ start, end }: { readonly start: number; readonly end: number }) => ({ start, end })

export const mutated = (file: SourceFile, { start, end, text }: Mutation): SourceFile => ({
  uri: file.uri,
  text: file.text.slice(0, start) + text + file.text.slice(end),
})

/** Of the regions a mutation does not touch, how many are still evaluated to the same and say something on hover. */
export function survivors(before: Analysis, after: Analysis, mutation: Mutation) {
  const shift = mutation.text.length - (mutation.end - mutation.start)
  const untouched = regionsOf(before.unit).filter(({ start, end }) => end < mutation.start || mutation.end < start)
  const there = new Set(regionsOf(after.unit).map(each => `${each.start} ${each.words}`))
  const kept = untouched.filter(each => {
    const start = each.start < mutation.start ? each.start : each.start + shift
    return there.has(`${start} ${each.words}`) && hover(after, start + 1) !== undefined
  })
  return { untouched: untouched.length, kept: kept.length }
}

interface Written {
  readonly start: number
  readonly end: number
  /** Its four numbers. */
  readonly words: string
}

/** Every region that is written in the file itself and whose fields have values, counted or not. */
const regionsOf = memoize((unit: Unit): readonly Written[] =>
  unit.objects.flatMap(({ value }) => [...regionsIn(value, unit.main)]),
)

function* regionsIn(value: Value, file: SourceFile): Iterable<Written> {
  if (value.kind === 'array') for (const item of value.items) yield* regionsIn(item, file)
  if (value.kind !== 'struct') return
  const at = value.origin && primarySpan(value.origin)
  const fields = [...value.fields.values()].map(field => field.value)
  if (value.type.tag !== 'jailhouse_memory') for (const field of fields) yield* regionsIn(field, file)
  else if (at?.file === file && fields.every(({ kind }) => kind === 'int'))
    yield { start: at.start, end: at.end, words: fields.map(field => (field.kind === 'int' ? field.value : '')).join() }
}

/** Asks every feature about an offset and about the whole file: none may throw. */
export function askEverything(analysis: Analysis, offset: number, project: Project): void {
  const { main } = analysis.unit
  const all = { file: main, start: 0, end: main.text.length }
  for (const ask of [hover, definitions, references, refactorings, selections, signatureAt]) ask(analysis, offset)
  completions(analysis, offset, project)
  for (const ask of [folds, symbols, semanticTokens]) ask(analysis)
  inlayHints(analysis, new Set(HINT_KINDS), all)
  lenses(analysis, new Set(LENS_KINDS))
}
