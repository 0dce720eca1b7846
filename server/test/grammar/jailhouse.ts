import { readdirSync, readFileSync } from 'node:fs'
import { Language, Parser, Query, type Tree } from 'web-tree-sitter'
import runtime from 'web-tree-sitter/web-tree-sitter.wasm'
import grammar from '../../../grammars/tree-sitter-jailhouse/tree-sitter-jailhouse.wasm'

export const folder = new URL('../../../grammars/tree-sitter-jailhouse/', import.meta.url)

export const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

export const list = (name: string): string[] => readdirSync(new URL(name, folder)).sort()

await Parser.init({ wasmBinary: runtime, locateFile: (name: string) => name })
export const language = await Language.load(grammar)
const parser = new Parser().setLanguage(language)

/** The tree of a text, after an edit of `before` where one is given. */
export function parse(text: string, before?: Tree): Tree {
  const tree = parser.parse(text, before)
  if (!tree) throw new Error('the parser has no language')
  return tree
}

/** What a query captures in a text, in order, as `capture: text`. */
export function captures(query: string, text: string): string[] {
  const tree = parse(text)
  return new Query(language, read(query))
    .captures(tree.rootNode)
    .map(({ name, node }) => `${name}: ${node.text.replace(/\s+/g, ' ')}`)
}
