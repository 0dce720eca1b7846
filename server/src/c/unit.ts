import type { Origin } from '../text/origin.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import type { CType, StructType } from './values/types.ts'
import type { Value } from './values/value.ts'

/**
 * What a look for a file answers: its text, that it is not there, that what is there is no regular file of a sensible
 * size and was not read, or that nobody has looked yet.
 */
export type FileLookup = (uri: string) => SourceFile | 'absent' | 'refused' | 'pending'

/** The compiler's own options. */
export interface CompileOptions {
  /** URIs of folders, in search order (`-I`); a trailing slash is optional. */
  readonly includeDirs: readonly string[]
  /** `-D NAME=VALUE`; an empty string for `-D NAME=`, `'1'` for `-D NAME`. */
  readonly defines: Readonly<Record<string, string>>
  /** URIs of files read before the main file (`-include`). */
  readonly forceIncludes: readonly string[]
  /**
   * Device tree source, as `cpp -undef -x assembler-with-cpp` reads it: nothing is predefined, and a line such as
   * `#address-cells = <1>;` is text.
   */
  readonly dialect?: 'devicetree'
}

/** Everything the front end can say about one file, however broken the file is. */
export interface Unit {
  readonly main: SourceFile
  /** All files that were read, in the order of first inclusion, main file first. */
  readonly files: readonly SourceFile[]
  /** URIs nobody has looked for yet; read them and call again. */
  readonly missing: readonly string[]
  /** URIs that were looked for and are not there, although an earlier one of the search order might appear. */
  readonly absent: readonly string[]
  /** URIs at which there is something that was not read: no regular file, or too large a one. */
  readonly refused: readonly string[]
  readonly includes: readonly Include[]
  /** Macros as they stand at the end of the file, by name. */
  readonly macros: ReadonlyMap<string, Macro>
  /** Every use of a macro written in the main file outside other macros' bodies, in order. */
  readonly macroUses: readonly MacroUse[]
  /** Text of the main file that conditionals leave out, without the directive lines. */
  readonly inactive: readonly Span[]
  /** Structs and unions by `struct tag` / `union tag`, typedefs by their name. */
  readonly types: ReadonlyMap<string, CType>
  /** Objects defined with an initializer at file scope, in order. */
  readonly objects: readonly ObjectDefinition[]
  readonly problems: readonly Problem[]
}

export interface Include {
  /** The name with its brackets or quotes, as written. */
  readonly span: Span
  readonly name: string
  readonly file: SourceFile | undefined
}

export interface Macro {
  readonly name: string
  readonly parameters: readonly string[] | undefined
  /** The replacement list as written, blanks normalised. */
  readonly body: string
  /** The name in its `#define`; undefined for the command line's and the predefined ones. */
  readonly span: Span | undefined
}

export interface MacroUse {
  readonly macro: Macro
  /** From the name to the closing parenthesis of a function-like use. */
  readonly span: Span
  /** What the use expands to, as text, bounded. */
  readonly expansion: string
  /** Its value when the expansion is a constant expression. */
  readonly value?: bigint
}

export interface ObjectDefinition {
  readonly name: string
  readonly type: CType
  readonly value: Value
  /** Declared `const`, so that it lies in `.rodata`. */
  readonly constant: boolean
  /** In bytes, where an attribute of the declaration sets it. */
  readonly align?: number
  /** The section that an attribute of the declaration puts it into. */
  readonly section?: string
  /** Declarator's name and whole declaration. */
  readonly nameAt: Origin
  readonly origin: Origin
}

/** What a compiler would say. `kind` is stable: rules are keyed by it. */
export interface Problem {
  readonly kind: ProblemKind
  readonly span: Span
  readonly message: string
  readonly related?: readonly { readonly span: Span; readonly message: string }[]
  /** Names or texts that would make it right, best first: for "did you mean". `replace` is what to put them over. */
  readonly suggestions?: readonly { readonly title: string; readonly span: Span; readonly text: string }[]
  /** The name that was probably meant, be it spelled in a macro where nothing is suggested to put over it. */
  readonly near?: string
  /** gcc would refuse to compile (error), or warn and go on (warning). */
  readonly severity: 'error' | 'warning' | 'information'
}

export type ProblemKind =
  | 'syntax'
  | 'directive'
  | 'include-not-found'
  | 'include-cycle'
  | 'macro'
  | 'expansion-limit'
  | 'undeclared'
  | 'not-constant'
  | 'unknown-field'
  | 'unknown-type'
  | 'value-truncated'
  | 'string-truncated'
  | 'duplicate-designator'
  | 'excess-elements'
  | 'array-index'
  | 'division'
  | 'shift'
  | 'missing-separator'
  | 'declaration'

/** The struct a type is, if it is one. */
export const asStruct = (type: CType): StructType | undefined =>
  type.kind === 'struct' || type.kind === 'union' ? type : undefined
