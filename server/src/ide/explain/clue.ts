import type { Span } from '../../text/source-file.ts'

/** What configurations say about a line. */
export interface Clue {
  /** blamed: this explains the line. cleared: the configuration allows what the line complains about. */
  readonly verdict: 'blamed' | 'cleared' | 'note'
  readonly message: string
  readonly at?: Span
  /** Whose access it judges, where it is an access. */
  readonly of?: 'root' | 'inmate'
  /** A region of that cell contains the address, whatever it permits. */
  readonly isHeld?: true
}

export const blamed = (message: string, at?: Span): Clue => ({ verdict: 'blamed', message, ...(at && { at }) })
export const cleared = (message: string, at?: Span): Clue => ({ verdict: 'cleared', message, ...(at && { at }) })
export const noted = (message: string, at?: Span): Clue => ({ verdict: 'note', message, ...(at && { at }) })
