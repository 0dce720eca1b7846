import { indentStepOf } from '../../edit/layout.ts'
import { blankEnd, newlineOf } from '../../text/lines.ts'
import type { Edit, SourceFile, Span } from '../../text/source-file.ts'

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
  readonly additionalEdits?: readonly Edit[]
  /** An element with all its values, which can be tried in the engine. */
  readonly isWhole?: boolean
  /** Nobody knows yet what such an element would cause. */
  readonly isUntried?: boolean
}

/** In the indentation and with the line ends of the file, and without a comma where there is one. */
export function adaptedTo(file: SourceFile, item: Completion): Completion {
  if (!item.isSnippet) return item
  const insert = item.insert.replaceAll('\t', indentStepOf(file)).replaceAll('\n', newlineOf(file.text))
  const hasComma = file.text[blankEnd(file.text, item.at.end)] === ','
  return { ...item, insert: hasComma && insert.endsWith(',$0') ? `${insert.slice(0, -3)}$0` : insert }
}

/** `${1:0x1000}` becomes `0x1000`, `$0` nothing. */
export const withoutTabStops = (snippet: string): string =>
  snippet.replace(/\$\{\d+:([^}]*)\}/g, '$1').replace(/\$\{?\d+\}?/g, '')
