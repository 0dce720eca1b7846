import { CopiedMap } from '../../text/copied-map.ts'
import type { Problem } from '../unit.ts'
import { nameIn } from './directive.ts'
import type { Directive } from './lex.ts'
import { definitionOf, isSameMacro, type MacroDefinition } from './macro.ts'

/** The macros in force at one place of the text, and how often that changed so far. */
export class MacroTable {
  readonly definitions: CopiedMap<string, MacroDefinition>
  changes = 0
  readonly #pushed = new Map<string, readonly (MacroDefinition | undefined)[]>()

  /** Goes on from what was in force somewhere, and leaves that alone. */
  constructor(definitions: ReadonlyMap<string, MacroDefinition>) {
    this.definitions = new CopiedMap(definitions)
  }

  define(directive: Directive, problems: Problem[]): void {
    const { macro, problems: found } = definitionOf(directive)
    for (const problem of found) problems.push(problem)
    if (!macro) return
    const before = this.definitions.get(macro.name)
    if (before && isSameMacro(before, macro)) return
    if (before)
      problems.push({
        kind: 'macro',
        span: macro.span ?? directive.span,
        message: `"${macro.name}" redefined`,
        severity: 'warning',
        ...(before.span && { related: [{ span: before.span, message: 'previous definition' }] }),
      })
    this.definitions.set(macro.name, macro)
    this.changes++
  }

  undefine(directive: Directive, problems: Problem[]): void {
    const name = nameIn(directive, problems)
    if (name && this.definitions.delete(name.text)) this.changes++
  }

  /** `push_macro("NAME")` keeps what a name stands for until `pop_macro("NAME")`. */
  keepOrRestore(pragma: string): void {
    const [, action, name = ''] = /^(push|pop)_macro *\( *"(\w+)" *\)/.exec(pragma) ?? []
    const kept = this.#pushed.get(name) ?? []
    if (action === 'push') this.#pushed.set(name, [...kept, this.definitions.get(name)])
    if (action !== 'pop' || kept.length === 0) return
    const before = kept.at(-1)
    this.#pushed.set(name, kept.slice(0, -1))
    if (before) this.definitions.set(name, before)
    else this.definitions.delete(name)
    this.changes++
  }
}
