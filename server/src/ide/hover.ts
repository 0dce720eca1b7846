import type { Analysis } from '../analyze.ts'
import { elementNote } from './element-note.ts'
import { fieldNote } from './field-note.ts'
import { includeNote } from './include-note.ts'
import { locate } from './locate.ts'
import { macroNote } from './macro-note.ts'
import { fitted, type Note } from './note.ts'
import { numberNote } from './number-note.ts'

/** What there is to know about the text at an offset of the analysed file. */
export function hover(analysis: Analysis, offset: number): Note | undefined {
  const { unit } = analysis
  const spot = locate(unit, offset)
  const note =
    includeNote(unit, offset) ??
    macroNote(analysis, spot, offset) ??
    (spot && fieldNote(analysis, spot, offset)) ??
    numberNote(unit, offset) ??
    (spot && elementNote(analysis, spot))
  return note && { ...note, blocks: fitted(note.blocks) }
}
