import { primarySpan } from '../../text/origin.ts'
import { missingAfter, syntaxProblem } from '../problem.ts'
import { balance } from '../recover/brackets.ts'
import type { Token } from '../token.ts'
import type { Problem } from '../unit.ts'
import type { SyntaxNode } from './grammar.ts'

/**
 * The tokens of a file cut into chunks that are parsed each for itself: one per declaration, and one per element of
 * an initializer list, however deep. A brace list inside a chunk is only a hole `{}` for the parser, and its elements
 * are chunks again. So what is half-typed spoils no neighbour, and what has not changed is not parsed again.
 */
export interface Chunk {
  readonly kind: 'declaration' | 'item'
  readonly tokens: readonly Token[]
  /** The brace lists of the chunk in order, each standing for a `{` `}` pair in `tokens`. */
  readonly lists: readonly List[]
  /** The delimiters around an item. */
  readonly before?: Token
  readonly after?: Token
  /** Not what the text says but what is left of it to be read; that it is not whole has been reported. */
  readonly repaired?: true
  /** Filled in when the chunks of a file are parsed, all together. Offsets of its nodes count tokens. */
  syntax?: SyntaxNode | undefined
}

export interface List {
  readonly open: Token
  readonly close: Token
  readonly items: readonly Chunk[]
}

export interface Chunks {
  readonly declarations: readonly Chunk[]
  readonly problems: readonly Problem[]
}

/** Brace lists inside each other beyond this are not looked into. */
const MAX_LIST_DEPTH = 200

export function chunks(tokens: readonly Token[]): Chunks {
  const balanced = balance(tokens)
  const chunker = new Chunker(balanced.tokens, balanced.partner, [...balanced.problems])
  return { declarations: chunker.declarations(), problems: chunker.problems }
}

interface Growing {
  readonly tokens: Token[]
  readonly lists: List[]
  /** An `=` stands in it. */
  assigns?: boolean
}

class Chunker {
  readonly #tokens: readonly Token[]
  readonly #partner: Int32Array
  readonly problems: Problem[]

  constructor(tokens: readonly Token[], partner: Int32Array, problems: Problem[]) {
    this.#tokens = tokens
    this.#partner = partner
    this.problems = problems
  }

  declarations(): readonly Chunk[] {
    const chunks: Chunk[] = []
    let chunk: Growing = { tokens: [], lists: [] }
    const finish = (): void => {
      const last = chunk.tokens.at(-1)
      if (last && last.text !== ';') {
        this.problems.push(missingAfter(last, ';', 'expected ";"'))
        chunk.tokens.push({ ...last, text: ';', kind: 'punctuator' })
      }
      if (last) chunks.push({ kind: 'declaration', ...chunk })
      chunk = { tokens: [], lists: [] }
    }
    for (let i = 0; i < this.#tokens.length; ) {
      const token = this.#tokens[i]!
      if (this.#lacksSemicolon(chunk, token)) finish()
      if (token.text === ';') {
        if (chunk.tokens.length) chunk.tokens.push(token)
        finish()
        i++
      } else if (token.text === '{' && isFunctionHead(chunk.tokens)) {
        if (!chunk.tokens.some(({ text }) => NO_CODE.test(text))) this.problems.push(functionProblem(chunk.tokens))
        chunk = { tokens: [], lists: [] }
        i = this.#past(i)
      } else if (token.text === '{' && chunk.tokens.length && !isBodyHead(chunk.tokens)) {
        if (!chunk.assigns) this.#assumeEquals(chunk, token)
        i = this.#addList(chunk, i, 0)
      } else if (token.text === '{' && chunk.tokens.length === 0) {
        this.problems.push(syntaxProblem(primarySpan(token.origin), 'expected "struct" before "{"'))
        chunk.tokens.push({ ...token, kind: 'identifier', text: 'struct' })
        i = this.#addGroup(chunk, i)
      } else i = this.#addGroup(chunk, i)
    }
    finish()
    return chunks
  }

  /** After a list only `,` and `;` go on; a keyword that begins a declaration does not go on after `}`. */
  #lacksSemicolon(chunk: Growing, token: Token): boolean {
    const last = chunk.tokens.at(-1)
    if (!last || token.text === ';') return false
    if (chunk.lists.length && last.text === '}' && last === chunk.lists.at(-1)?.close)
      return token.text !== ',' && !token.text.startsWith('__attribute')
    if (token.text === 'typedef') return last.text !== '__extension__'
    return last.text === '}' && /^(struct|union|enum|static|extern)$/.test(token.text)
  }

  #assumeEquals(chunk: Growing, brace: Token): void {
    const last = chunk.tokens.at(-1)
    if (last) this.problems.push(missingAfter(last, ' =', `expected "=" before "{"`))
    chunk.tokens.push({ ...brace, text: '=' })
    chunk.assigns = true
  }

  /** Takes one token, or a bracket with all that it holds. */
  #addGroup(chunk: Growing, index: number): number {
    const end = this.#past(index)
    for (let i = index; i < end; i++) chunk.tokens.push(this.#tokens[i]!)
    if (this.#tokens[index]!.text === '=') chunk.assigns = true
    return end
  }

  #addList(chunk: Growing, index: number, depth: number): number {
    const end = this.#past(index)
    const [open, close] = [this.#tokens[index]!, this.#tokens[end - 1]!]
    chunk.tokens.push(open, close)
    chunk.lists.push({ open, close, items: this.#items(index, end - 1, depth + 1) })
    return end
  }

  #past(index: number): number {
    const partner = this.#partner[index] ?? -1
    return partner < index ? index + 1 : partner + 1
  }

  #items(open: number, close: number, depth: number): readonly Chunk[] {
    if (MAX_LIST_DEPTH < depth) {
      this.problems.push(syntaxProblem(primarySpan(this.#tokens[open]!.origin), 'lists are nested too deeply'))
      return []
    }
    const items: Chunk[] = []
    let before = this.#tokens[open]!
    /** Where the item begins, whether it has an `=`, and what it is once it has a list. */
    let start = open + 1
    let assigns = false
    let item: Growing | undefined
    const finish = (index: number, after: Token, next: number): void => {
      const tokens = item?.tokens ?? this.#tokens.slice(start, index)
      if (tokens.length) items.push(itemOf(tokens, item?.lists ?? NO_LISTS, before, after))
      else if (after.text === ',')
        this.problems.push(syntaxProblem(primarySpan(after.origin), 'expected an expression before ","'))
      item = undefined
      assigns = false
      before = after
      start = next
    }
    for (let i = open + 1; i < close; ) {
      const token = this.#tokens[i]!
      if (token.text === ',') {
        finish(i, token, ++i)
        continue
      }
      if (item || (start < i && this.#lacksComma(start, assigns, i))) {
        this.problems.push(
          missingAfter(this.#tokens[i - 1]!, ',', `expected "," before "${token.text}"`, 'missing-separator'),
        )
        finish(i, token, i)
      }
      if (token.text === '{' && (i === start || this.#tokens[i - 1]!.text !== ')')) {
        item = { tokens: this.#tokens.slice(start, i), lists: [] }
        this.#addItemList(item, i, depth)
      } else if (token.text === '=') assigns = true
      i = this.#past(i)
    }
    if (start < close) finish(close, this.#tokens[close]!, close)
    return items
  }

  #addItemList(item: Growing, index: number, depth: number): void {
    const last = item.tokens.at(-1)
    if (last && last.text !== '=' && last.text !== ':') this.#assumeEquals(item, this.#tokens[index]!)
    this.#addList(item, index, depth)
  }

  /** A value has ended before `at` and what stands there can only begin the next element. */
  #lacksComma(start: number, assigns: boolean, index: number): boolean {
    const [first, last, token] = [this.#tokens[start]!, this.#tokens[index - 1]!, this.#tokens[index]!]
    if (!endsOperand(last)) return false
    const designates = first.text === '.' || first.text === '['
    if (designates && !assigns) return false
    if (token.text === '{') return last.text !== ')'
    if (token.text === '.' || token.text === '[') return this.#designatorEndsInEquals(index)
    return !designates && isOperand(token) && !(last.kind === 'string' && token.kind === 'string') && isOperand(last)
  }

  #designatorEndsInEquals(index: number): boolean {
    let i = index
    for (let steps = 0; steps < MAX_DESIGNATOR_STEPS && /^[.[]$/.test(this.#tokens[i]?.text ?? ''); steps++)
      i = this.#tokens[i]?.text === '.' ? i + 2 : this.#past(i)
    return this.#tokens[i]?.text === '=' || this.#tokens[i]?.text === '{'
  }
}

/** No designator written by hand has more parts. */
const MAX_DESIGNATOR_STEPS = 32

const NO_LISTS: readonly never[] = []

const itemOf = (tokens: Token[], lists: readonly List[], before: Token, after: Token): Chunk => {
  spellEquals(tokens)
  return { kind: 'item', tokens, lists, before, after, syntax: undefined }
}

/** gcc still takes `[2] 5` for `[2] = 5`. */
function spellEquals(tokens: Token[]): void {
  if (tokens[0]?.text !== '[') return
  const end = tokens.findIndex(({ text }) => text === ']')
  const next = tokens[end + 1]
  if (0 < end && next && !/^[=.[]$/.test(next.text))
    tokens.splice(end + 1, 0, { ...next, kind: 'punctuator', text: '=' })
}

const isOperand = (token: Token): boolean => token.kind === 'number' || token.kind === 'char' || token.kind === 'string'
const endsOperand = ({ kind, text }: Token): boolean =>
  kind !== 'punctuator' || text === ')' || text === ']' || text === '}'

/** Specifiers of functions that nobody calls from outside: without a use they leave no code. */
const NO_CODE = /^(static|(__)?inline(__)?)$/

const functionProblem = (head: readonly Token[]): Problem => {
  const name = head.find(({ kind }, i) => kind === 'identifier' && head[i + 1]?.text === '(') ?? head[0]!
  const message = `"${name.text}" is a function: its code would be among the bytes, and is not read`
  return { kind: 'declaration', span: primarySpan(name.origin), message, severity: 'error' }
}

/** `(…) {`: a function's body; its declarator holds no `=`. */
const isFunctionHead = (tokens: readonly Token[]): boolean =>
  tokens.at(-1)?.text === ')' && !isBodyHead(tokens) && !tokens.some(({ text }) => text === '=')

/** `struct tag {`, attributes between included. */
function isBodyHead(tokens: readonly Token[]): boolean {
  for (let i = tokens.length - 1; 0 <= i; i--) {
    const { text, kind } = tokens[i]!
    if (/^(struct|union|enum)$/.test(text)) return true
    if (text === ')') i = openingOf(tokens, i)
    else if (kind !== 'identifier') return false
  }
  return false
}

function openingOf(tokens: readonly Token[], close: number): number {
  let depth = 0
  for (let i = close; 0 <= i; i--) {
    if (tokens[i]!.text === ')') depth++
    if (tokens[i]!.text === '(' && --depth === 0) return i
  }
  return 0
}
