import { primarySpan } from '../text/origin.ts'
import { positionAt, type SourceFile, type Span } from '../text/source-file.ts'
import { evaluateCondition } from './condition.ts'
import { type Answers, conditionLine, hasIncludeOperators } from './condition-line.ts'
import { Conditionals, type Conditions } from './conditionals.ts'
import { expectEnd, isCode, lineOf, nameIn } from './directive.ts'
import { Expander, type TokenSource } from './expand.ts'
import { Frame } from './frame.ts'
import { headOf, perLooks } from './head.ts'
import { type Found, type Header, headerIn, IncludeSearch } from './include.ts'
import { type Directive, type LexedFile, type Lexeme, lexFile, spell, type Use } from './lex.ts'
import { definitionOf, isSameMacro, type MacroDefinition } from './macro.ts'
import { UseOfMacro } from './macro-use.ts'
import { macrosAtStart } from './predefined.ts'
import type { Token } from './token.ts'
import type { CompileOptions, Include, Look, Macro, Problem, ProblemKind } from './unit.ts'

/** A file after translation phase 4: macros replaced, includes read, conditionals decided. */
export interface Preprocessed {
  readonly tokens: readonly Token[]
  /** What `#pragma` and `_Pragma` say that is not the preprocessor's own business, in order. */
  readonly pragmas: readonly Pragma[]
  readonly files: readonly SourceFile[]
  readonly wanted: readonly string[]
  readonly absent: readonly string[]
  readonly includes: readonly Include[]
  readonly macros: ReadonlyMap<string, Macro>
  readonly macroUses: readonly UseOfMacro[]
  readonly inactive: readonly Span[]
  readonly problems: readonly Problem[]
  /** The `#include` lines the file begins with, preprocessed; `tokens` begins with its tokens. One object for all versions. */
  readonly head?: Preprocessed
}

export interface Pragma {
  readonly at: Span
  /** What follows `#pragma`, blanks normalised. */
  readonly text: string
  /** Index among the tokens of the one it stands before. */
  readonly before: number
}

export function preprocess(
  main: SourceFile,
  options: CompileOptions,
  look: Look,
  lexed: LexedFile = lexFile(main),
): Preprocessed {
  const head = headOf(lexed, options)
  const before = head && readHead(head.file, options, look)
  const reader = new Preprocessor(lexed, options, look, before?.reader)
  if (!head || !before) return reader.readAll(options.forceIncludes)
  return { ...reader.readAfter(before.reader, head.directives), head: before.preprocessed }
}

/** Undefined when the head includes the very file it is the head of. */
const readHead = perLooks((file, options, look) => {
  const reader = new Preprocessor(lexFile(file), options, look)
  const preprocessed = reader.readAll(options.forceIncludes)
  return reader.search.foundMain ? undefined : { reader, preprocessed }
})

/** Includes within includes; gcc's own limit. */
const includeDepthLimit = 200
/** Tokens and directives of all files read, each as often as it is read. */
const readingLimit = 1 << 22

class Preprocessor implements TokenSource, Answers, Conditions {
  private readonly lexed: LexedFile
  private readonly main: SourceFile
  readonly search: IncludeSearch
  private readonly macros: Map<string, MacroDefinition>
  private readonly expander: Expander
  private readonly frames: Frame[] = []
  private readonly files = new Set<SourceFile>()
  /** Files not to be read (again): `#pragma once`, or an include without end that has been told. */
  private readonly closed = new Set<SourceFile>()
  private readonly includes: Include[] = []
  private readonly uses = new Map<number, UseOfMacro>()
  private readonly problems: Problem[] = []
  private readonly conditionals = new Conditionals(this, this.problems)
  private readonly pragmas: Pragma[] = []
  private readonly tokens: Token[]
  private macroChanges = 0
  private counter = 0
  private readSoFar = 0

  /** `head`: the reader whose macros and tokens are the ones to begin with. */
  constructor(lexed: LexedFile, options: CompileOptions, look: Look, head?: Preprocessor) {
    const main = lexed.file
    this.lexed = lexed
    this.main = main
    this.search = new IncludeSearch(main, options, look)
    this.macros = new Map(head?.macros ?? macrosAtStart(options))
    this.tokens = head?.tokens.slice() ?? []
    this.expander = new Expander(this.macros, this, this.tokens)
    this.files.add(main)
  }

  readAll(forceIncludes: readonly string[]): Preprocessed {
    this.open(this.main, undefined, -1)
    for (const uri of forceIncludes.toReversed()) this.forceInclude(uri)
    return this.run()
  }

  /** Goes on where the reader of the head stopped; places in the head are places in this file. */
  readAfter(head: Preprocessor, directives: number): Preprocessed {
    const here = <At extends { readonly at: Span }>(placed: At): At =>
      placed.at.file === head.main ? { ...placed, at: { ...placed.at, file: this.main } } : placed
    for (const file of head.files) if (file !== head.main) this.files.add(file)
    for (const file of head.closed) this.closed.add(file)
    for (const uri of head.search.wanted) this.search.wanted.add(uri)
    for (const uri of head.search.absent) this.search.absent.add(uri)
    for (const pragma of head.pragmas) this.pragmas.push(pragma)
    for (const include of head.includes) this.includes.push(here(include))
    for (const { related, ...problem } of head.problems)
      this.problems.push({ ...here(problem), ...(related && { related: related.map(here) }) })
    this.macroChanges = head.macroChanges
    this.counter = head.counter
    this.open(this.main, undefined, -1)
    this.readSoFar += head.readSoFar
    this.frames[0]!.skip(directives)
    return this.run()
  }

  private run(): Preprocessed {
    for (let token = this.expander.next(); token; token = this.expander.next()) this.emit(token)
    return {
      tokens: this.tokens,
      pragmas: this.pragmas,
      files: [...this.files],
      wanted: [...this.search.wanted],
      absent: [...this.search.absent],
      includes: this.includes,
      macros: this.macros,
      macroUses: [...this.uses.values()].sort((a, b) => a.at.start - b.at.start),
      inactive: this.conditionals.inactive,
      problems: this.problems,
    }
  }

  private emit(token: Lexeme): void {
    if (token.text === '_Pragma' && this.expander.peek()?.text === '(') this.pragmaOperator(token)
    else this.tokens.push(token)
    if (token.kind === 'other') this.stray(token)
  }

  private stray({ text, origin }: Lexeme): void {
    const quote = /^\w*(["'])/.exec(text)?.[1]
    const message = quote ? `missing terminating ${quote} character` : `stray ${JSON.stringify(text)} in program`
    this.problem('syntax', primarySpan(origin), message)
  }

  problem(kind: ProblemKind, at: Span, message: string, more: Partial<Problem> = {}): void {
    this.problems.push({ kind, at, message, severity: 'error', ...more })
  }

  // Files

  next(withinFile: boolean): Lexeme | undefined {
    for (let frame = this.frames.at(-1); frame; frame = this.frames.at(-1)) {
      const token = frame.take()
      if (token) return token
      const directive = frame.takeDirective()
      if (directive) this.verbs.get(directive.name)?.(directive, frame)
      if (directive && !this.verbs.has(directive.name)) this.unknown(directive, frame)
      if (directive) continue
      if (withinFile) return undefined
      this.close(frame)
    }
    return undefined
  }

  peek(): Lexeme | undefined {
    return this.frames.at(-1)?.peek()
  }

  private open(file: SourceFile, includedAt: Span | undefined, folder: number): void {
    const lexed = file === this.main ? this.lexed : lexFile(file)
    this.readSoFar += lexed.tokens.length + lexed.directives.length
    this.frames.push(new Frame(lexed, includedAt, folder, this.macroChanges))
    if (lexed.cutOff) this.problem('expansion-limit', lexed.cutOff, 'the file is too large; the rest is left out')
  }

  private close({ conditionals, lexed }: Frame): void {
    for (const { at } of conditionals) this.problem('directive', at, 'unterminated conditional: #endif is missing')
    for (const at of lexed.openComments) {
      const end = { ...at, start: at.end }
      this.problem('syntax', at, 'unterminated comment', {
        suggestions: [{ title: 'insert "*/"', at: end, text: ' */' }],
      })
    }
    this.frames.pop()
  }

  private forceInclude(uri: string): void {
    const at = { file: this.main, start: 0, end: 0 }
    this.enter(this.search.among([uri], -1), uri, at)
  }

  private include(directive: Directive, frame: Frame): void {
    const first = directive.tokens[0]
    const isWritten = first?.kind === 'string'
    const tokens = isWritten ? [first] : this.expander.line(directive.tokens)
    const header = headerIn(tokens)
    if (!first || !header) {
      this.problem('directive', lineOf(directive), `#${directive.name} expects "FILENAME" or <FILENAME>`)
      return
    }
    if (isWritten) expectEnd(directive, 1, this.problems)
    const at = isWritten ? first.origin.spelled : { ...lineOf(directive), start: first.origin.spelled.start }
    const found = this.search.find(
      header,
      frame.lexed.file,
      directive.name === 'include_next' ? frame.folder : undefined,
    )
    this.includes.push({ at, name: header.name, file: found.file })
    this.enter(found, header.name, at)
    if (found.file && directive.name === 'import') this.closed.add(found.file)
  }

  private enter({ file, folder, isPending }: Found, name: string, at: Span): void {
    if (!file) {
      if (!isPending) this.problem('include-not-found', at, `${name}: no such file or directory`)
      return
    }
    this.files.add(file)
    if (this.closed.has(file)) return
    if (!this.neverEnds(file, name, at)) this.open(file, at, folder)
  }

  /** Tells, once, that an include would go on without end. */
  private neverEnds(file: SourceFile, name: string, at: Span): boolean {
    const isDeep = this.frames.length > includeDepthLimit
    const first = this.frames.findIndex(
      frame => frame.lexed.file === file && (isDeep || frame.openedAt === this.macroChanges),
    )
    const isCycle = first >= 0
    if (!isCycle && !isDeep && this.readSoFar <= readingLimit) return false
    this.closed.add(file)
    const related = this.frames.slice(first + 1).flatMap(({ includedAt }) => includedAt ?? [])
    if (!isCycle) this.problem('expansion-limit', at, 'too many includes; this one is left out')
    else
      this.problem('include-cycle', at, `${name} includes itself without end; this include is left out`, {
        related: related.slice(0, 8).map(place => ({ at: place, message: 'by way of this include' })),
      })
    return true
  }

  // Directives

  private readonly verbs = new Map<string, (directive: Directive, frame: Frame) => void>([
    ['define', directive => this.define(directive)],
    ['undef', directive => this.undefine(directive)],
    ['include', (directive, frame) => this.include(directive, frame)],
    ['include_next', (directive, frame) => this.include(directive, frame)],
    ['import', (directive, frame) => this.include(directive, frame)],
    ['if', (directive, frame) => this.conditionals.begin(directive, frame)],
    ['ifdef', (directive, frame) => this.conditionals.begin(directive, frame)],
    ['ifndef', (directive, frame) => this.conditionals.begin(directive, frame)],
    ['elif', (directive, frame) => this.conditionals.choose(directive, frame)],
    ['elifdef', (directive, frame) => this.conditionals.choose(directive, frame)],
    ['elifndef', (directive, frame) => this.conditionals.choose(directive, frame)],
    ['else', (directive, frame) => this.conditionals.choose(directive, frame)],
    ['endif', (directive, frame) => this.conditionals.end(directive, frame)],
    ['error', directive => this.say(directive, 'error')],
    ['warning', directive => this.say(directive, 'warning')],
    ['line', (directive, frame) => this.line(directive, frame)],
    ['pragma', (directive, frame) => this.pragma(directive, frame)],
    ['ident', () => undefined],
    ['', () => undefined],
  ])

  private unknown(directive: Directive, frame: Frame): void {
    const { name, at } = directive
    if (/^\d/.test(name)) return
    this.problem('directive', at, `invalid preprocessing directive #${name}`)
    if (isCode(directive)) frame.readLine(directive, false)
  }

  private say(directive: Directive, severity: 'error' | 'warning'): void {
    this.problem('directive', lineOf(directive), `#${directive.name} ${spell(directive.tokens)}`, { severity })
  }

  private define(directive: Directive): void {
    const { macro, problems } = definitionOf(directive)
    for (const problem of problems) this.problems.push(problem)
    if (!macro) return
    const before = this.macros.get(macro.name)
    if (before && isSameMacro(before, macro)) return
    if (before)
      this.problem('macro', macro.at ?? directive.at, `"${macro.name}" redefined`, {
        severity: 'warning',
        ...(before.at && { related: [{ at: before.at, message: 'the definition before' }] }),
      })
    this.macros.set(macro.name, macro)
    this.macroChanges++
  }

  private undefine(directive: Directive): void {
    const name = nameIn(directive, this.problems)
    if (name && this.macros.delete(name.text)) this.macroChanges++
  }

  private line(directive: Directive, frame: Frame): void {
    const [number, name] = this.expander.line(directive.tokens)
    if (number && /^\d+$/.test(number.text)) {
      frame.lineShift = Number(number.text) - lineNumber(directive.at, directive.at.start) - 1
      if (name?.kind === 'string') frame.name = name.text
    } else this.problem('directive', lineOf(directive), `"${number?.text ?? ''}" after #line is not a positive integer`)
  }

  private pragma(directive: Directive, { lexed }: Frame): void {
    if (directive.tokens[0]?.text === 'once') this.closed.add(lexed.file)
    else this.pragmas.push({ at: lineOf(directive), text: spell(directive.tokens), before: this.tokens.length })
  }

  /** `_Pragma ( "text" )` is `#pragma text` (C11 6.10.9). */
  private pragmaOperator(operator: Lexeme): void {
    const [, text, close] = [this.expander.next(), this.expander.next(), this.expander.next()]
    const at = primarySpan(operator.origin)
    if (text?.kind !== 'string' || close?.text !== ')')
      this.problem('directive', at, '_Pragma takes a parenthesized string literal')
    else this.pragmas.push({ at, text: text.text.slice(1, -1).replace(/\\(["\\])/g, '$1'), before: this.tokens.length })
  }

  // Conditions

  evaluate(directive: Directive): boolean {
    const tokens = this.expander.line(directive.tokens, line => conditionLine(line, this.expander, this))
    const { holds, problem } = evaluateCondition(tokens, directive.at)
    if (problem) this.problem(problem.kind, problem.at, problem.message)
    return holds || problem !== undefined
  }

  isDefined(name: Lexeme): boolean {
    const macro = this.macros.get(name.text)
    if (macro) this.used(macro, name, { spelled: name.origin.spelled, depth: 1 })
    return macro !== undefined || hasIncludeOperators.has(name.text)
  }

  hasInclude(header: Header, isNext: boolean): boolean {
    const frame = this.frames.at(-1)
    const includer = frame?.lexed.file ?? this.main
    return this.search.find(header, includer, isNext ? frame?.folder : undefined).file !== undefined
  }

  // Macros

  dynamic({ dynamic }: MacroDefinition, name: Lexeme): { readonly kind: 'number' | 'string'; readonly text: string } {
    const frame = this.frames.at(-1)
    switch (dynamic) {
      case 'line': {
        const place = primarySpan(name.origin)
        return { kind: 'number', text: String(lineNumber(place, place.end - 1) + (frame?.lineShift ?? 0)) }
      }
      case 'counter':
        return { kind: 'number', text: String(this.counter++) }
      case 'include-level':
        return { kind: 'number', text: String(Math.max(0, this.frames.length - 1)) }
      case 'base-file':
        return { kind: 'string', text: quoted(this.main) }
      default:
        return { kind: 'string', text: frame?.name ?? quoted(frame?.lexed.file ?? this.main) }
    }
  }

  used(macro: MacroDefinition, name: Lexeme, use: Use): void {
    const { spelled } = name.origin
    if (spelled.file !== this.main || this.uses.has(spelled.start) || !isWrittenInFile(use)) return
    this.uses.set(spelled.start, new UseOfMacro(macro, use.spelled, this.expander.sink))
  }
}

/** The one-based line of an offset. */
const lineNumber = ({ file }: Span, offset: number): number => positionAt(file, offset).line + 1

/** Whether no macro's replacement list stands between the use and the file; it may be an argument's text, though. */
function isWrittenInFile(use: Use): boolean {
  const { file, start, end } = primarySpan(use)
  return use.spelled.file === file && use.spelled.start >= start && use.spelled.end <= end
}

const quoted = ({ uri }: SourceFile): string => JSON.stringify(uri.replace(/^file:\/\//, ''))
