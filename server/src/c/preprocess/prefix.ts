import { Recent } from '../../text/memo.ts'
import type { SourceFile } from '../../text/source-file.ts'
import type { CompileOptions, FileLookup } from '../unit.ts'
import type { LexedFile } from './lex.ts'

/**
 * The `#include` lines a file begins with, as a file of their own. What they bring is the bulk of a unit, and the same
 * for every version of the file that begins alike.
 */
export interface Prefix {
  readonly file: SourceFile
  /** How many directives of the whole file it holds. */
  readonly directives: number
}

/** The head of a file; undefined when nothing is read before its first own line, or where that begins is unknown. */
export function prefixOf(main: LexedFile, { forceIncludes }: CompileOptions): Prefix | undefined {
  const { file, directives, openComments } = main
  if (openComments.length) return undefined
  let count = 0
  let tokens = 0
  let end = 0
  for (const { name, first, end: after, nextLine, tokens: words } of directives) {
    if (first !== tokens || !/^include(_next)?$/.test(name) || words[0]?.kind !== 'string') break
    count++
    tokens = after
    end = nextLine
  }
  if (count === 0 && forceIncludes.length === 0) return undefined
  return { file: { uri: file.uri, text: file.text.slice(0, end) }, directives: count }
}

/** Readings remembered, the ones used last. */
const MAX_RECORDS = 32

/** Remembers readings as long as every look they took still answers the same. */
export function memoizeByLookups<Out>(
  read: (file: SourceFile, options: CompileOptions, lookup: FileLookup) => Out,
): (file: SourceFile, options: CompileOptions, lookup: FileLookup) => Out {
  interface LookupRecord {
    readonly answers: ReadonlyMap<string, ReturnType<FileLookup>>
    readonly result: Out
  }
  const records = new Recent<LookupRecord>(MAX_RECORDS)
  const record = (file: SourceFile, options: CompileOptions, lookup: FileLookup): LookupRecord => {
    const answers = new Map<string, ReturnType<FileLookup>>()
    const recording: FileLookup = uri => {
      const answer = answers.get(uri) ?? lookup(uri)
      answers.set(uri, answer)
      return answer
    }
    return { answers, result: read(file, options, recording) }
  }
  return (file, options, lookup) => {
    const { includeDirs, defines, forceIncludes, dialect } = options
    const key = JSON.stringify([file.uri, file.text, includeDirs, defines, forceIncludes, dialect])
    const known = records.get(key)
    const found = known && stillHolds(known.answers, lookup) ? known : record(file, options, lookup)
    if (found !== known) records.set(key, found)
    return found.result
  }
}

function stillHolds(answers: ReadonlyMap<string, ReturnType<FileLookup>>, lookup: FileLookup): boolean {
  for (const [uri, answer] of answers) if (lookup(uri) !== answer) return false
  return true
}
