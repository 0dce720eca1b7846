import type { Analysis } from '../../analyze.ts'
import { definitionsIn, usesOf } from '../../c/raw/macros.ts'
import { readingOf } from '../../c/raw/reading.ts'
import { namesIn, tokenBefore, tokensIn } from '../../c/raw/tokens.ts'
import type { Unit } from '../../c/unit.ts'
import type { Value } from '../../c/values/value.ts'
import { sharesRegion } from '../../config/ivshmem.ts'
import { type CellConfig, cellOf, type PciDevice } from '../../config/model.ts'
import { isSpelledInPlace, primarySpan } from '../../text/origin.ts'
import type { Span } from '../../text/source-file.ts'
import { findNode, type NodePath } from '../node-path.ts'
import { distinct, isSpan, overlappingRegions, spanOf } from './definitions.ts'
import { isSamePlace, type NamedSymbol, symbolAt } from './symbol-at.ts'

/** A place that names a symbol, or has to do with an element. */
export interface Reference {
  readonly span: Span
  readonly kind: 'declaration' | 'write' | 'read' | 'related'
}

/**
 * Every place that names what stands at an offset: in the analysed file, in those of its simulations, and in `others`, the
 * units of files that are known besides.
 */
export function references(analysis: Analysis, offset: number, others: readonly Unit[] = []): readonly Reference[] {
  const symbol = symbolAt(analysis, offset)
  if (symbol) return referencesTo(symbol, [...unitsOf(analysis), ...others])
  const path = findNode(analysis.unit, offset)
  const related = path && analysis.config ? usersOf(analysis, cellOf(analysis.config), path) : []
  return related.map(span => ({ span, kind: 'related' }))
}

/** Those in the analysed file. */
export const highlights = (analysis: Analysis, offset: number): readonly Reference[] =>
  references(analysis, offset).filter(({ span }) => span.file === analysis.unit.main)

/** The file at hand and the others of its simulations, as they were read. */
function unitsOf({ unit, simulations }: Analysis): readonly Unit[] {
  const files = simulations.flatMap(({ scenario }) => [scenario.root.file, ...scenario.cells.map(({ file }) => file)])
  return [unit, ...files.flatMap(file => readingOf(file) ?? [])]
}

function referencesTo(symbol: NamedSymbol, units: readonly Unit[]): readonly Reference[] {
  const declared = symbol.declaration ? [{ span: symbol.declaration, kind: 'declaration' as const }] : []
  const found = [...declared, ...units.flatMap(unit => [...referencesIn(unit, symbol)])]
  const places = new Set<string>()
  return found.filter(({ span: { file, start } }) => {
    const place = `${file.uri} ${start}`
    return !places.has(place) && places.add(place)
  })
}

function* referencesIn(unit: Unit, symbol: NamedSymbol): Iterable<Reference> {
  const { kind, name, declaration } = symbol
  if (kind === 'macro') for (const span of macroReferences(unit, symbol)) yield { span, kind: 'read' }
  if (kind === 'object' && declaration?.file.uri === unit.main.uri)
    for (const span of namesIn(unit.main, name))
      if (tokenBefore(unit.main, span.start)?.text !== '.') yield { span, kind: 'read' }
  if (kind === 'member' && declaration) {
    const seen = new Set<Value>()
    for (const { value } of unit.objects)
      for (const span of designatorsOf(value, declaration, seen))
        if (span.file === unit.main) yield { span, kind: 'write' }
    for (const span of memberExpressions(unit, declaration)) yield { span, kind: 'read' }
  }
}

/** Of a header's macro in any unit that reads this very definition. */
function macroReferences(unit: Unit, { name, declaration }: NamedSymbol): readonly Span[] {
  if (!declaration) return namesIn(unit.main, name)
  const here = unit.files.find(({ uri }) => uri === declaration.file.uri)
  if (!here) return []
  const nameSpan = { ...declaration, file: here }
  const isKnown =
    here !== unit.main || definitionsIn(here).some(definition => definition.nameSpan.start === nameSpan.start)
  return isKnown ? usesOf(unit, { name, nameSpan }) : []
}

/** Designators of one member, wherever its struct occurs; elements that one range writes are one value. */
function* designatorsOf(value: Value, declaration: Span, seen: Set<Value>): Iterable<Span> {
  if (seen.has(value)) return
  seen.add(value)
  if (value.kind === 'array') for (const item of value.items) yield* designatorsOf(item, declaration, seen)
  if (value.kind !== 'struct') return
  for (const field of value.fields.values()) {
    const { designator, member } = field
    if (designator && isSpelledInPlace(designator) && isSamePlace(primarySpan(member.origin), declaration))
      yield designator.spelled
    yield* designatorsOf(field.value, declaration, seen)
  }
}

/** `config.mem_regions` in an expression. */
function memberExpressions({ main, objects }: Unit, declaration: Span): readonly Span[] {
  const tokens = tokensIn(main)
  return tokens.flatMap(({ text, span }, i) => {
    const object = tokens[i - 1]?.text === '.' ? objects.find(({ name }) => name === tokens[i - 2]?.text) : undefined
    const members = object?.type.kind === 'struct' ? object.type.members : []
    const member = members.find(({ name }) => name === text)
    return member && isSamePlace(primarySpan(member.origin), declaration) ? [span] : []
  })
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
  return distinct([...devices.map(spanOf).filter(isSpan), ...overlappingRegions(analysis, cell, region)])
}

const hasCapability = ({ caps_start, num_caps }: PciDevice, index: number): boolean =>
  caps_start <= index && index < caps_start + num_caps
