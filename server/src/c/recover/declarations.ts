import type { Chunk, List } from '../parse/chunks.ts'
import type { SyntaxNode } from '../parse/grammar.ts'
import { UNNAMED } from '../parse/printer.ts'
import { tooMuchOf } from '../parse/syntax.ts'
import type { Token } from '../token.ts'

type Parse = (chunk: Chunk) => SyntaxNode

/**
 * A half-typed `struct { … } name = { … };` without what cannot be read of it: members that do not parse, and what
 * stands between the body and the name. Where that is no help either, the name and the list alone.
 */
export function recoverDeclaration(chunk: Chunk, parse: Parse): Chunk | undefined {
  const whole = tooMuchOf(chunk) === undefined ? withoutBroken(chunk, parse) : undefined
  return whole && !parse(whole).broken ? whole : nameAndList(chunk)
}

/** `struct { } name = { … };`: of what type the object is, its list must tell. */
function nameAndList({ tokens, lists }: Chunk): Chunk | undefined {
  const [list] = lists
  if (!list) return undefined
  const head = ['struct', '{', '}'].map(text => inventedToken(tokens[0]!, text))
  const before = tokens.slice(0, tokens.indexOf(list.open))
  return {
    kind: 'declaration',
    tokens: [...head, ...tailOf([...before, list.open], list)],
    lists: [list],
    repaired: true,
  }
}

function withoutBroken(chunk: Chunk, parse: Parse): Chunk | undefined {
  const { tokens, lists } = chunk
  const body = tokens.findIndex(({ text }, i) => text === '{' && /^(struct|union)$/.test(tokens[i - 1]?.text ?? ''))
  const tagged = tokens.findIndex(({ text }, i) => text === '{' && /^(struct|union)$/.test(tokens[i - 2]?.text ?? ''))
  const open = 0 <= body ? body : tagged
  if (open < 0) return undefined
  const close = partnerOf(tokens, open)
  const members = splitMembers(tokens.slice(open + 1, close)).flatMap(member => readable(member, parse))
  const tail = tailOf(tokens.slice(close + 1), lists[0])
  const all = [...tokens.slice(0, open + 1), ...members, tokens[close]!, ...tail]
  return { kind: 'declaration', tokens: all, lists, repaired: true }
}

function partnerOf(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]!.text === '{') depth++
    if (tokens[i]!.text === '}' && --depth === 0) return i
  }
  return tokens.length - 1
}

/** Members end at `;`; where it is missing, at the end of their line. */
function splitMembers(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const members: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token.startsLine && depth === 0 && members.at(-1)?.length) members.push([])
    if (/^[({[]$/.test(token.text)) depth++
    if (/^[)}\]]$/.test(token.text)) depth--
    members.at(-1)?.push(token)
    if (token.text === ';' && depth === 0) members.push([])
  }
  return members.filter(member => member.length)
}

/** The member as it stands, else with what it may lack, else nothing. */
function readable(member: readonly Token[], parse: Parse): readonly Token[] {
  const [first] = member
  const last = member.at(-1)
  if (!first || !last) return []
  const semicolon = inventedToken(last, ';')
  const ended = last.text === ';' ? member : [...member, semicolon]
  const bracket = ended.findIndex(({ text }) => text === '[' || text === ';')
  const named = [...ended.slice(0, bracket), inventedToken(first, UNNAMED), ...ended.slice(bracket)]
  return [ended, named].find(each => isMember(each, parse)) ?? []
}

function isMember(member: readonly Token[], parse: Parse): boolean {
  const first = member[0]!
  const whole = [
    inventedToken(first, 'struct'),
    inventedToken(first, '{'),
    ...member,
    inventedToken(first, '}'),
    inventedToken(first, ';'),
  ]
  const syntax = parse({ kind: 'declaration', tokens: whole, lists: [] })
  return !syntax.broken && !lacksName(syntax)
}

/** `struct tag;` declares nothing in a struct with a tag of its own. */
const lacksName = (syntax: SyntaxNode): boolean =>
  syntax.children.some(body => body.children.some(field => field.children.every(each => each.field !== 'declarator')))

/** `packed`, the name, and the initializer: whatever else is there is passed over. */
function tailOf(tokens: readonly Token[], list: List | undefined): readonly Token[] {
  const last = tokens.at(-1)
  if (!last) return []
  const end = tokens.findIndex(({ text }) => text === '=')
  const head = end < 0 ? tokens : tokens.slice(0, end)
  const name =
    head.findLast(({ kind, text }) => kind === 'identifier' && !ATTRIBUTE.test(text)) ?? inventedToken(last, UNNAMED)
  const packed = head.find(({ text }) => /packed/.test(text))
  const attribute = packed
    ? ['__attribute__', '(', '(', 'packed', ')', ')'].map(text => inventedToken(packed, text))
    : []
  const value = list ? [inventedToken(list.open, '='), list.open, list.close] : []
  return [...attribute, name, ...value, inventedToken(last, ';')]
}

const ATTRIBUTE = /^(_{0,2}(attribute|packed|aligned|section|used|unused)_{0,2}|const|volatile)$/

/** A token that is not in the text, where `beside` stands. */
const inventedToken = (beside: Token, text: string): Token => ({
  ...beside,
  text,
  kind: /\w/.test(text) ? 'identifier' : 'punctuator',
})
