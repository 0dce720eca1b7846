import type { Simulation } from '../../analyze.ts'
import type { Finding } from '../../rules/rule.ts'
import type { Clue } from './clue.ts'
import { decode, factsOf } from './decode.ts'
import { devicesNamedAt } from './devices-at.ts'
import type { Decoded, KnownLine, Varying } from './known-line.ts'
import { type Occurrence, occurrencesIn } from './occurrences.ts'
import { accessClues, machineClues } from './search-access.ts'
import { dmaClues, memoryClues, pciClues, portClues } from './search-devices.ts'
import { commandClues, provenFindings, refusalClues, simulatedClues } from './search-simulation.ts'
import { type Suspicion, suspicionOf } from './suspects.ts'

/** A known line found in a text, and what it means here. */
export interface Explanation extends Suspicion {
  readonly known: KnownLine
  /** The words that were found. */
  readonly text: string
  /** The lines of the text where they stand, from 0. */
  readonly lines: readonly number[]
  readonly facts: readonly string[]
  /** What the configurations say about it; none without configurations. */
  readonly clues: readonly Clue[]
}

/** Explains the known lines of a text, one line of a console or a whole log; what is repeated once. */
export function explainLines(
  text: string,
  simulations: readonly Simulation[] = [],
  findings: readonly Finding[] = [],
): readonly Explanation[] {
  const found = occurrencesIn(text)
  const specific = found.filter(({ known, varying }) => !known.isContext && (known.matters?.(varying) ?? true))
  const lineOf = lineCounter(text)
  const explained = new Map<string, Explanation>()
  for (const occurrence of specific.length > 0 ? specific : found) {
    const cell = occurrence.varying.cell ?? parkedCell(occurrence, found)
    const key = `${occurrence.text} ${cell}`
    const known = explained.get(key)
    const line = lineOf(occurrence.start)
    if (known) explained.set(key, { ...known, lines: [...known.lines, line] })
    else explained.set(key, { ...explanationOf(occurrence, cell, simulations, findings), lines: [line] })
  }
  return [...explained.values()]
}

/** Which cell a CPU belongs to is known from the line that parks it, behind the one that says what happened. */
function parkedCell({ start }: Occurrence, found: readonly Occurrence[]): string | undefined {
  const naming = found.filter(({ known, varying }) => known.isContext && varying.cell !== undefined)
  return (naming.find(other => start < other.start) ?? naming.at(-1))?.varying.cell
}

function explanationOf(
  { known, text, varying }: Occurrence,
  cell: string | undefined,
  simulations: readonly Simulation[],
  findings: readonly Finding[],
): Omit<Explanation, 'lines'> {
  const values = { ...(cell !== undefined && { cell }), ...varying }
  const decoded = decode(values)
  const clues = distinct(simulations.flatMap(simulation => cluesOf(known, decoded, values, simulation)))
  const proven = simulations.flatMap(simulation => provenFindings(simulation, known, values.verb, findings))
  const suspicion = suspicionOf(known, decoded, simulations, findings, proven)
  const facts = [...factsOf(varying, decoded), ...devicesNamedAt(simulations, decoded.address)]
  return { known, text, facts, clues, ...suspicion }
}

function cluesOf(known: KnownLine, decoded: Decoded, { verb = '' }: Varying, simulation: Simulation): readonly Clue[] {
  switch (known.search) {
    case 'access':
      return accessClues(simulation, decoded)
    case 'machine':
      return machineClues(simulation, decoded)
    case 'port':
      return portClues(simulation, decoded)
    case 'pci':
      return pciClues(simulation, decoded)
    case 'dma':
      return dmaClues(simulation, decoded)
    case 'memory':
      return memoryClues(simulation)
    case 'command':
      return commandClues(simulation, known, verb)
    case 'refusal':
      return refusalClues(simulation, known)
    case 'simulated':
      return simulatedClues(simulation, known)
    case undefined:
      return []
    default:
      return known.search satisfies never
  }
}

/** Several cases share a root, and say the same of it. */
function distinct(clues: readonly Clue[]): readonly Clue[] {
  const seen = new Set<string>()
  return clues.filter(({ message }) => !seen.has(message) && seen.add(message))
}

/** The line of an offset; asked in the order of the text. */
function lineCounter(text: string): (offset: number) => number {
  let at = 0
  let line = 0
  return offset => {
    for (; at < offset; at++) if (text[at] === '\n') line++
    return line
  }
}
