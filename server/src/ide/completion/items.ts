import type { Span } from '../../text/source-file.ts'

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
}
