import type { Span } from '../../text/source-file.ts'
import type { Problem } from '../unit.ts'
import { expectEnd, isCode, nameIn } from './directive.ts'
import type { Frame } from './frame.ts'
import type { Directive, Lexeme } from './lex.ts'

/** What conditionals ask of the preprocessor. */
export interface Conditions {
  isDefined(name: Lexeme): boolean
  /** Whether the expression of an `#if` or `#elif` holds; one that cannot be decided does. */
  evaluate(directive: Directive): boolean
}

/** Decides which groups of each `#if` to `#endif` are read, and has the frame skip the others (C11 6.10.1). */
export class Conditionals {
  /** The groups of the main file that are not read. */
  readonly inactive: Span[] = []
  readonly #conditions: Conditions
  readonly #problems: Problem[]

  constructor(conditions: Conditions, problems: Problem[]) {
    this.#conditions = conditions
    this.#problems = problems
  }

  begin(directive: Directive, frame: Frame): void {
    frame.conditionals.push({ span: directive.span, taken: false, sawElse: false })
    this.choose(directive, frame)
  }

  end(directive: Directive, frame: Frame): void {
    if (!frame.conditionals.pop()) this.#problem(directive, '#endif without #if')
    expectEnd(directive, 0, this.#problems)
  }

  choose(directive: Directive, frame: Frame): void {
    const conditional = frame.conditionals.at(-1)
    if (!conditional) {
      this.#problem(directive, `#${directive.name} without #if`)
      return
    }
    if (conditional.sawElse) this.#problem(directive, `#${directive.name} after #else`)
    if (directive.name === 'else') {
      conditional.sawElse = true
      expectEnd(directive, 0, this.#problems)
    }
    const problems = this.#problems.length
    if (!conditional.taken && this.#holds(directive)) conditional.taken = true
    else this.#skip(directive, frame)
    if (problems < this.#problems.length && isCode(directive)) frame.readLine(directive, 2)
  }

  #skip(directive: Directive, frame: Frame): void {
    const end = frame.skipGroup()
    const isMain = frame.includedAt === undefined
    if (isMain && end !== undefined && directive.nextLine < end)
      this.inactive.push({ file: frame.lexed.file, start: directive.nextLine, end })
  }

  #holds(directive: Directive): boolean {
    if (directive.name === 'else') return true
    if (directive.name === 'if' || directive.name === 'elif') return this.#conditions.evaluate(directive)
    const name = nameIn(directive, this.#problems)
    return name !== undefined && this.#conditions.isDefined(name) !== directive.name.endsWith('ndef')
  }

  #problem({ span }: Directive, message: string): void {
    this.#problems.push({ kind: 'directive', span, message, severity: 'error' })
  }
}
