import type { Simulation } from '../../analyze.ts'
import type { Finding } from '../../rules/rule.ts'
import type { Clue } from './clue.ts'
import { decode, factsOf } from './decode.ts'
import { devicesNamedAt } from './devices-at.ts'
import type { Decoded, KnownLine, Varying } from './known-line.ts'
import { type Occurrence, occurrencesIn } from './occurrences.ts'
import { accessClues, machineClues } from './search-access.ts'
import { dmaClues, memoryClues, pciClues, poolClues, portClues } from './search-devices.ts'
import { linuxClues } from './search-linux.ts'
import { commandClues, provenFindings, refusalClues, simulatedClues } from './search-simulation.ts'
import { isRefuted, type Suspicion, suspicionOf } from './suspects.ts'

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
  /** Its numbers are those of a machine in good order. */
  readonly isHarmless?: true
}

/** More different messages than anybody reads of one log; each of them asks the simulation. */
const MAX_EXPLAINED = 200

/** What is said of a text: its first known messages, and how many more different ones there are. */
export interface Explained {
  readonly explanations: readonly Explanation[]
  readonly rest: number
  /** Of a log that is too long, what to say of the part that is not read. */
  readonly unread: string | undefined
}

/** Of a longer log the end is read: each of some hundred patterns goes through all of it. */
const MAX_LETTERS = 512 * 1024

/** Explains the known lines of a text, one line of a console or a whole log; what is repeated once. */
export function explainLines(
  log: string,
  simulations: readonly Simulation[] = [],
  findings: readonly Finding[] = [],
): Explained {
  const text = log.slice(-MAX_LETTERS)
  const lineBefore = countLines(log.slice(0, log.length - text.length))
  const found = occurrencesIn(text)
  const serious = found.filter(occurrence => !isInGoodOrder(occurrence))
  const specific = serious.filter(({ known, varying }) => !known.isContext && (known.matters?.(varying) ?? true))
  const lineOf = lineCounter(text)
  const cellOf = parkedCells(found)
  const explained = new Map<string, { readonly first: Omit<Explanation, 'lines'>; readonly lines: number[] }>()
  const rest = new Set<string>()
  for (const occurrence of [specific, serious, found].find(({ length }) => length > 0) ?? []) {
    const cell = occurrence.varying.cell ?? cellOf(occurrence)
    const key = `${occurrence.text} ${cell}`
    const line = lineBefore + lineOf(occurrence.start)
    const known = explained.get(key)
    if (known) known.lines.push(line)
    else if (explained.size === MAX_EXPLAINED) rest.add(key)
    else explained.set(key, { first: explanationOf(occurrence, cell, simulations, findings), lines: [line] })
  }
  return {
    explanations: Array.from(explained.values(), ({ first, lines }) => ({ ...first, lines })),
    rest: rest.size,
    unread: text === log ? undefined : unreadPart(lineBefore),
  }
}

const isInGoodOrder = ({ known, varying }: Pick<Occurrence, 'known' | 'varying'>): boolean =>
  known.isOfGoodOrder === true && known.matters?.(varying) === false

const countLines = (text: string): number => text.split('\n').length - 1

const unreadPart = (lines: number): string =>
  `${lines > 0 ? `lines 1 to ${lines} are` : 'its beginning is'} not read: the log is longer than 512 KiB`

/**
 * Which cell a CPU belongs to is known from the line that parks it, behind the one that says what happened; asked in the
 * order of the text.
 */
function parkedCells(found: readonly Occurrence[]): (of: Occurrence) => string | undefined {
  const naming = found.filter(({ known, varying }) => known.isContext && varying.cell !== undefined)
  let next = 0
  return ({ start }) => {
    while (next < naming.length && naming[next]!.start <= start) next++
    return (naming[next] ?? naming.at(-1))?.varying.cell
  }
}

function explanationOf(
  { known, text, varying }: Occurrence,
  cell: string | undefined,
  simulations: readonly Simulation[],
  findings: readonly Finding[],
): Omit<Explanation, 'lines'> {
  const values = { ...(cell !== undefined && { cell }), ...varying }
  const decoded = decode(values)
  if (isInGoodOrder({ known, varying })) return harmless(known, text, factsOf(varying, decoded))
  const proven = simulations.flatMap(simulation => provenFindings(simulation, known, values.verb, findings))
  const suspicion = suspicionOf(known, decoded, simulations, findings, proven, values.verb)
  // What was played was not what was loaded: it clears nothing.
  const clues = distinct(simulations.flatMap(simulation => cluesOf(known, decoded, values, simulation))).filter(
    ({ verdict }) => !(suspicion.unlike && verdict === 'cleared'),
  )
  const facts = [...factsOf(varying, decoded), ...devicesNamedAt(simulations, decoded.address)]
  const isBlamed = clues.some(({ verdict }) => verdict === 'blamed')
  const suspects = suspicion.suspects.filter(suspect => !isRefuted(suspect, clues))
  // What was played in other circumstances is no news where a rule explains it.
  const shown = suspicion.isExplained ? clues.filter(({ verdict }) => verdict !== 'cleared') : clues
  // What was played is refused where the line says, by what it says: under another name a rule may have said so.
  const ruledOut = suspicion.ruledOut.filter(
    ({ isSearched }) => !isBlamed || !(isSearched || known.search === 'refusal'),
  )
  return { known, text, facts, clues: shown, ...suspicion, suspects, ruledOut }
}

const harmless = (known: KnownLine, text: string, facts: readonly string[]): Omit<Explanation, 'lines'> => ({
  known,
  text,
  facts,
  clues: [],
  found: [],
  isExplained: false,
  suspects: [],
  ruledOut: [],
  unlike: undefined,
  isHarmless: true,
})

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
    case 'pool':
      return poolClues(simulation)
    case 'command':
      return commandClues(simulation, known, verb)
    case 'refusal':
      return refusalClues(simulation, known)
    case 'linux':
      return linuxClues(simulation)
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
