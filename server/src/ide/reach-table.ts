import type { Simulation } from '../analyze.ts'
import type { Range } from '../config/ranges.ts'
import type { ShortName } from '../config/short-names.ts'
import type { Access, CpuReach, DmaReach, RegionAtStage } from '../machine/queries/answers.ts'
import { covers } from '../text/range-set.ts'
import { type Block, table } from './blocks.ts'
import { deviceWords, shortDriver } from './device-words.ts'

/** Who reaches a range of memory after each command. */
export interface ReachStory {
  readonly simulation: Simulation
  readonly short: ShortName
  readonly stages: readonly ReachAtStage[]
  /** Absent for a page of the hypervisor's own, of which all is reached, and by CPUs alone. */
  readonly range?: Range
}

type ReachAtStage = Pick<RegionAtStage, 'stage' | 'cpu' | 'dma'>

/** A table, and what it leaves out because it is so at every stage: by driver, who reaches the region all the time. */
export interface ReachTable {
  readonly table: Block
  /** How many lines its rows take. */
  readonly lines: number
  readonly hasParts: boolean
  readonly omitted: readonly { readonly driver: string; readonly who: string }[]
}

/** More states than this are counted: several inmates that come and go. */
const MAX_STATES = 5

/** Who reaches a region, and after which commands: each state has one row. */
export function reachTable(story: ReachStory): ReachTable {
  const { stages, range } = story
  const drivers = range ? [...new Set(stages.flatMap(({ dma }) => dma.map(({ driver }) => driver)))] : []
  const columns = drivers.map(driver => ({ driver, ...withoutConstant(stages.map(at => dmaItems(at, driver, story))) }))
  const shown = columns.filter(({ items }) => items.some(each => each.length > 0))
  const rows = stages.map((at, i) => ({
    at,
    command: commandName(at, story),
    cells: [cpuItems(at, story), ...shown.map(({ items }) => items[i] ?? [])].map(words => words.join(', ') || '–'),
  }))
  const states = folded(rows.filter(isNews))
  const more =
    states.length > MAX_STATES ? [[`… ${states.length - MAX_STATES + 1} more`, '', ...shown.map(() => '')]] : []
  const body = [
    ...states
      .slice(0, more.length > 0 ? MAX_STATES - 1 : MAX_STATES)
      .map(({ commands, cells }) => [rangeWords(commands), ...cells]),
    ...more,
  ]
  return {
    lines: body.length * (widthOf(body) <= MAX_WIDTH ? 1 : 2),
    table: table(['after', 'CPUs', ...shown.map(({ driver }) => columnTitle(driver, stages))], body),
    hasParts: body.some(row => row.some(cell => cell.includes(PART))),
    omitted: columns.flatMap(({ driver, constant }) => constant.map(who => ({ driver, who }))),
  }
}

/** Letters that fit beside each other in a hover of VS Code. */
const MAX_WIDTH = 95

/** Letters of the widest cells of all columns together. */
const widthOf = (rows: readonly (readonly string[])[]): number =>
  (rows[0] ?? []).reduce((sum, _, column) => sum + Math.max(...rows.map(row => row[column]?.length ?? 0)), 0)

/** Where entries are made for a stream, streams are named. */
function columnTitle(driver: string, stages: readonly ReachAtStage[]): string {
  if (driver === 'none') return 'devices'
  const isByStream = stages.some(({ dma }) => dma.some(reach => reach.driver === driver && reach.through === 'entries'))
  return `${shortDriver(driver)}${isByStream ? ' streams' : ''}`
}

/** What a table leaves out, in words. */
export const omittedWords = ({ driver, who }: ReachTable['omitted'][number]): string =>
  driver === 'none'
    ? 'No IOMMU: every device reaches all memory.'
    : `Devices of no cell ${who.includes('bypass') ? 'bypass' : 'pass'} the ${shortDriver(driver)} at every stage.`

/** Devices of no cell do at every stage what they do at one. */
const OTHERS = /^(any device|others)/

function withoutConstant(items: readonly (readonly string[])[]): {
  readonly items: readonly (readonly string[])[]
  readonly constant: readonly string[]
} {
  const constant = (items[0] ?? []).filter(
    item => OTHERS.test(item) && items.every(each => each.includes(item) || each.includes(EVERYTHING)),
  )
  const rest = items.map(each => each.filter(item => !constant.includes(item)))
  const isAll = rest.every(each => each.length === 0 || each.includes(EVERYTHING))
  return { items: constant.length > 0 && isAll ? items.map(() => []) : rest, constant }
}

interface Row {
  readonly at: ReachAtStage
  readonly command: string
  readonly cells: readonly string[]
}

/** A refused command is worth a row where something came of it. */
const isNews = ({ at, cells }: Row, i: number, rows: readonly Row[]): boolean =>
  at.stage.outcome.kind === 'done' || cells.join('\n') !== rows[i - 1]?.cells.join('\n')

interface FoldedRow {
  /** Runs of commands that follow each other. */
  readonly commands: readonly (readonly string[])[]
  readonly cells: readonly string[]
}

/** Commands after which all is the same share a row. */
function folded(rows: readonly Row[]): readonly FoldedRow[] {
  const states = new Map<string, { cells: readonly string[]; runs: string[][]; last: number }>()
  for (const [i, { command, cells }] of rows.entries()) {
    const key = cells.join('\n')
    const state = states.get(key) ?? { cells, runs: [], last: -2 }
    states.set(key, state)
    if (state.last === i - 1) state.runs.at(-1)!.push(command)
    else state.runs.push([command])
    state.last = i
  }
  return [...states.values()].map(({ cells, runs }) => ({ cells, commands: runs }))
}

/** `create … shutdown, destroy` */
const rangeWords = (runs: readonly (readonly string[])[]): string =>
  runs.map(run => (run.length < 3 ? run.join(', ') : `${run[0]} … ${run.at(-1)}`)).join(', ')

/** `create`, or `create linux` where more than one cell is there to be created. */
function commandName({ stage: { command, outcome } }: ReachAtStage, { simulation, short }: ReachStory): string {
  const isNamed = simulation.scenario.together && 'cell' in command
  const name = isNamed ? `${command.verb} ${short(command.cell)}` : command.verb
  if (outcome.kind === 'done') return name
  return outcome.kind === 'refused'
    ? `${name}: -${outcome.errno}`
    : `${name}: ${outcome.kind === 'parked' ? 'root is parked' : 'hypervisor stops'}`
}

/** `root, linux rwx`: cells with the same plain access together. */
function cpuItems({ cpu, stage }: ReachAtStage, story: ReachStory): readonly string[] {
  if (!stage.state.enabled) return [EVERYTHING]
  const cells = groups(cpu, ({ cell }) => story.short(cell))
  const alike = groups(cells, ([name, reaches]) => {
    const access = cpuAccess(reaches, story)
    return /^...$/.test(access) ? access : `${access} ${name}`
  })
  return alike.map(([, group]) => `${group.map(([name]) => name).join(', ')} ${cpuAccess(group[0]![1], story)}`)
}

const cpuAccess = (reaches: readonly CpuReach[], story: ReachStory): string =>
  `${letters(reaches[0]!.access)}${reaches.some(({ trapsTo }) => trapsTo) ? ' trapped' : ''}${partMark(reaches, story)}`

const letters = ({ read, write, execute }: Access): string =>
  `${read ? 'r' : '-'}${write ? 'w' : '-'}${execute ? 'x' : '-'}`

/** `linux-demo 3` where entries are made for a stream; the cell where its devices walk tables; else `others`. */
function dmaItems({ dma, stage }: ReachAtStage, driver: string, story: ReachStory): readonly string[] {
  if (!stage.state.enabled) return [EVERYTHING]
  const own = dma.filter(reach => reach.driver === driver)
  return groups(own, reach => ownerName(reach, story.short)).map(([name, reaches]) => {
    const streams = reaches[0]!.through === 'entries' ? ` ${deviceWords(reaches).replace(/^streams? /, '')}` : ''
    return `${name}${streams}${partMark(reaches, story)}`
  })
}

function ownerName({ through, owners }: DmaReach, short: ShortName): string {
  if (through === 'unrestricted') return 'any device'
  const names = owners.map(short).join(', ') || 'others'
  return through === 'bypass' ? `${names} (bypass)` : names
}

function groups<Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly [string, Item[]][] {
  const found = new Map<string, Item[]>()
  for (const item of items) found.set(nameOf(item), [...(found.get(nameOf(item)) ?? []), item])
  return [...found]
}

/** While Jailhouse does not run nothing is restricted. */
const EVERYTHING = 'all'

/** What stands behind who reaches but a part of the region. */
export const PART = '*'

const partMark = (reaches: readonly { readonly phys: Range }[], { range }: ReachStory): string =>
  !range ||
  covers(
    reaches.map(({ phys }) => phys),
    range,
  )
    ? ''
    : PART
