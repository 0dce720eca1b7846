import type { Range } from '../../config/ranges.ts'

export interface RootOptions {
  readonly name: string
  /** Memory to take, where the facts do not tell or another is wanted. */
  readonly memory?: Range
}

export interface NewFile {
  readonly text: string
  /** What is left to its author. */
  readonly notes: readonly string[]
}

/** A new file, or what is missing to make one. */
export type Made = NewFile | { readonly missing: string }
