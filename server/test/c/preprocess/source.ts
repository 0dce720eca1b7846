import { type Preprocessed, preprocess } from '../../../src/c/preprocess/preprocess.ts'
import type { Token } from '../../../src/c/token.ts'
import type { CompileOptions, FileLookup } from '../../../src/c/unit.ts'
import type { Origin } from '../../../src/text/origin.ts'
import { type SourceFile, type Span, textOf } from '../../../src/text/source-file.ts'

export const folder = 'file:///board/'

export interface Setting extends Partial<CompileOptions> {
  /** Texts of other files by their path below the folder. */
  readonly files?: Readonly<Record<string, string>>
  /** Paths nobody has looked for yet. */
  readonly pending?: readonly string[]
}

/** Preprocesses a text as `main.c` beside the other files. */
export function run(text: string, { files = {}, pending = [], ...options }: Setting = {}): Preprocessed {
  const known = new Map<string, SourceFile>()
  for (const [path, content] of Object.entries(files)) known.set(folder + path, { uri: folder + path, text: content })
  const lookup: FileLookup = uri =>
    known.get(uri) ?? (pending.some(path => folder + path === uri) ? 'pending' : 'absent')
  const main = { uri: `${folder}main.c`, text }
  return preprocess(main, { includeDirs: [], defines: {}, forceIncludes: [], ...options }, lookup)
}

/** Tokens as one line of text, blanks where C sees any. */
export const spelled = (tokens: readonly Token[]): string =>
  tokens.map(({ text, spaceBefore }, index) => (index > 0 && spaceBefore ? ` ${text}` : text)).join('')

export const expanded = (text: string, setting?: Setting): string => spelled(run(text, setting).tokens)

/** Problems as `severity kind: message` and the text they point at. */
export const problemsOf = ({ problems }: Preprocessed): string[] =>
  problems.map(({ severity, kind, message, span: at }) => `${severity} ${kind}: ${message} @ ${textOf(at)}`)

/** The history of a token, innermost first: what is spelled, then the uses it came through. */
export const history = (origin: Origin): string[] => [
  `${nameOf(origin.spelled)}:${textOf(origin.spelled)}`,
  ...(origin.expandedAt ? history(origin.expandedAt) : []),
]

const nameOf = ({ file }: Span): string => file.uri.replace(folder, '')
