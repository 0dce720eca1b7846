import type { Analysis } from '../analyze.ts'
import { lexFile } from '../c/lex.ts'
import type { Macro, Unit } from '../c/unit.ts'
import type { Value } from '../c/value.ts'
import { type CellConfig, type Config, cellOf, type MemoryRegion } from '../config/model.ts'
import { overlap, phys } from '../config/ranges.ts'
import { isSpelledInPlace, type Origin, site } from '../text/origin.ts'
import type { Edit, SourceFile, Span } from '../text/source-file.ts'
import { shmemRegions } from './ivshmem.ts'
import { covers, locate, type Spot, wordAt } from './locate.ts'

/** Where what stands at an offset is defined: a macro, a field, the regions an index points to, the file of an include. */
export function definitions(analysis: Analysis, offset: number): readonly Span[] {
  const { unit } = analysis
  const include = unit.includes.find(({ at }) => covers(at, unit.main, offset))
  if (include) return include.file ? [{ file: include.file, start: 0, end: 0 }] : []
  const spot = locate(unit, offset)
  const macro = spot?.onDesignator ? undefined : macroAt(unit, offset)
  if (macro) return macro.at ? [macro.at] : []
  if (spot?.onDesignator) return fieldDeclaration(spot)
  const object = unit.objects.find(({ name }) => name === wordAt(unit.main, offset)?.text)
  if (object) return [site(object.nameAt)]
  return spot && analysis.config ? pointedTo(analysis, analysis.config, spot) : []
}

function macroAt(unit: Unit, offset: number): Macro | undefined {
  const word = wordAt(unit.main, offset)
  return word && unit.macros.get(word.text)
}

function fieldDeclaration({ steps }: Spot): readonly Span[] {
  const member = steps.at(-1)?.field?.written.member
  return member ? [site(member.origin)] : []
}

/** An index into another array leads to its elements; a region leads to the regions of other cells over its memory. */
function pointedTo(analysis: Analysis, config: Config, { steps }: Spot): readonly Span[] {
  const cell = cellOf(config)
  const field = steps.findLast(step => step.field)?.field?.name
  const holder = steps.findLast(({ value }) => value.kind === 'struct')?.value
  const device = cell.pci_devices.find(({ source }) => source === holder)
  if (device && field === 'shmem_regions_start')
    return elements(cell, 'mem_regions', device.shmem_regions_start, shmemRegions(device))
  if (device && field === 'caps_start') return elements(cell, 'pci_caps', device.caps_start, device.num_caps)
  const region = cell.mem_regions.find(({ source }) => source === holder)
  return region ? otherSides(analysis, cell, region) : []
}

function elements(cell: CellConfig, name: string, start: number, count: number): readonly Span[] {
  const items = cell.arrays.find(array => array.name === name)?.value.items.slice(start, start + count) ?? []
  return items.flatMap(({ origin }) => (origin ? [site(origin)] : []))
}

/** Regions of the other cells of the scenarios that lie over the same memory. */
function otherSides({ cases }: Analysis, cell: CellConfig, region: MemoryRegion): readonly Span[] {
  const others = new Set(cases.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  return [...others]
    .filter(other => other !== cell)
    .flatMap(other => other.mem_regions.filter(candidate => overlap(phys(candidate), phys(region))))
    .flatMap(({ source }) => (source?.origin ? [site(source.origin)] : []))
}

/** Every place of the analysed file that names what stands at an offset, its definition included. */
export function references({ unit }: Analysis, offset: number): readonly Span[] {
  const spot = locate(unit, offset)
  if (spot?.onDesignator) {
    const member = spot.steps.at(-1)?.field?.written.member
    return unit.objects.flatMap(({ value }) => [...designatorsOf(value, member?.origin)]).filter(inFile(unit.main))
  }
  const word = wordAt(unit.main, offset)
  if (!word || (!unit.macros.has(word.text) && !isDefinedHere(unit, word.text))) return []
  return identifiers(unit.main, word.text)
}

const inFile =
  (file: SourceFile) =>
  (span: Span): boolean =>
    span.file === file

/** Designators of one member, wherever its struct occurs. */
function* designatorsOf(value: Value, member: Origin | undefined): Iterable<Span> {
  if (value.kind === 'array') for (const item of value.items) yield* designatorsOf(item, member)
  if (value.kind !== 'struct') return
  for (const field of value.fields.values()) {
    if (field.designator && isSpelledInPlace(field.designator) && field.member.origin === member)
      yield field.designator.spelled
    yield* designatorsOf(field.value, member)
  }
}

const isDefinedHere = (unit: Unit, name: string): boolean =>
  unit.macros.get(name)?.at?.file === unit.main || unit.objects.some(object => object.name === name)

/** The identifiers of a name in a file: uses, definition and directives, not comments and strings. */
const identifiers = (file: SourceFile, name: string): readonly Span[] =>
  lexFile(file)
    .tokens.filter(token => token.kind === 'identifier' && token.text === name)
    .map(token => token.origin.spelled)

/** What may be renamed: macros and objects this very file defines. */
export function renameable({ unit }: Analysis, offset: number): Span | undefined {
  const word = wordAt(unit.main, offset)
  return word && isDefinedHere(unit, word.text) ? word.at : undefined
}

/** Edits that give a local macro or object another name; none when the name is no C identifier or is taken. */
export function rename(analysis: Analysis, offset: number, name: string): readonly Edit[] {
  const { unit } = analysis
  const word = renameable(analysis, offset)
  if (!word || !/^[A-Za-z_]\w*$/.test(name) || unit.macros.has(name)) return []
  return identifiers(unit.main, word.file.text.slice(word.start, word.end)).map(at => ({ at, text: name }))
}

/** Includes that lead somewhere. */
export const links = ({ unit }: Analysis): readonly { readonly at: Span; readonly uri: string }[] =>
  unit.includes.flatMap(({ at, file }) => (file && at.file === unit.main ? [{ at, uri: file.uri }] : []))
