import type { Analysis } from '../../analyze.ts'
import { lexFile } from '../../c/preprocess/lex.ts'
import { wordAt } from '../../c/raw/tokens.ts'
import type { Macro, Unit } from '../../c/unit.ts'
import type { Value } from '../../c/values/value.ts'
import { regionsField, sharedRegions } from '../../config/ivshmem.ts'
import {
  type CellConfig,
  type Config,
  cellOf,
  type Located,
  type MemoryRegion,
  type PciDevice,
} from '../../config/model.ts'
import { overlap, phys } from '../../config/ranges.ts'
import { isSpelledInPlace, type Origin, primarySpan } from '../../text/origin.ts'
import { type Edit, type SourceFile, type Span, textOf } from '../../text/source-file.ts'
import { peersOf, sharesRegion } from '../ivshmem.ts'
import { contains, findNode, type NodePath } from '../node-path.ts'

/** Where what stands at an offset is defined: a macro, a field, the regions an index points to, the file of an include. */
export function definitions(analysis: Analysis, offset: number): readonly Span[] {
  const { unit } = analysis
  const include = unit.includes.find(({ span: at }) => contains(at, unit.main, offset))
  if (include) return include.file ? [{ file: include.file, start: 0, end: 0 }] : []
  const path = findNode(unit, offset)
  const macro = path?.onDesignator ? undefined : macroAt(unit, offset)
  if (macro) return macro.span ? [macro.span] : []
  if (path?.onDesignator) return fieldDeclaration(path)
  const object = unit.objects.find(({ name }) => name === wordAt(unit.main, offset)?.text)
  if (object) return [primarySpan(object.nameAt)]
  const member = memberNamed(analysis, offset)
  if (member) return [member]
  return path && analysis.config ? referencedElements(analysis, analysis.config, path) : []
}

/** `config.mem_regions` in an expression: where the array is declared. */
function memberNamed({ unit, config }: Analysis, offset: number): Span | undefined {
  const word = wordAt(unit.main, offset)
  const isMember = word && unit.main.text[word.span.start - 1] === '.'
  const array = isMember && config && cellOf(config).arrays.find(({ member }) => member === word.text)
  return array ? primarySpan(array.declaredAt) : undefined
}

function macroAt(unit: Unit, offset: number): Macro | undefined {
  const word = wordAt(unit.main, offset)
  return word && unit.macros.get(word.text)
}

function fieldDeclaration({ steps }: NodePath): readonly Span[] {
  const member = steps.at(-1)?.field?.written.member
  return member ? [primarySpan(member.origin)] : []
}

/** An index into another array leads to its elements; a region leads to the regions of other cells over its memory. */
function referencedElements(analysis: Analysis, config: Config, { steps }: NodePath): readonly Span[] {
  const cell = cellOf(config)
  const field = steps.findLast(step => step.field)?.field?.name
  const holder = steps.findLast(({ value }) => value.kind === 'struct')?.value
  const device = cell.pci_devices.find(({ source }) => source === holder)
  const shared = device && field === regionsField(device) ? sharedRegions(device) : undefined
  if (shared) return elements(cell, 'mem_regions', shared.start, shared.end - shared.start)
  if (device && field === 'caps_start') return elements(cell, 'pci_caps', device.caps_start, device.num_caps)
  if (device)
    return peersOf(analysis.simulations, cell, device)
      .map(peer => spanOf(peer.device))
      .filter(isSpan)
  const region = cell.mem_regions.find(({ source }) => source === holder)
  return region ? overlappingRegions(analysis, cell, region) : []
}

const spanOf = ({ source }: Located): Span | undefined => source?.origin && primarySpan(source.origin)
const isSpan = (place: Span | undefined): place is Span => place !== undefined

function elements(cell: CellConfig, name: string, start: number, count: number): readonly Span[] {
  const items = cell.arrays.find(array => array.name === name)?.value.items.slice(start, start + count) ?? []
  return distinct(items.flatMap(({ origin }) => (origin ? [primarySpan(origin)] : [])))
}

/** Several elements of one macro stand in one place. */
const distinct = (spans: readonly Span[]): readonly Span[] =>
  spans.filter((span, i) => spans.findIndex(({ file, start }) => file === span.file && start === span.start) === i)

/** Regions of the other cells of the scenarios that lie over the same memory. */
function overlappingRegions({ simulations }: Analysis, cell: CellConfig, region: MemoryRegion): readonly Span[] {
  const others = new Set(simulations.flatMap(({ scenario }) => [scenario.root.root_cell, ...scenario.cells]))
  const regions = [...others]
    .filter(other => other !== cell)
    .flatMap(other => other.mem_regions.filter(candidate => overlap(phys(candidate), phys(region))))
  return distinct(regions.map(spanOf).filter(isSpan))
}

/** Every place of the analysed file that names what stands at an offset, its definition included. */
export function references(analysis: Analysis, offset: number): readonly Span[] {
  const { unit } = analysis
  const path = findNode(unit, offset)
  if (path?.onDesignator) {
    const member = path.steps.at(-1)?.field?.written.member
    return unit.objects.flatMap(({ value }) => [...designatorsOf(value, member?.origin)]).filter(inFile(unit.main))
  }
  const word = wordAt(unit.main, offset)
  if (word && (unit.macros.has(word.text) || isDefinedHere(unit, word.text))) return identifiers(unit.main, word.text)
  return path && analysis.config ? usersOf(analysis, cellOf(analysis.config), path) : []
}

/**
 * Who else has to do with a region: shared-memory devices that count it as theirs, and regions over the same memory;
 * with a capability: the devices that have it.
 */
function usersOf(analysis: Analysis, cell: CellConfig, { steps }: NodePath): readonly Span[] {
  const holder = steps.findLast(({ value }) => value.kind === 'struct')?.value
  const cap = cell.pci_caps.find(({ source }) => source !== undefined && source === holder)
  if (cap)
    return cell.pci_devices
      .filter(device => hasCapability(device, cap.index))
      .map(spanOf)
      .filter(isSpan)
  const region = cell.mem_regions.find(({ source }) => source !== undefined && source === holder)
  if (!region) return []
  const devices = cell.pci_devices.filter(device => sharesRegion(device, region.index))
  return [...devices.map(spanOf).filter(isSpan), ...overlappingRegions(analysis, cell, region)]
}

const hasCapability = ({ caps_start, num_caps }: PciDevice, index: number): boolean =>
  caps_start <= index && index < caps_start + num_caps

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
  unit.macros.get(name)?.span?.file === unit.main || unit.objects.some(object => object.name === name)

/** The identifiers of a name in a file: uses, definition and directives, not comments and strings. */
const identifiers = (file: SourceFile, name: string): readonly Span[] =>
  lexFile(file)
    .tokens.filter(token => token.kind === 'identifier' && token.text === name)
    .map(token => token.origin.spelled)

/** What may be renamed: macros and objects this very file defines. */
export function renameable({ unit }: Analysis, offset: number): Span | undefined {
  const word = wordAt(unit.main, offset)
  return word && isDefinedHere(unit, word.text) ? word.span : undefined
}

/** Edits that give a local macro or object another name, or why it cannot have that one. */
export function rename(
  analysis: Analysis,
  offset: number,
  name: string,
): { readonly edits: readonly Edit[]; readonly reason?: string } {
  const { unit } = analysis
  const word = renameable(analysis, offset)
  if (!word) return { edits: [], reason: 'Only macros and objects of this file can be renamed.' }
  const old = textOf(word)
  if (name === old) return { edits: [] }
  const reason = nameConflict(unit, name)
  return reason ? { edits: [], reason } : { edits: identifiers(unit.main, old).map(span => ({ span, text: name })) }
}

/** A name that anything else has, in this file or its headers, would come to mean that. */
function nameConflict({ files, macros }: Unit, name: string): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return `"${name}" is no name in C.`
  if (KEYWORDS.has(name)) return `"${name}" is a word of C.`
  const taken = macros.has(name) || files.some(file => identifiers(file, name).length > 0)
  return taken ? `"${name}" is taken, here or in a header.` : undefined
}

const KEYWORDS: ReadonlySet<string> = new Set(
  'auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while defined'.split(
    ' ',
  ),
)

/** Includes that lead somewhere. */
export const links = ({ unit }: Analysis): readonly { readonly at: Span; readonly uri: string }[] =>
  unit.includes.flatMap(({ span: at, file }) => (file && at.file === unit.main ? [{ at, uri: file.uri }] : []))
