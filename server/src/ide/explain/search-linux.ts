import type { Simulation } from '../../analyze.ts'
import { regionSeenAt } from '../../config/element-name.ts'
import { at } from '../../config/places.ts'
import { isLinux, isMeantAsRam, isRam, loadedImages } from '../../machine/cell-linux.ts'
import { hex } from '../../text/words.ts'
import { blamed, type Clue, noted } from './clue.ts'

/** What `jailhouse cell linux` finds in the cells that Linux is meant to run in, and where it loads to. */
export const linuxClues = ({ scenario }: Simulation): readonly Clue[] =>
  scenario.cells.filter(isLinux).flatMap(cell => {
    const [largest] = cell.mem_regions.filter(isRam).toSorted((a, b) => (a.size < b.size ? 1 : -1))
    const meant = cell.mem_regions.find(isMeantAsRam)
    if (!largest)
      return blamed(
        `no region of "${cell.name}" is RAM to the tool, which asks for READ, WRITE, EXECUTE and DMA`,
        at(meant ?? cell, meant ? 'flags' : 'num_memory_regions'),
      )
    const refused = loadedImages(cell).filter(({ refusal }) => refusal)
    return [
      noted(`the largest RAM of "${cell.name}" is ${regionSeenAt(largest)}: it has to hold all images`, at(largest)),
      ...refused.map(({ name, range, region, refusal }) =>
        blamed(
          `the ${name} of "${cell.name}" is loaded to ${hex(range.start)}, which is ${refusal}`,
          at(region ?? cell),
        ),
      ),
    ]
  })
