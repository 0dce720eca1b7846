import { gicVersion, otherVersion } from '../../config/gic.ts'
import type { Gic } from '../../platform/model.ts'
import { withAlias } from '../../platform/tree/gic.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule, RawFinding } from '../rule.ts'
import page from './tree-gic.md'
import { atFact, treesOf } from './trees.ts'
import { basis } from './words.ts'

const ALIAS = 0xf000n

export const treeGic: BoardRule = {
  kind: 'board',
  code: 'JH954',
  id: 'tree-gic',
  title: "Interrupt controller of a cell's tree differs",
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { arm } = subject.scenario.root.platform_info
    for (const { cell, tree } of treesOf(subject)) {
      const { gic } = tree
      // A description that contradicts itself is charged itself.
      if (!gic || !arm?.source || arm.gicd_base === 0n || otherVersion(arm)) continue
      const finding = (what: string, has: bigint | number, expected: bigint | number): RawFinding => ({
        span: atFact(gic, cell, 'irqchips'),
        headline: `${what} is ${show(has)} in the tree of "${cell.name}", ${show(expected)} in the root cell`,
        notes: ['the cell finds the controller where the root cell says', basis(gic)],
        key: `${cell.name} ${what}`,
      })
      const version = gicVersion(arm) < 3 ? 2 : 3
      if (gic.version !== version) yield finding('GIC version', gic.version, version)
      else if (gic.gicd.start !== arm.gicd_base) yield finding('GICD', gic.gicd.start, arm.gicd_base)
      else if (version === 2 && gic.gicc && arm.gicc_base && !isInterface(gic, arm.gicc_base))
        yield finding('GICC', gic.gicc.start, arm.gicc_base)
      else if (
        version === 3 &&
        gic.gicr[0] &&
        arm.gicr_base &&
        cell.cpus.length > 0 &&
        !cell.cpus.some(cpu => isFrame(gic, arm.gicr_base, cpu))
      )
        yield finding('GICR', gic.gicr[0].start, arm.gicr_base)
    }
  },
}

const show = (value: bigint | number): string => (typeof value === 'bigint' ? hex(value) : String(value))

/** The alias either way. */
const isInterface = ({ gicc }: Gic, base: bigint): boolean =>
  gicc !== undefined && (gicc.start === base || withAlias(gicc).start === base || gicc.start + ALIAS === base)

const isFrame = ({ gicr }: Gic, base: bigint, cpu: number): boolean =>
  gicr[0]?.start === base || gicr[0]?.start === base + BigInt(cpu) * 0x20000n
