import type { Analysis } from '../../analyze.ts'
import { type HoverContent, truncated } from '../blocks.ts'
import { findNode } from '../node-path.ts'
import { elementHover } from './element.ts'
import { fieldHover } from './field.ts'
import { includeHover } from './include.ts'
import { macroHover } from './macro.ts'
import { numberHover } from './number.ts'

/** What there is to know about the text at an offset of the analysed file. */
export function hover(analysis: Analysis, offset: number): HoverContent | undefined {
  const { unit } = analysis
  const path = findNode(unit, offset)
  const content =
    includeHover(unit, offset) ??
    macroHover(analysis, path, offset) ??
    (path && fieldHover(analysis, path, offset)) ??
    numberHover(unit, offset) ??
    (path && elementHover(analysis, path, offset))
  return content && { ...content, blocks: truncated(content.blocks) }
}
