import type { Edit, Span } from '../../text/source-file.ts'

/** One proposal. `order` sorts; `insert` replaces `at`. */
export interface Completion {
  readonly label: string
  readonly kind: 'field' | 'constant' | 'value' | 'snippet' | 'macro'
  /** Type or value, beside the label. */
  readonly detail: string
  /** What it means, resolved when somebody looks: the name to look up. */
  readonly about?: { readonly struct: string; readonly field: string } | { readonly constant: string }
  readonly at: Span
  readonly insert: string
  /** Whether `insert` has tab stops (`$1`, `${2:0x1000}`). */
  readonly isSnippet: boolean
  readonly order: number
  /** What is compared with the typed word, where that is not the label. */
  readonly filter?: string
  /** What changes elsewhere in the file with it. */
  readonly elsewhere?: readonly Edit[]
}

/** `${1:0x1000}` becomes `0x1000`, `$0` nothing. */
export const withoutTabStops = (snippet: string): string =>
  snippet.replace(/\$\{\d+:([^}]*)\}/g, '$1').replace(/\$\{?\d+\}?/g, '')
