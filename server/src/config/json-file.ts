import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser/lib/esm/main.js'
import type { SourceFile, Span } from '../text/source-file.ts'

/** A value of a JSON file with its place. */
export interface JsonNode {
  readonly span: Span
  /** Of strings, numbers, `true`, `false` and `null`. */
  readonly value?: string | number | boolean | null
  readonly items?: readonly JsonNode[]
  readonly members?: readonly { readonly name: string; readonly nameSpan: Span; readonly node: JsonNode }[]
}

/** What a JSON file holds, as far as it is JSON. Comments are allowed, trailing commas are not. */
export function readJson(file: SourceFile): {
  readonly top: JsonNode | undefined
  readonly problems: { span: Span; message: string }[]
} {
  const refused = (at: number, what: string) => ({
    top: undefined,
    problems: [{ span: { file, start: at, end: at + 1 }, message: `${what}; the file is ignored` }],
  })
  if (MAX_LENGTH < file.text.length) return refused(0, `longer than ${MAX_LENGTH >> 20} MiB`)
  const deep = tooDeepAt(file.text)
  if (deep !== undefined) return refused(deep, `nested deeper than ${MAX_DEPTH} levels`)
  const errors: ParseError[] = []
  // A byte order mark is no JSON; a blank keeps the offsets.
  const tree = parseTree(file.text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: false })
  // The parser may complain twice of one place.
  const first = new Map(errors.toReversed().map(error => [error.offset, error]))
  const problems = [...first.values()].reverse().map(({ error, offset, length }) => ({
    span: { file, start: offset, end: offset + length },
    message: `invalid JSON: ${words(printParseErrorCode(error))}`,
  }))
  return { top: tree && nodeOf(tree, file), problems }
}

/** Each character takes the parser some thirty bytes. */
const MAX_LENGTH = 2 << 20

/** The format needs five levels; the parser recurses once a level. */
const MAX_DEPTH = 100

/** Where brackets outside of strings stand deeper than that. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (isString && letter === '\\') i++
    else if (letter === '"') isString = !isString
    else if (letter === '\n') isString = false
    else if (!isString && (letter === '{' || letter === '[') && MAX_DEPTH < ++depth) return i
    else if (!isString && (letter === '}' || letter === ']')) depth--
  }
  return undefined
}

/** `CloseBraceExpected` in words. */
const words = (code: string): string => code.replace(/\B[A-Z]/g, letter => ` ${letter.toLowerCase()}`).toLowerCase()

function nodeOf(node: Node, file: SourceFile): JsonNode {
  const span = spanOf(node, file)
  if (node.type === 'array') return { span, items: (node.children ?? []).map(item => nodeOf(item, file)) }
  if (node.type !== 'object') return { span, value: node.value }
  const members = (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ name: String(key.value), nameSpan: spanOf(key, file), node: nodeOf(value, file) }] : [],
  )
  return { span, members }
}

const spanOf = ({ offset, length }: Node, file: SourceFile): Span => ({ file, start: offset, end: offset + length })
