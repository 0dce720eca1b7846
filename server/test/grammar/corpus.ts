/** One case of tree-sitter's corpus format: a name, the text, and its tree as an S-expression with fields. */
export interface CorpusCase {
  readonly name: string
  readonly text: string
  readonly tree: string
}

const TITLE = /^={3,}\n(.+)\n={3,}\n\n?/m
const DIVIDER = /\n-{3,}\n/

/** The cases of one corpus file, in its order. */
export function readCorpus(file: string): CorpusCase[] {
  const [, ...parts] = file.split(TITLE)
  return pairs(parts).map(([name, body]) => {
    const [text = '', tree = ''] = body.split(DIVIDER)
    return { name, text, tree: oneLine(tree) }
  })
}

/** An S-expression without its layout, as the runtime prints it. */
export const oneLine = (tree: string): string => tree.trim().replace(/\s+/g, ' ')

const pairs = (list: readonly string[]): [string, string][] =>
  list.flatMap((first, at) => (at % 2 === 0 ? [[first, list[at + 1] ?? ''] as [string, string]] : []))
