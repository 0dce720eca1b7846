import { phys } from '../../config/ranges.ts'
import type { Scenario } from '../../config/scenario.ts'
import { describeRange, hex, humanSize } from '../../rules/places.ts'
import { flagNames } from '../flags.ts'

const ROW = 26
const ADDRESS = 130
const LANE = 360
const HEAD = 40

/** The physical address space of a scenario: a lane a cell, a box a region, rows where any region begins or ends. */
export function mapSvg({ root, cells }: Scenario): string {
  const lanes = [root.root_cell, ...cells]
  const regions = lanes.flatMap(cell => cell.mem_regions.filter(({ size }) => size !== 0n))
  const edges = [...new Set(regions.flatMap(region => [phys(region).start, phys(region).end]))].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  const y = new Map(edges.map((edge, row) => [edge, HEAD + row * ROW]))
  const width = ADDRESS + lanes.length * LANE
  const height = HEAD + edges.length * ROW
  const boxes = lanes.flatMap((cell, lane) =>
    cell.mem_regions
      .filter(({ size }) => size !== 0n)
      .map(region => {
        const { start, end } = phys(region)
        const words = `[${region.index}] ${humanSize(region.size)} ${flagNames(region.flags).join(' ')}`
        return box(
          ADDRESS + lane * LANE,
          y.get(start)!,
          y.get(end)!,
          words,
          `${cell.name} ${describeRange(phys(region))}`,
        )
      }),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="monospace" font-size="12">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...lanes.map((cell, lane) => label(ADDRESS + lane * LANE + 8, 24, cell.name, 'font-weight="bold"')),
    ...edges.map(edge => `${rule(y.get(edge)!, width)}${label(8, y.get(edge)! + 4, hex(edge))}`),
    ...boxes,
    '</svg>\n',
  ].join('\n')
}

const rule = (y: number, width: number): string =>
  `<line x1="${ADDRESS - 8}" x2="${width}" y1="${y}" y2="${y}" stroke="#dddddd"/>`

const label = (x: number, y: number, words: string, style = ''): string =>
  `<text x="${x}" y="${y}" ${style}>${escaped(words)}</text>`

const box = (x: number, top: number, bottom: number, words: string, title: string): string =>
  `<g><title>${escaped(title)}</title><rect x="${x + 4}" y="${top}" width="${LANE - 8}" height="${bottom - top}" rx="3" fill="#4a90d9" fill-opacity="0.25" stroke="#2c5f94"/>${label(x + 10, top + 17, words)}</g>`

/** Names come from the user's files. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`)
