import type { Range } from '../../config/ranges.ts'

export interface RootOptions {
  readonly name: string
  /** Memory to take, where the facts do not tell or another is wanted. */
  readonly memory?: Range
  /** Devices up to 1 MiB apart in one region, instead of 64 KiB: fewer regions, which give the root what lies between. */
  readonly isCoarse?: boolean
}

export interface NewFile {
  readonly text: string
  /** What is left to its author. */
  readonly notes: readonly string[]
}

/** A new file, or what is missing to make one. */
export type Made = NewFile | { readonly missing: string }
