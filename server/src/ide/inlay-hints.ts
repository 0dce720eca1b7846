import { type Analysis, sectionsOf } from '../analyze.ts'
import { tokensWithin } from '../c/raw/tokens.ts'
import { MEM_DMA } from '../config/constants.ts'
import { isSectioned, sharedRegions } from '../config/ivshmem.ts'
import { type CellConfig, cellOf, type MemoryRegion } from '../config/model.ts'
import { pinsOfWord } from '../config/pins.ts'
import { has, phys } from '../config/ranges.ts'
import { constantsFor } from '../config/reference/index.ts'
import { originOf } from '../config/written.ts'
import { devicesIn } from '../platform/devices.ts'
import { addTo } from '../text/groups.ts'
import { runs } from '../text/number-list.ts'
import { type Origin, primarySpan } from '../text/origin.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import { hex, humanSize, listed } from '../text/words.ts'
import { dmaEffect } from './dma-effect.ts'
import { pinNumbers } from './hover/pins.ts'
import { initializedNumbers } from './initialized-numbers.ts'

/** What can be switched on and off. */
export const HINT_KINDS = ['regions', 'dma', 'interrupts', 'sharedMemory', 'devices', 'values'] as const
export type HintKind = (typeof HINT_KINDS)[number]

/** Values of expressions would be most of what one sees, and devices stand in hovers: they are for those who ask. */
export const DEFAULT_HINTS: readonly HintKind[] = HINT_KINDS.filter(kind => kind !== 'values' && kind !== 'devices')

/** Words an editor shows at an offset without their being in the file. */
export interface Hint {
  readonly kind: HintKind
  readonly offset: number
  readonly text: string
}

/** The hints in a range of the analysed file, in the order of the text. */
export function inlayHints(analysis: Analysis, kinds: ReadonlySet<HintKind>, within: Span): readonly Hint[] {
  const sections = sectionsOf(analysis).flatMap(({ config, simulations }) =>
    config ? { unit: analysis.unit, cell: cellOf(config), simulations } : [],
  )
  return HINT_KINDS.filter(kind => kinds.has(kind))
    .flatMap(kind => {
      const all = kind === 'values' ? sections.slice(0, 1) : sections
      return unambiguous(all.flatMap(providers[kind])).map(hint => ({ kind, ...hint }))
    })
    .filter(({ offset }) => within.start <= offset && offset <= within.end)
    .toSorted((a, b) => a.offset - b.offset)
}

type UnkindedHint = Omit<Hint, 'kind'>

/** A configuration of the file. */
interface Section extends Pick<Analysis, 'unit' | 'simulations'> {
  readonly cell: CellConfig
}

const providers: Readonly<Record<HintKind, (section: Section) => readonly UnkindedHint[]>> = {
  regions: regionHints,
  dma: dmaHints,
  interrupts: interruptHints,
  sharedMemory: sharedMemoryHints,
  devices: deviceHints,
  values: valueHints,
}

/** Index and size behind the brace that opens a region, or behind the macro that makes it; of several, their indices. */
function regionHints({ unit, cell }: Section): readonly UnkindedHint[] {
  const byOffset = new Map<number, MemoryRegion[]>()
  for (const region of cell.mem_regions) {
    const at = region.source?.origin && primarySpan(region.source.origin)
    if (at?.file !== unit.main) continue
    addTo(byOffset, at.start, region)
  }
  return [...byOffset.values()].flatMap(hintOfRegions)
}

function hintOfRegions(made: readonly MemoryRegion[]): readonly UnkindedHint[] {
  const [first] = made
  const origin = first?.source?.origin
  if (!origin) return []
  const { file, start, end } = primarySpan(origin)
  const indices = runs(
    made.map(({ index }) => index),
    '–',
    ', ',
  )
  const size = made.length === 1 ? ` ${humanSize(first.size)}` : ''
  return [{ offset: file.text[start] === '{' ? start + 1 : end, text: `[${indices}]${size}` }]
}

/** What the flag for DMA comes to, behind the flags. */
function dmaHints({ unit, simulations, cell }: Section): readonly UnkindedHint[] {
  const [first] = simulations
  if (!first) return []
  return cell.mem_regions
    .filter(region => has(region, MEM_DMA))
    .flatMap(region => {
      const words = dmaEffect(first, cell, region)
      return words === undefined ? [] : hintAfter(originOf(region, 'flags'), unit.main, `DMA → ${words}`)
    })
}

/** The interrupts of a word with some bits set; a full word says all of itself. */
function interruptHints({ unit, cell }: Section): readonly UnkindedHint[] {
  return cell.irqchips.flatMap(chip =>
    chip.pin_bitmap.flatMap((word, index) =>
      word === 0 || word === 0xffffffff
        ? []
        : hintAfter(originOf(chip, `pin_bitmap[${index}]`), unit.main, pinNumbers(cell, pinsOfWord(chip, index))),
    ),
  )
}

function sharedMemoryHints({ unit, cell }: Section): readonly UnkindedHint[] {
  return cell.pci_devices.filter(isSectioned).flatMap(device => {
    const { start, end } = sharedRegions(device) ?? { start: 0, end: 0 }
    return hintAfter(originOf(device, 'shmem_regions_start'), unit.main, `regions ${start}–${end - 1}`)
  })
}

/** The devices of the machine whose registers lie in a region, behind its address. */
function deviceHints({ unit, simulations, cell }: Section): readonly UnkindedHint[] {
  const platform = simulations.find(each => each.platform)?.platform
  if (!platform) return []
  return cell.mem_regions.flatMap(region => {
    const names = devicesIn(platform, phys(region)).map(({ name }) => name)
    return names.length > 0 ? hintAfter(originOf(region, 'phys_start'), unit.main, listed(names, 2)) : []
  })
}

/** Values of expressions; lists of flags are their own best reading. */
function valueHints({ unit }: Section): readonly UnkindedHint[] {
  return initializedNumbers(unit.objects)
    .filter(({ field, struct, value: { origin } }) => isExpression(origin) && constantsFor(struct, field).length === 0)
    .flatMap(({ value }) => hintAfter(value.origin, unit.main, `= ${valueWords(value.value)}`))
}

function isExpression(origin: Origin | undefined): boolean {
  const tokens = origin ? tokensWithin(primarySpan(origin)) : []
  return 1 < tokens.filter(({ text }, i) => 0 < i || text !== '-').length
}

const valueWords = (value: bigint): string => (-1024n < value && value < 1024n ? String(value) : hex(value))

/** A place that stands for several values, a use of a macro, says none of them. */
function unambiguous(found: readonly UnkindedHint[]): readonly UnkindedHint[] {
  const times = new Map<number, number>()
  for (const { offset } of found) times.set(offset, (times.get(offset) ?? 0) + 1)
  return found.filter(({ offset }) => times.get(offset) === 1)
}

function hintAfter(origin: Origin | undefined, file: SourceFile, text: string): readonly UnkindedHint[] {
  const at = origin && primarySpan(origin)
  return at?.file === file ? [{ offset: at.end, text }] : []
}
