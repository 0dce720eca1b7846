import type { SourceFile } from '../text/source-file.ts'
import type { LexedFile } from './lex.ts'
import type { CompileOptions, Look } from './unit.ts'

/**
 * The `#include` lines a file begins with, as a file of their own. What they bring is the bulk of a unit, and the same
 * for every version of the file that begins alike.
 */
export interface Head {
  readonly file: SourceFile
  /** How many directives of the whole file it holds. */
  readonly directives: number
}

/** The head of a file; undefined when nothing is read before its first own line, or where that is cannot be told. */
export function headOf(main: LexedFile, { forceIncludes }: CompileOptions): Head | undefined {
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

/** So many readings are remembered, the ones used last. */
const KEPT = 64

/** Remembers readings as long as every look they took still answers the same. */
export function perLooks<Out>(
  read: (file: SourceFile, options: CompileOptions, look: Look) => Out,
): (file: SourceFile, options: CompileOptions, look: Look) => Out {
  interface Reading {
    readonly asked: ReadonlyMap<string, ReturnType<Look>>
    readonly result: Out
  }
  const readings = new Map<string, Reading>()
  const readNow = (file: SourceFile, options: CompileOptions, look: Look): Reading => {
    const asked = new Map<string, ReturnType<Look>>()
    const asking: Look = uri => {
      const answer = asked.get(uri) ?? look(uri)
      asked.set(uri, answer)
      return answer
    }
    return { asked, result: read(file, options, asking) }
  }
  return (file, options, look) => {
    const key = JSON.stringify([file.uri, file.text, options.includeDirs, options.defines, options.forceIncludes])
    const known = readings.get(key)
    const reading = known && stillHolds(known.asked, look) ? known : readNow(file, options, look)
    readings.delete(key)
    readings.set(key, reading)
    if (KEPT < readings.size) readings.delete(readings.keys().next().value!)
    return reading.result
  }
}

function stillHolds(asked: ReadonlyMap<string, ReturnType<Look>>, look: Look): boolean {
  for (const [uri, answer] of asked) if (look(uri) !== answer) return false
  return true
}
