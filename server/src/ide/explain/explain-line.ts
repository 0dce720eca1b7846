import type { Simulation } from '../../analyze.ts'
import type { Clue } from './clue.ts'
import { type Decoded, decode, factsOf } from './decode.ts'
import type { KnownLine, Varying } from './known-line.ts'
import { knownLines } from './lines/index.ts'
import { accessClues, machineClues } from './search-access.ts'
import { dmaClues, memoryClues, pciClues, portClues } from './search-devices.ts'
import { commandClues, simulatedClues } from './search-simulation.ts'

/** A known line found in a text, and what it means here. */
export interface Explanation {
  readonly known: KnownLine
  /** The words that were found. */
  readonly text: string
  readonly facts: readonly string[]
  /** What the configurations say about it; none without configurations. */
  readonly clues: readonly Clue[]
}

/** Explains each known line of a text once: one line of a console, or a whole log. */
export function explainLines(text: string, simulations: readonly Simulation[] = []): readonly Explanation[] {
  const found = knownLines
    .map(known => ({ known, ...firstMatch(known, text) }))
    .filter(({ start }) => 0 <= start)
    .toSorted((a, b) => a.start - b.start)
  // Which cell a CPU belongs to is told by the line that parks it.
  const cell = found.find(({ varying }) => varying.cell !== undefined)?.varying.cell
  const specific = found.filter(({ known }) => !known.isContext)
  return (specific.length > 0 ? specific : found).map(({ known, text: line, varying }) => {
    const values = { ...(cell !== undefined && { cell }), ...varying }
    const decoded = decode(values)
    const clues = simulations.flatMap(simulation => cluesOf(known, decoded, values, simulation))
    return { known, text: line, facts: factsOf(varying, decoded), clues: distinct(clues) }
  })
}

/** The first place where a text has the line. What several lines say together is put together. */
function firstMatch({ pattern }: KnownLine, text: string): { start: number; text: string; varying: Varying } {
  const matches = [...text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))]
  const varying: Record<string, string> = {}
  for (const [name, value] of matches.flatMap(({ groups = {} }) => Object.entries(groups)))
    if (value !== undefined) varying[name] ??= value
  return { start: matches[0]?.index ?? -1, text: matches[0]?.[0] ?? '', varying }
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
