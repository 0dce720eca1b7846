import { primarySpan } from '../../text/origin.ts'
import { positionAt, type SourceFile, type Span } from '../../text/source-file.ts'
import type { Token } from '../token.ts'
import type { CompileOptions, FileLookup, Include, Macro, Problem, ProblemKind } from '../unit.ts'
import { evaluateCondition } from './condition.ts'
import { type Answers, conditionLine, isOperator } from './condition-line.ts'
import { Conditionals, type Conditions } from './conditionals.ts'
import { expectEnd, isCode, lineOf } from './directive.ts'
import { Expander, type TokenSource } from './expand.ts'
import { Frame } from './frame.ts'
import { type FoundHeader, type Header, headerIn, IncludeSearch } from './include.ts'
import { type Directive, type LexedFile, type Lexeme, lexFile, spell, type Use } from './lex.ts'
import type { MacroDefinition } from './macro.ts'
import { MacroExpansion } from './macro-expansion.ts'
import { MacroTable } from './macro-table.ts'
import { Poison } from './poison.ts'
import { macrosAtStart } from './predefined.ts'
import { memoizeByLookups, prefixOf } from './prefix.ts'

/** A file after translation phase 4: macros replaced, includes read, conditionals decided. */
export interface Preprocessed {
  readonly tokens: readonly Token[]
  /** What `#pragma` and `_Pragma` say that is not the preprocessor's own business, in order. */
  readonly pragmas: readonly Pragma[]
  readonly files: readonly SourceFile[]
  readonly missing: readonly string[]
  readonly absent: readonly string[]
  /** URIs at which there is something that was not read. */
  readonly refused: readonly string[]
  readonly includes: readonly Include[]
  readonly macros: ReadonlyMap<string, Macro>
  readonly macroUses: readonly MacroExpansion[]
  readonly inactive: readonly Span[]
  readonly problems: readonly Problem[]
  /** The `#include` lines the file begins with, preprocessed; `tokens` begins with its tokens. One object for all versions. */
  readonly prefix?: Preprocessed
}

export interface Pragma {
  readonly span: Span
  /** What follows `#pragma`, blanks normalised. */
  readonly text: string
  /** Index among the tokens of the one it stands before. */
  readonly before: number
}

export function preprocess(
  main: SourceFile,
  options: CompileOptions,
  lookup: FileLookup,
  lexed: LexedFile = lexFile(main),
): Preprocessed {
  const prefix = prefixOf(lexed, options)
  const before = prefix && readPrefix(prefix.file, options, lookup)
  const reader = new Preprocessor(lexed, options, lookup, before?.reader)
  if (!prefix || !before) return reader.readAll(options.forceIncludes)
  return { ...reader.readAfter(before.reader, prefix.directives), prefix: before.preprocessed }
}

/** Undefined when the head includes the very file it is the head of. */
const readPrefix = memoizeByLookups((file, options, lookup) => {
  const reader = new Preprocessor(lexFile(file), options, lookup)
  const preprocessed = reader.readAll(options.forceIncludes)
  return reader.search.foundMain ? undefined : { reader, preprocessed }
})

/** Includes within includes; gcc's own limit. */
const MAX_INCLUDE_DEPTH = 200
/** Tokens and directives of all files read, each as often as it is read. */
const MAX_READ = 1 << 17
/** What looking for a file costs, as so many tokens. */
const COST_OF_INCLUDE = 64

class Preprocessor implements TokenSource, Answers, Conditions {
  readonly #lexed: LexedFile
  readonly #dialect: CompileOptions['dialect']
  readonly #main: SourceFile
  readonly search: IncludeSearch
  readonly #macros: MacroTable
  readonly #expander: Expander
  readonly #frames: Frame[] = []
  readonly #files = new Set<SourceFile>()
  /** Files not to be read (again): `#pragma once`, or an include without end that has been reported. */
  readonly #closed = new Set<SourceFile>()
  readonly #includes: Include[] = []
  readonly #uses = new Map<number, MacroExpansion>()
  readonly #problems: Problem[] = []
  readonly #conditionals = new Conditionals(this, this.#problems)
  readonly #pragmas: Pragma[] = []
  readonly #poison = new Poison()
  readonly #tokens: Token[]
  #counter = 0
  #readSoFar = 0

  /** `head`: the reader whose macros and tokens are the ones to begin with. */
  constructor(lexed: LexedFile, options: CompileOptions, lookup: FileLookup, prefix?: Preprocessor) {
    const main = lexed.file
    this.#lexed = lexed
    this.#dialect = options.dialect
    this.#main = main
    this.search = new IncludeSearch(main, options, lookup)
    this.#macros = new MacroTable(prefix ? prefix.#macros.definitions.current : macrosAtStart(options))
    if (prefix) this.#macros.changes = prefix.#macros.changes
    this.#tokens = prefix ? prefix.#tokens.slice() : []
    this.#expander = new Expander(this.#macros.definitions, this, this.#tokens)
    this.#files.add(main)
  }

  readAll(forceIncludes: readonly string[]): Preprocessed {
    this.#open(this.#main, undefined, -1)
    for (const uri of forceIncludes.toReversed()) this.#forceInclude(uri)
    return this.#run()
  }

  /** Goes on where the reader of the head stopped; places in the head are places in this file. */
  readAfter(prefix: Preprocessor, directives: number): Preprocessed {
    const here = <At extends { readonly span: Span }>(item: At): At =>
      item.span.file === prefix.#main ? { ...item, span: { ...item.span, file: this.#main } } : item
    for (const file of prefix.#files) if (file !== prefix.#main) this.#files.add(file)
    for (const file of prefix.#closed) this.#closed.add(file)
    for (const uri of prefix.search.missing) this.search.missing.add(uri)
    for (const uri of prefix.search.absent) this.search.absent.add(uri)
    for (const uri of prefix.search.refused) this.search.refused.add(uri)
    for (const pragma of prefix.#pragmas) this.#pragmas.push(pragma)
    this.#poison.add(prefix.#poison.names)
    for (const include of prefix.#includes) this.#includes.push(here(include))
    for (const { related, ...problem } of prefix.#problems)
      this.#problems.push({ ...here(problem), ...(related && { related: related.map(here) }) })
    this.#counter = prefix.#counter
    this.#open(this.#main, undefined, -1)
    this.#readSoFar += prefix.#readSoFar
    this.#frames[0]!.skip(directives)
    return this.#run()
  }

  #run(): Preprocessed {
    for (let token = this.#expander.next(); token; token = this.#expander.next()) this.#emit(token)
    return {
      tokens: this.#tokens,
      pragmas: this.#pragmas,
      files: [...this.#files],
      missing: [...this.search.missing],
      absent: [...this.search.absent],
      refused: [...this.search.refused],
      includes: this.#includes,
      macros: this.#macros.definitions.current,
      macroUses: [...this.#uses.values()].sort((a, b) => a.span.start - b.span.start),
      inactive: this.#conditionals.inactive,
      problems: this.#problems,
    }
  }

  #emit(token: Lexeme): void {
    if (token.text === '_Pragma' && this.#expander.peek()?.text === '(') this.#pragmaOperator(token)
    else this.#tokens.push(token)
    if (token.kind === 'other') this.#stray(token)
  }

  #stray({ text, origin }: Lexeme): void {
    const quote = /^\w*(["'])/.exec(text)?.[1]
    const message = quote ? `missing terminating ${quote} character` : `stray ${JSON.stringify(text)} in program`
    this.problem('syntax', primarySpan(origin), message)
  }

  problem(kind: ProblemKind, span: Span, message: string, more: Partial<Problem> = {}): void {
    this.#problems.push({ kind, span, message, severity: 'error', ...more })
  }

  // Files

  next(withinFile: boolean): Lexeme | undefined {
    for (let frame = this.#frames.at(-1); frame; frame = this.#frames.at(-1)) {
      const token = frame.take()
      if (token) {
        this.#poison.check([token], this.#problems)
        return token
      }
      const directive = frame.takeDirective()
      if (directive) this.#poison.check(directive.tokens, this.#problems)
      if (directive) this.#verbs.get(directive.name)?.(directive, frame)
      if (directive && !this.#verbs.has(directive.name)) this.#unknown(directive, frame)
      if (directive) continue
      if (withinFile) return undefined
      this.#close(frame)
    }
    return undefined
  }

  peek(): Lexeme | undefined {
    return this.#frames.at(-1)?.peek()
  }

  #open(file: SourceFile, includedAt: Span | undefined, folder: number): void {
    const lexed = file === this.#main ? this.#lexed : lexFile(file)
    this.#readSoFar += lexed.tokens.length + lexed.directives.length
    this.#frames.push(new Frame(lexed, includedAt, folder, this.#macros.changes))
    if (lexed.cutOff) this.problem('expansion-limit', lexed.cutOff, 'file is too large; the rest is ignored')
  }

  #close({ conditionals, lexed }: Frame): void {
    for (const { span } of conditionals) this.problem('directive', span, 'unterminated conditional')
    for (const place of lexed.openComments) {
      const end = { ...place, start: place.end }
      this.problem('syntax', place, 'unterminated comment', {
        suggestions: [{ title: 'Insert "*/"', span: end, text: ' */' }],
      })
    }
    this.#frames.pop()
  }

  #forceInclude(uri: string): void {
    const span = { file: this.#main, start: 0, end: 0 }
    this.#enter(this.search.among([uri], -1), uri, span)
  }

  #include(directive: Directive, frame: Frame): void {
    const first = directive.tokens[0]
    const isWritten = first?.kind === 'string'
    const tokens = isWritten ? [first] : this.#expander.line(directive.tokens)
    const header = headerIn(tokens)
    if (!first || !header) {
      this.problem('directive', lineOf(directive), `#${directive.name} expects "FILENAME" or <FILENAME>`)
      return
    }
    if (isWritten) expectEnd(directive, 1, this.#problems)
    const span = isWritten ? first.origin.spelled : { ...lineOf(directive), start: first.origin.spelled.start }
    this.#readSoFar += COST_OF_INCLUDE
    if (MAX_READ < this.#readSoFar) {
      this.problem('expansion-limit', span, 'too many includes; this one is ignored')
      return
    }
    const found = this.search.find(
      header,
      frame.lexed.file,
      directive.name === 'include_next' ? frame.folder : undefined,
    )
    this.#includes.push({ span, name: header.name, file: found.file })
    this.#enter(found, header.name, span)
    if (found.file && directive.name === 'import') this.#closed.add(found.file)
  }

  #enter({ file, folder, isPending, isRefused }: FoundHeader, name: string, span: Span): void {
    if (!file) {
      const reason = isRefused ? 'not a regular file, or too large a one; not read' : 'no such file or directory'
      if (!isPending) this.problem('include-not-found', span, `${name}: ${reason}`)
      return
    }
    this.#files.add(file)
    if (this.#closed.has(file)) return
    if (!this.#neverEnds(file, name, span)) this.#open(file, span, folder)
  }

  /** Tells, once, that an include would go on without end. */
  #neverEnds(file: SourceFile, name: string, span: Span): boolean {
    const isDeep = this.#frames.length > MAX_INCLUDE_DEPTH
    const first = this.#frames.findIndex(
      frame => frame.lexed.file === file && (isDeep || frame.openedAt === this.#macros.changes),
    )
    const isCycle = first >= 0
    if (!isCycle && !isDeep && this.#readSoFar <= MAX_READ) return false
    this.#closed.add(file)
    const related = this.#frames.slice(first + 1).flatMap(({ includedAt }) => includedAt ?? [])
    if (!isCycle) this.problem('expansion-limit', span, 'too many includes; this one is ignored')
    else
      this.problem('include-cycle', span, `${name} includes itself endlessly; this include is ignored`, {
        related: related.slice(0, 8).map(place => ({ span: place, message: 'included from here' })),
      })
    return true
  }

  // Directives

  readonly #verbs = new Map<string, (directive: Directive, frame: Frame) => void>([
    ['define', directive => this.#macros.define(directive, this.#problems)],
    ['undef', directive => this.#macros.undefine(directive, this.#problems)],
    ['include', (directive, frame) => this.#include(directive, frame)],
    ['include_next', (directive, frame) => this.#include(directive, frame)],
    ['import', (directive, frame) => this.#include(directive, frame)],
    ['if', (directive, frame) => this.#conditionals.begin(directive, frame)],
    ['ifdef', (directive, frame) => this.#conditionals.begin(directive, frame)],
    ['ifndef', (directive, frame) => this.#conditionals.begin(directive, frame)],
    ['elif', (directive, frame) => this.#conditionals.choose(directive, frame)],
    ['elifdef', (directive, frame) => this.#conditionals.choose(directive, frame)],
    ['elifndef', (directive, frame) => this.#conditionals.choose(directive, frame)],
    ['else', (directive, frame) => this.#conditionals.choose(directive, frame)],
    ['endif', (directive, frame) => this.#conditionals.end(directive, frame)],
    ['error', directive => this.#reportText(directive, 'error')],
    ['warning', directive => this.#reportText(directive, 'warning')],
    ['line', (directive, frame) => this.#line(directive, frame)],
    ['pragma', (directive, frame) => this.#pragma(directive, frame)],
    ['ident', () => undefined],
    ['', () => undefined],
  ])

  #unknown(directive: Directive, frame: Frame): void {
    const { name, span } = directive
    if (this.#dialect === 'devicetree') {
      frame.readLine(directive, 0)
      return
    }
    if (/^\d/.test(name)) {
      setLine(Number.parseInt(name, 10), directive.tokens[0], directive, frame)
      return
    }
    this.problem('directive', span, `invalid preprocessing directive #${name}`)
    if (isCode(directive)) frame.readLine(directive, 1)
  }

  #reportText(directive: Directive, severity: 'error' | 'warning'): void {
    this.problem('directive', lineOf(directive), `#${directive.name} ${spell(directive.tokens)}`, { severity })
  }

  #line(directive: Directive, frame: Frame): void {
    const [number, name] = this.#expander.line(directive.tokens)
    if (number && /^\d+$/.test(number.text)) setLine(Number(number.text), name, directive, frame)
    else this.problem('directive', lineOf(directive), `"${number?.text ?? ''}" after #line is not a positive integer`)
  }

  #pragma(directive: Directive, { lexed }: Frame): void {
    const [first, second, ...rest] = directive.tokens.map(({ text }) => text)
    if (first === 'once') this.#closed.add(lexed.file)
    else if (first === 'GCC' && second === 'poison') this.#poison.add(rest)
    else if (/^(push|pop)_macro$/.test(first ?? '')) this.#macros.keepOrRestore(spell(directive.tokens))
    else this.#pragmas.push({ span: lineOf(directive), text: spell(directive.tokens), before: this.#tokens.length })
  }

  /** `_Pragma ( "text" )` is `#pragma text` (C11 6.10.9). */
  #pragmaOperator(operator: Lexeme): void {
    const [, text, close] = [this.#expander.next(), this.#expander.next(), this.#expander.next()]
    const span = primarySpan(operator.origin)
    if (text?.kind !== 'string' || close?.text !== ')')
      this.problem('directive', span, '_Pragma takes a parenthesized string literal')
    else
      this.#pragmas.push({
        span,
        text: text.text.slice(1, -1).replace(/\\(["\\])/g, '$1'),
        before: this.#tokens.length,
      })
  }

  // Conditions

  evaluate(directive: Directive): boolean {
    const tokens = this.#expander.line(directive.tokens, line => conditionLine(line, this.#expander, this))
    const { holds, problem } = evaluateCondition(tokens, directive.span)
    if (problem) this.problem(problem.kind, problem.span, problem.message)
    return holds || problem !== undefined
  }

  isDefined(name: Lexeme): boolean {
    const macro = this.#macros.definitions.get(name.text)
    if (macro) this.used(macro, name, { spelled: name.origin.spelled, depth: 1 })
    return macro !== undefined || isOperator(name.text)
  }

  hasInclude(header: Header, isNext: boolean): boolean {
    const frame = this.#frames.at(-1)
    const includer = frame?.lexed.file ?? this.#main
    return this.search.find(header, includer, isNext ? frame?.folder : undefined).file !== undefined
  }

  // Macros

  dynamic({ dynamic }: MacroDefinition, name: Lexeme): { readonly kind: 'number' | 'string'; readonly text: string } {
    const frame = this.#frames.at(-1)
    switch (dynamic) {
      case 'line': {
        const place = primarySpan(name.origin)
        return { kind: 'number', text: String(lineNumber(place, place.end - 1) + (frame?.lineShift ?? 0)) }
      }
      case 'counter':
        return { kind: 'number', text: String(this.#counter++) }
      case 'include-level':
        return { kind: 'number', text: String(Math.max(0, this.#frames.length - 1)) }
      case 'base-file':
        return { kind: 'string', text: quoted(this.#main) }
      default:
        return { kind: 'string', text: frame?.name ?? quoted(frame?.lexed.file ?? this.#main) }
    }
  }

  used(macro: MacroDefinition, name: Lexeme, use: Use): void {
    const { spelled } = name.origin
    if (OF_THE_DAY.test(macro.name)) this.problem('macro', spelled, `${macro.name} is another text at every build`)
    if (spelled.file !== this.#main || this.#uses.has(spelled.start) || !isSpelledInFile(use)) return
    this.#uses.set(spelled.start, new MacroExpansion(macro, use.spelled, this.#expander.sink))
  }
}

/** `#line 33 "name"`, or `# 33 "name"` as a preprocessor leaves it behind: the next line has this number. */
function setLine(number: number, name: Lexeme | undefined, { span }: Directive, frame: Frame): void {
  frame.lineShift = number - lineNumber(span, span.start) - 1
  if (name?.kind === 'string') frame.name = name.text
}

/** The one-based line of an offset. */
const lineNumber = ({ file }: Span, offset: number): number => positionAt(file, offset).line + 1

/** Whether no macro's replacement list stands between the use and the file; it may be an argument's text, though. */
function isSpelledInFile(use: Use): boolean {
  const { file, start, end } = primarySpan(use)
  return use.spelled.file === file && use.spelled.start >= start && use.spelled.end <= end
}

const OF_THE_DAY = /^__(DATE|TIME|TIMESTAMP)__$/

const quoted = ({ uri }: SourceFile): string => JSON.stringify(uri.replace(/^file:\/\//, ''))
