import { type Position, positionAt, type SourceFile, type Span } from '../text/source-file.ts'
import { evaluateCondition } from './condition.ts'
import { Expander, type TokenSource } from './expand.ts'
import { candidatesOf } from './include.ts'
import { type Directive, type LexedFile, type Lexeme, lexFile, type Use } from './lex.ts'
import { definitionOf, isSameMacro, type MacroDefinition, spell } from './macro.ts'
import { UseOfMacro } from './macro-use.ts'
import { macrosAtStart } from './predefined.ts'
import type { Token } from './token.ts'
import type { CompileOptions, Include, Look, Macro, Problem, ProblemKind } from './unit.ts'

/** A file after translation phase 4: macros replaced, includes read, conditionals decided. */
export interface Preprocessed {
  readonly tokens: readonly Token[]
  /** `#pragma` lines that are not the preprocessor's own, in order. */
  readonly pragmas: readonly Pragma[]
  readonly files: readonly SourceFile[]
  readonly wanted: readonly string[]
  readonly absent: readonly string[]
  readonly includes: readonly Include[]
  readonly macros: ReadonlyMap<string, Macro>
  readonly macroUses: readonly UseOfMacro[]
  readonly inactive: readonly Span[]
  readonly problems: readonly Problem[]
}

export interface Pragma {
  readonly at: Span
  /** What follows `#pragma`, blanks normalised. */
  readonly text: string
  /** Index among the tokens of the one it stands before. */
  readonly before: number
}

export function preprocess(main: SourceFile, options: CompileOptions, look: Look): Preprocessed {
  return new Preprocessor(main, options, look).run()
}

/** An `#if` and what has become of it. */
interface Conditional {
  readonly at: Span
  /** One of its groups was read, so the others are not. */
  taken: boolean
  sawElse: boolean
}

/** A file being read. */
interface Frame {
  readonly lexed: LexedFile
  readonly conditionals: Conditional[]
  /** Index of the include folder it was found in; -1 for none. */
  readonly folder: number
  /** How many changes the macros had seen when it was opened. */
  readonly openedAt: number
  /** Index of the next token, and of the next directive, and where that begins among the tokens. */
  next: number
  directive: number
  boundary: number
  /** What `#line` made of lines and name. */
  lineShift: number
  name: string | undefined
}

/** Include files within each other; gcc's own limit. */
const includeDepthLimit = 200
/** Tokens and directives of all files read, each as often as it is read. */
const readingLimit = 1 << 23

class Preprocessor implements TokenSource {
  private readonly main: SourceFile
  private readonly options: CompileOptions
  private readonly look: Look
  private readonly expander: Expander
  private readonly macros: Map<string, MacroDefinition>
  private readonly frames: Frame[] = []
  private readonly files = new Set<SourceFile>()
  private readonly wanted = new Set<string>()
  private readonly absent = new Set<string>()
  private readonly once = new Set<SourceFile>()
  private readonly includes: Include[] = []
  private readonly uses = new Map<number, UseOfMacro>()
  private readonly inactive: Span[] = []
  private readonly problems: Problem[] = []
  private readonly pragmas: Pragma[] = []
  private readonly tokens: Token[] = []
  /** Where the tokens being made go: `tokens`, or those of a directive. */
  private sink: Token[] = this.tokens
  private macroChanges = 0
  private counter = 0
  private read = 0
  private readonly cyclic = new Set<SourceFile>()

  constructor(main: SourceFile, options: CompileOptions, look: Look) {
    this.main = main
    this.options = options
    this.look = look
    this.macros = new Map(macrosAtStart(options))
    this.expander = new Expander(this.macros, this)
  }

  run(): Preprocessed {
    this.files.add(this.main)
    this.open(this.main, -1)
    for (const uri of this.options.forceIncludes.toReversed()) this.forceInclude(uri)
    for (let token = this.expander.next(); token; token = this.expander.next()) this.tokens.push(token)
    return {
      tokens: this.tokens,
      pragmas: this.pragmas,
      files: [...this.files],
      wanted: [...this.wanted],
      absent: [...this.absent],
      includes: this.includes,
      macros: this.macros,
      macroUses: [...this.uses.values()].sort((a, b) => a.at.start - b.at.start),
      inactive: this.inactive,
      problems: this.problems,
    }
  }

  problem(kind: ProblemKind, at: Span, message: string, severity: Problem['severity'] = 'error'): void {
    this.problems.push({ kind, at, message, severity })
  }

  next(withinFile: boolean): Lexeme | undefined {
    for (let frame = this.frames.at(-1); frame; frame = this.frames.at(-1)) {
      if (frame.next < frame.boundary) return frame.lexed.tokens[frame.next++]
      const directive = frame.lexed.directives[frame.directive]
      if (directive) {
        this.goTo(frame, frame.directive + 1, directive.end)
        this.obey(directive, frame)
      } else if (withinFile) return undefined
      else this.close(frame)
    }
    return undefined
  }

  peek(): Lexeme | undefined {
    const frame = this.frames.at(-1)
    return frame && frame.next < frame.boundary ? frame.lexed.tokens[frame.next] : undefined
  }

  private goTo(frame: Frame, directive: number, next: number): void {
    frame.directive = directive
    frame.next = next
    frame.boundary = frame.lexed.directives[directive]?.first ?? frame.lexed.tokens.length
  }

  private open(file: SourceFile, folder: number): void {
    const lexed = lexFile(file)
    this.read += lexed.tokens.length + lexed.directives.length
    const frame: Frame = {
      lexed,
      conditionals: [],
      folder,
      openedAt: this.macroChanges,
      next: 0,
      directive: 0,
      boundary: 0,
      lineShift: 0,
      name: undefined,
    }
    this.goTo(frame, 0, 0)
    this.frames.push(frame)
    if (lexed.cutOff) this.problem('expansion-limit', lexed.cutOff, 'the file is too large; the rest is left out')
  }

  private close(frame: Frame): void {
    for (const { at } of frame.conditionals) this.problem('directive', at, 'unterminated conditional')
    if (frame.lexed.openComment) this.problem('syntax', frame.lexed.openComment, 'unterminated comment')
    this.frames.pop()
  }

  private obey(directive: Directive, frame: Frame): void {
    switch (directive.name) {
      case '':
        return
      case 'define':
        return this.define(directive)
      case 'undef':
        return this.undefine(directive)
      case 'include':
      case 'import':
      case 'include_next':
        return this.include(directive, frame)
      case 'if':
      case 'ifdef':
      case 'ifndef':
        frame.conditionals.push({ at: directive.at, taken: false, sawElse: false })
        return this.choose(directive, frame)
      case 'elif':
      case 'elifdef':
      case 'elifndef':
      case 'else':
        return this.choose(directive, frame)
      case 'endif':
        if (!frame.conditionals.pop()) this.problem('directive', directive.at, '#endif without #if')
        return this.expectEnd(directive, 0)
      case 'error':
      case 'warning':
        return this.problem('directive', lineOf(directive), message(directive), directive.name)
      case 'line':
        return this.line(directive, frame)
      case 'pragma':
        return this.pragma(directive, frame)
      default:
        return this.unknown(directive)
    }
  }

  private unknown(directive: Directive): void {
    if (/^\d/.test(directive.name) || directive.name === 'ident' || directive.name === 'sccs') return
    this.problem('directive', directive.at, `invalid preprocessing directive #${directive.name}`)
  }

  private expectEnd(directive: Directive, used: number): void {
    const extra = directive.tokens[used]
    if (!extra) return
    const words = `extra tokens at end of #${directive.name} directive`
    this.problem('directive', extra.origin.spelled, words, 'warning')
  }

  private define(directive: Directive): void {
    const { macro, problems } = definitionOf(directive)
    this.problems.push(...problems)
    if (!macro) return
    const before = this.macros.get(macro.name)
    if (before && isSameMacro(before, macro)) return
    if (before) this.redefined(macro, before)
    this.macros.set(macro.name, macro)
    this.macroChanges++
  }

  private redefined(macro: MacroDefinition, before: MacroDefinition): void {
    this.problems.push({
      kind: 'macro',
      severity: 'warning',
      at: macro.at!,
      message: `"${macro.name}" redefined`,
      ...(before.at && { related: [{ at: before.at, message: 'this is the location of the previous definition' }] }),
    })
  }

  private undefine(directive: Directive): void {
    const name = this.nameIn(directive)
    if (name && this.macros.delete(name.text)) this.macroChanges++
  }

  /** The identifier that is all a directive takes. */
  private nameIn(directive: Directive): Lexeme | undefined {
    const name = directive.tokens[0]
    if (name?.kind !== 'identifier') {
      const words = name ? 'macro names must be identifiers' : `no macro name given in #${directive.name} directive`
      this.problem('directive', name?.origin.spelled ?? directive.at, words)
      return undefined
    }
    this.expectEnd(directive, 1)
    return name
  }

  private choose(directive: Directive, frame: Frame): void {
    const conditional = frame.conditionals.at(-1)
    if (!conditional) return this.problem('directive', directive.at, `#${directive.name} without #if`)
    if (conditional.sawElse) this.problem('directive', directive.at, `#${directive.name} after #else`)
    if (directive.name === 'else') {
      conditional.sawElse = true
      this.expectEnd(directive, 0)
    }
    if (conditional.taken || !this.holds(directive)) return this.skip(directive, frame)
    conditional.taken = true
  }

  private holds(directive: Directive): boolean {
    switch (directive.name) {
      case 'else':
        return true
      case 'if':
      case 'elif':
        return this.evaluate(directive)
      default: {
        const name = this.nameIn(directive)
        return name !== undefined && this.isDefined(name) !== directive.name.endsWith('ndef')
      }
    }
  }

  private isDefined(name: Lexeme): boolean {
    const macro = this.macros.get(name.text)
    if (macro && !macro.dynamic) this.used(macro, name, { ...name.origin, depth: 1 })
    return macro !== undefined || name.text === '__has_include' || name.text === '__has_include_next'
  }

  /** Goes on at the next `#elif`, `#else` or `#endif` of the same conditional. */
  private skip(from: Directive, frame: Frame): void {
    const { directives, tokens } = frame.lexed
    let depth = 0
    let index = frame.directive
    for (; index < directives.length; index++) {
      const { name } = directives[index]!
      if (depth === 0 && (name === 'else' || name.startsWith('elif'))) break
      if (name === 'endif' && depth-- === 0) break
      if (name === 'if' || name === 'ifdef' || name === 'ifndef') depth++
    }
    this.goTo(frame, index, directives[index]?.first ?? tokens.length)
    const end = directives[index]?.lineStart ?? frame.lexed.file.text.length
    if (frame === this.frames[0] && from.nextLine < end)
      this.inactive.push({ file: this.main, start: from.nextLine, end })
  }

  private evaluate(directive: Directive): boolean {
    const tokens = this.expandLine(directive.tokens, () => this.conditionTokens())
    const { holds, problem } = evaluateCondition(tokens, directive.at)
    if (problem) this.problem(problem.kind, problem.at, problem.message)
    return holds
  }

  private expandLine(tokens: readonly Lexeme[], read: () => Lexeme[]): Lexeme[] {
    const sink = this.sink
    this.sink = []
    const line = this.expander.within(tokens, read)
    for (const token of line) this.sink.push(token)
    this.sink = sink
    return line
  }

  private conditionTokens(): Lexeme[] {
    const line: Lexeme[] = []
    for (let token = this.expander.next(); token; token = this.expander.next()) {
      if (token.text === 'defined') line.push(this.defined(token))
      else if (token.text === '__has_include' || token.text === '__has_include_next') line.push(this.hasInclude(token))
      else line.push(token)
    }
    return line
  }

  private defined(operator: Lexeme): Lexeme {
    const isOpen = this.expander.peek()?.text === '('
    if (isOpen) this.expander.raw()
    const name = this.expander.raw()
    const close = isOpen ? this.expander.raw() : undefined
    const at = (name ?? operator).origin.spelled
    if (name?.kind !== 'identifier') this.problem('directive', at, 'operator "defined" requires an identifier')
    else if (isOpen && close?.text !== ')') this.problem('directive', at, 'missing \')\' after "defined"')
    return answer(operator, name?.kind === 'identifier' && this.isDefined(name))
  }

  private hasInclude(operator: Lexeme): Lexeme {
    const isOpen = this.expander.peek()?.text === '('
    if (isOpen) this.expander.raw()
    const header = headerName(this.headerTokens())
    const close = this.expander.raw()
    if (!isOpen || !header || close?.text !== ')') {
      this.problem('directive', operator.origin.spelled, `operator "${operator.text}" requires a header-name`)
      return answer(operator, false)
    }
    const after = operator.text === '__has_include' ? undefined : this.frames.at(-1)?.folder
    return answer(operator, this.find(header, after).file !== undefined)
  }

  private headerTokens(): Lexeme[] {
    const line: Lexeme[] = []
    const first = this.expander.peek()
    const isPlain = first?.kind === 'string' || first?.text === '<'
    for (let token = isPlain ? this.expander.raw() : this.expander.next(); token; ) {
      line.push(token)
      if (token.text === '>' || line[0]?.kind === 'string') break
      token = isPlain ? this.expander.raw() : this.expander.next()
    }
    return line
  }

  private include(directive: Directive, frame: Frame): void {
    const first = directive.tokens[0]
    const written = first?.kind === 'string'
    const tokens = written
      ? directive.tokens.slice(0, 1)
      : this.expandLine(directive.tokens, () => this.expander.expandRest())
    const header = headerName(tokens)
    if (!first || !header)
      return this.problem(
        'directive',
        first ? lineOf(directive) : directive.at,
        `#${directive.name} expects "FILENAME" or <FILENAME>`,
      )
    if (written) this.expectEnd(directive, 1)
    const at = written
      ? first.origin.spelled
      : { ...first.origin.spelled, end: directive.tokens.at(-1)!.origin.spelled.end }
    const after = directive.name === 'include_next' ? frame.folder : undefined
    const { file, folder, isPending } = this.find(header, after)
    this.includes.push({ at, name: header.name, file })
    if (file) this.enter(file, folder, at)
    else if (!isPending) this.problem('include-not-found', at, `${header.name}: No such file or directory`)
    if (file && directive.name === 'import') this.once.add(file)
  }

  /** Looks along the search order; whatever nobody has looked for yet is asked for. */
  private find(
    { name, isQuoted }: Header,
    after: number | undefined,
  ): { readonly file: SourceFile | undefined; readonly folder: number; readonly isPending: boolean } {
    let isPending = false
    const includer = this.frames.at(-1)!.lexed.file.uri
    for (const { uri, folder } of candidatesOf(name, isQuoted, includer, this.options.includeDirs, after)) {
      const found = uri === this.main.uri ? this.main : this.look(uri)
      if (found === 'unasked') {
        this.wanted.add(uri)
        isPending = true
      } else if (found === 'absent') this.absent.add(uri)
      else return { file: found, folder, isPending }
    }
    return { file: undefined, folder: -1, isPending }
  }

  private forceInclude(uri: string): void {
    const found = this.look(uri)
    const at = { file: this.main, start: 0, end: 0 }
    if (found === 'unasked') this.wanted.add(uri)
    else if (found !== 'absent') this.enter(found, -1, at)
    else {
      this.absent.add(uri)
      this.problem('include-not-found', at, `${uri}: No such file or directory`)
    }
  }

  private enter(file: SourceFile, folder: number, at: Span): void {
    this.files.add(file)
    if (this.once.has(file) || this.cyclic.has(file)) return
    if (this.isCycle(file)) {
      this.cyclic.add(file)
      return this.problem('include-cycle', at, 'this file includes itself, directly or through others, without end')
    }
    if (this.read > readingLimit || this.frames.length > includeDepthLimit) {
      this.cyclic.add(file)
      return this.problem('expansion-limit', at, 'too many includes; this one is left out')
    }
    this.open(file, folder)
  }

  /** Whether a file is entered again with the very macros it was entered with before: then it never ends. */
  private isCycle(file: SourceFile): boolean {
    return this.frames.some(
      frame =>
        frame.lexed.file === file && (frame.openedAt === this.macroChanges || this.frames.length > includeDepthLimit),
    )
  }

  private line(directive: Directive, frame: Frame): void {
    const [number, name] = this.expandLine(directive.tokens, () => this.expander.expandRest())
    if (!number || !/^\d+$/.test(number.text))
      return this.problem('directive', directive.at, `"${number?.text ?? ''}" after #line is not a positive integer`)
    frame.lineShift = Number(number.text) - lineAfter(directive)
    if (name?.kind === 'string') frame.name = name.text
  }

  private pragma(directive: Directive, frame: Frame): void {
    if (directive.tokens[0]?.text === 'once') this.once.add(frame.lexed.file)
    else this.pragmas.push({ at: lineOf(directive), text: spell(directive.tokens), before: this.tokens.length })
  }

  dynamic(macro: MacroDefinition, name: Lexeme): Lexeme {
    const text = this.dynamicText(macro)
    return { ...name, kind: text.startsWith('"') ? 'string' : 'number', text, origin: { ...name.origin } }
  }

  private dynamicText(macro: MacroDefinition): string {
    const frame = this.frames.at(-1)
    switch (macro.dynamic) {
      case 'line':
        return String(frame ? this.lineOfLast(frame) + frame.lineShift : 0)
      case 'counter':
        return String(this.counter++)
      case 'include-level':
        return String(Math.max(0, this.frames.length - 1))
      case 'base-file':
        return quoted(this.main.uri)
      default:
        return frame?.name ?? quoted((frame?.lexed.file ?? this.main).uri)
    }
  }

  /** The one-based line of the token read last. */
  private lineOfLast({ lexed, next }: Frame): number {
    const last = lexed.tokens[Math.max(0, next - 1)]
    return last ? lineAt(last.origin.spelled.start, lexed.file).line + 1 : 1
  }

  used(macro: MacroDefinition, name: Lexeme, use: Use): void {
    const { spelled } = name.origin
    if (spelled.file !== this.main || this.uses.has(spelled.start) || !isWrittenHere(use)) return
    this.uses.set(spelled.start, new UseOfMacro(macro, use.spelled, this.sink))
  }
}

const lineAt = (offset: number, file: SourceFile): Position => positionAt(file, offset)

/** The one-based line after a directive's. */
const lineAfter = (directive: Directive): number => lineAt(directive.at.start, directive.at.file).line + 2

/** Whether no macro's replacement list stands between the use and the file: it may be an argument's text, though. */
function isWrittenHere(use: Use): boolean {
  let outermost = use
  while (outermost.expandedAt) outermost = outermost.expandedAt
  const { file, start, end } = outermost.spelled
  return use.spelled.file === file && use.spelled.start >= start && use.spelled.end <= end
}

interface Header {
  readonly name: string
  readonly isQuoted: boolean
}

/** The name in `"name"` or `< name >`. */
function headerName(tokens: readonly Lexeme[]): Header | undefined {
  const text = spell(tokens)
  const [, quotedName, bracketed] = /^"([^"]+)"|^<([^>]+)>/.exec(text) ?? []
  const name = quotedName ?? bracketed
  return name === undefined ? undefined : { name, isQuoted: quotedName !== undefined }
}

const quoted = (uri: string): string => JSON.stringify(uri.replace(/^file:\/\//, ''))

const answer = (operator: Lexeme, holds: boolean): Lexeme => ({
  ...operator,
  kind: 'number',
  text: holds ? '1' : '0',
})

/** From the `#` to the last token of the line. */
const lineOf = ({ at, tokens }: Directive): Span => ({ ...at, end: tokens.at(-1)?.origin.spelled.end ?? at.end })

const message = ({ name, tokens }: Directive): string => `#${name} ${spell(tokens)}`
