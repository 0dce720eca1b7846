import { gicVersion, REDISTRIBUTOR } from '../../config/gic.ts'
import type { ArmPlatform } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import type { Range } from '../../config/ranges.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import type { Gic } from '../../platform/model.ts'
import { withAlias } from '../../platform/tree/gic.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import page from './gic-differs.md'
import { basis } from './words.ts'

const ALIAS = 0xf000n

export const gicDiffers: BoardRule = {
  kind: 'board',
  code: 'JH930',
  id: 'gic-differs',
  title: 'Interrupt controller differs from the device tree',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { gic } = subject.platform
    const { root } = subject.scenario
    const { arm } = root.platform_info
    if (!gic || root.architecture === 'x86' || !arm?.source) return
    if (gicVersion(arm) !== gic.version)
      yield finding(
        arm,
        'gic_version',
        `gic_version is ${arm.gic_version}, but the board has a GICv${gic.version}`,
        gic,
        [],
        `${gic.version}`,
      )
    if (!hasMovedFrames(arm, gic)) yield* base(arm, 'gicd_base', gic.gicd.start, gic)
    if (gic.version === 2 && !hasMovedFrames(arm, gic)) yield* cpuInterfaces(arm, gic)
    if (gic.version === 3) yield* redistributors(subject, arm, gic)
    if (gic.maintenance !== undefined && arm.maintenance_irq !== gic.maintenance)
      yield finding(
        arm,
        'maintenance_irq',
        `maintenance_irq is ${arm.maintenance_irq}, but the GIC raises ${gic.maintenance}`,
        gic,
        [`the tree names PPI ${gic.maintenance - 16}: interrupt IDs of PPIs begin at 16`],
        String(gic.maintenance),
      )
  },
}

/**
 * Whether the configuration has the frames of a GIC-400 64 KiB apart, where a packaged tree has them 4 KiB apart: boot
 * loaders of some SoCs find out which it is and write it into the tree that Linux gets.
 */
function hasMovedFrames(arm: ArmPlatform, { version, source, gicd, gicc, gich, gicv }: Gic): boolean {
  const block = gicd.start & ~0xffffn
  const frames = [
    [arm.gicd_base, gicd],
    [arm.gicc_base, gicc],
    [arm.gich_base, gich],
    [arm.gicv_base, gicv],
  ] as const
  const isMoved = (base: bigint, { start }: Range) => {
    const spread = block + (start - block) * 16n
    return start !== block && (base === spread || base === spread + ALIAS)
  }
  return (
    version === 2 &&
    source.provenance === 'static' &&
    frames.every(([base, window]) => window !== undefined && isMoved(base, window))
  )
}

type Base = 'gicd_base' | 'gicc_base' | 'gich_base' | 'gicv_base' | 'gicr_base'

function* base(arm: ArmPlatform, field: Base, expected: bigint, gic: Gic, ...notes: string[]): Iterable<RawFinding> {
  if (arm[field] !== expected)
    yield finding(
      arm,
      field,
      `${field} is ${hex(arm[field])}, but the GIC has it at ${hex(expected)}`,
      gic,
      notes,
      hex(expected),
    )
}

function* cpuInterfaces(arm: ArmPlatform, gic: Gic): Iterable<RawFinding> {
  if (gic.gicc) yield* aliased(arm, 'gicc_base', gic.gicc, gic)
  if (gic.gich) yield* base(arm, 'gich_base', gic.gich.start, gic)
  // A tree that states the alias of GICC itself may state GICV without it.
  if (gic.gicv && arm.gicv_base !== gic.gicv.start + ALIAS) yield* aliased(arm, 'gicv_base', gic.gicv, gic)
}

function* aliased(arm: ArmPlatform, field: Base, window: Range, gic: Gic): Iterable<RawFinding> {
  const used = withAlias(window)
  const note = `the window at ${hex(window.start)} is 0x20000 long: the pages that lie together, as Linux and Jailhouse use them, begin at ${hex(used.start)}`
  yield* base(arm, field, used.start, gic, ...(used.start === window.start ? [] : [note]))
}

/** The hypervisor walks one window, one redistributor for each CPU. */
function* redistributors({ scenario }: BoardSubject, arm: ArmPlatform, gic: Gic): Iterable<RawFinding> {
  const [first, second] = gic.gicr
  if (!first) return
  yield* base(arm, 'gicr_base', first.start, gic)
  const cpus = BigInt(Math.max(0, ...scenario.root.root_cell.cpus) + 1)
  if (arm.gicr_base === first.start && first.end < first.start + cpus * REDISTRIBUTOR)
    yield finding(
      arm,
      'gicr_base',
      `${cpus} CPUs need redistributors up to ${hex(first.start + cpus * REDISTRIBUTOR)}, the window ends at ${hex(first.end)}`,
      gic,
      second ? [`the board has another window at ${hex(second.start)}; the hypervisor walks one only`] : [],
    )
}

const finding = (
  arm: ArmPlatform,
  field: Base | 'gic_version' | 'maintenance_irq',
  headline: string,
  gic: Gic,
  notes: readonly string[],
  value?: string,
): RawFinding => ({
  span: at(arm, field),
  headline,
  notes: [...notes, `${gic.path}, ${basis(gic)}`],
  ...(gic.span && { related: [{ span: gic.span, text: 'the interrupt controller' }] }),
  key: field,
  ...fixes(value === undefined ? undefined : fixOf(`Set ${field} to ${value}`, setField(arm, field, value), false)),
})
