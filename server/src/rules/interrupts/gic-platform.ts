import { gicVersion } from '../../config/gic.ts'
import type { ArmPlatform } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isAligned, KiB, PAGE_SIZE } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { hex } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './gic-platform.md'

type Base = 'gicd_base' | 'gicc_base' | 'gich_base' | 'gicv_base' | 'gicr_base'

/** What each version maps; `gicr_base` is that of redistributors of 64 KiB frames. */
const BASES: Readonly<Record<number, readonly Base[]>> = {
  2: ['gicd_base', 'gicc_base', 'gich_base', 'gicv_base'],
  3: ['gicd_base', 'gicr_base'],
}

export const gicPlatform: SystemRule = {
  kind: 'system',
  code: 'JH410',
  id: 'gic-platform',
  title: 'Incomplete or invalid GIC description',
  severity: 'error',
  constraints: [
    'gic-version',
    'gic-base-missing',
    'gic-base-align',
    'gic-maintenance-irq',
    'tool-check-gic-version',
    'rev-gic-version',
  ],
  page,
  *check({ architecture, platform_info }) {
    const { arm } = platform_info
    if (architecture === 'x86' || !architecture || !arm?.source) return
    const version = gicVersion(arm)
    if (!BASES[version])
      yield {
        span: at(arm, 'gic_version'),
        headline: `GIC version ${version} has no driver`,
        notes: ['"jailhouse enable" fails with -EINVAL'],
        help: 'set gic_version to 2 or 3 (3 for a GICv4)',
        key: 'gic_version',
      }
    for (const base of BASES[version] ?? []) yield* checkBase(arm, base)
    yield* checkTwins(arm, BASES[version] ?? [])
    if (arm.maintenance_irq < 16 || arm.maintenance_irq > 31)
      yield {
        span: at(arm, 'maintenance_irq'),
        headline: `maintenance_irq ${arm.maintenance_irq} is out of range: it is a private interrupt, 16-31`,
        notes: [
          arm.maintenance_irq < 16
            ? 'the queue of virtual interrupts stalls'
            : 'the hypervisor shifts by an undefined width',
        ],
        help: 'use the number of the device tree + 16; most boards have 25',
        key: 'maintenance_irq',
      }
  },
}

/** Registers of two units at one address: one of the two was copied. */
function* checkTwins(arm: ArmPlatform, bases: readonly Base[]): Iterable<RawFinding> {
  for (const [index, base] of bases.entries()) {
    const twin = bases.slice(0, index).find(other => arm[other] !== 0n && arm[other] === arm[base])
    if (twin)
      yield {
        span: at(arm, base),
        headline: `${base} ${hex(arm[base])} is the address of ${twin}`,
        notes: [
          base === 'gicv_base'
            ? 'cells are given the physical interface of the CPU instead of the virtual one'
            : 'the hypervisor accesses the registers of another unit',
        ],
        related: [{ span: at(arm, twin), text: twin }],
        key: `${base} ${twin}`,
      }
  }
}

function* checkBase(arm: ArmPlatform, base: Base): Iterable<RawFinding> {
  const alignment = base === 'gicr_base' ? 64n * KiB : PAGE_SIZE
  if (arm[base] === 0n)
    yield {
      span: at(arm, base),
      headline: `${base} is ${isWritten(arm, base) ? '0' : 'missing'}, but a GICv${gicVersion(arm)} requires it`,
      notes: ['the hypervisor maps address 0 instead'],
      key: base,
    }
  else if (!isAligned(arm[base], alignment))
    yield {
      span: at(arm, base),
      headline: `${base} ${hex(arm[base])} is not a multiple of ${hex(alignment)}`,
      notes: ['the hypervisor accesses the registers at wrong addresses'],
      key: base,
    }
}
