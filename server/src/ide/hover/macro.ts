import type { Analysis } from '../../analyze.ts'
import { wordAt } from '../../c/raw/tokens.ts'
import type { MacroUse, Unit } from '../../c/unit.ts'
import { type ConstantDoc, constantDoc } from '../../config/reference/index.ts'
import { primarySpan } from '../../text/origin.ts'
import { type Block, code, type HoverContent, table, text, title } from '../blocks.ts'
import { elementSummary } from '../element-summary.ts'
import { contains, findNode, type NodePath } from '../node-path.ts'
import { regionOf } from './element.ts'
import { flagEffect } from './flag.ts'
import { numberHover, numberWords } from './number.ts'

/** A macro: what its constant means and does here, or what it expands to; and the elements of an array it makes. */
export function macroHover(analysis: Analysis, path: NodePath | undefined, offset: number): HoverContent | undefined {
  const { unit } = analysis
  const word = wordAt(unit.main, offset)
  const use = word && innermostUse(unit, offset, word.text)
  const macro = use?.macro ?? (word && unit.macros.get(word.text))
  if (!word || path?.onDesignator) return undefined
  if (!macro) return argumentHover(analysis, offset)
  const doc = constantDoc(macro.name)
  const region = path && !isFromMacro(path) ? regionOf(analysis, path) : undefined
  const value = use?.value ?? (use && path && valueOfUse(use, path))
  const valueText = value === undefined ? doc?.value : numberWords(value)
  const generated = use ? generatedElements(unit, use) : []
  const isUnknown = !doc && value === undefined && generated.length === 0
  const said = valueText === undefined ? macro.name : `${macro.name} = ${valueText}`
  const effect = doc && region && flagEffect(analysis, region, macro.name)
  return {
    at: word.span,
    blocks: [
      ...(effect === undefined ? [title(said)] : [title(effect), text(said)]),
      ...(doc
        ? constantWords(doc)
        : [code(shortened(`#define ${macro.name}${parameters(macro.parameters)} ${macro.body}`))]),
      ...(use && isUnknown ? [text('expands to'), code(shortened(use.expansion))] : []),
      ...generated,
    ],
  }
}

const innermostUse = (unit: Unit, offset: number, name: string): MacroUse | undefined =>
  unit.macroUses.findLast(use => use.macro.name === name && contains(use.span, unit.main, offset))

/** What a use comes to that is all a value is written by: `ARRAY_SIZE(config.mem_regions)`. */
function valueOfUse({ span: at }: MacroUse, { steps }: NodePath): bigint | undefined {
  const last = steps.at(-1)
  if (last?.value.kind !== 'int' || !last.value.origin) return undefined
  const place = primarySpan(last.value.origin)
  const isAll = place.file === at.file && place.start === at.start && place.end === at.end
  const around = last.parent.origin && primarySpan(last.parent.origin)
  return isAll && around?.start !== place.start ? last.value.value : undefined
}

/** Whether the path leads through a struct or array that a macro wrote. */
const isFromMacro = ({ steps }: NodePath): boolean =>
  steps.some(({ value }) => value.kind !== 'int' && value.origin?.expandedAt !== undefined)

/** A number handed to a macro that makes elements: the number, and what comes of it. */
function argumentHover({ unit }: Analysis, offset: number): HoverContent | undefined {
  const use = unit.macroUses.findLast(({ span: at }) => contains(at, unit.main, offset))
  const generated = use ? generatedElements(unit, use) : []
  const content = generated.length > 0 ? numberHover(unit, offset) : undefined
  return content && { ...content, blocks: [...content.blocks, ...generated] }
}

/** The elements of an array that a use of a macro makes, by their indices. */
function generatedElements(unit: Unit, { span: at }: MacroUse): readonly Block[] {
  const step = findNode(unit, at.start)?.steps.find(({ index, value }) => {
    const place = index !== undefined && value.kind === 'struct' && value.origin && primarySpan(value.origin)
    return place && place.start === at.start
  })
  if (step?.parent.kind !== 'array') return []
  const rows = step.parent.items.flatMap((value, index) =>
    value.origin && primarySpan(value.origin).start === at.start ? [[`[${index}]`, elementSummary(value)]] : [],
  )
  return [table(['element', 'what it is'], rows)]
}

const parameters = (names: readonly string[] | undefined): string => (names ? `(${names.join(', ')})` : '')

const MAX_EXPANSION = 240

const shortened = (words: string): string =>
  words.length <= MAX_EXPANSION ? words : `${words.slice(0, MAX_EXPANSION)} …`

const constantWords = (doc: ConstantDoc): readonly Block[] => [text(`${doc.brief}.`, doc.detail)]
