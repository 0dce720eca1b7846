import { isArm } from '../../config/architecture.ts'
import { regionName } from '../../config/element-name.ts'
import {
  type GicBase,
  type GicWindow,
  gicVersion,
  likelyGicWindows,
  otherVersion,
  ramAtDistributor,
} from '../../config/gic.ts'
import type { ArmPlatform, MemoryRegion, SystemConfig } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { isAligned, KiB, overlap, PAGE_SIZE } from '../../config/ranges.ts'
import { isWritten } from '../../config/written.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { hex, interval } from '../../text/words.ts'
import type { RawFinding, SystemRule } from '../rule.ts'
import page from './gic-platform.md'

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
  *check(system) {
    const { arm } = system.platform_info
    if (!isArm(system) || !arm) return
    if (!arm.source) {
      yield missing(system)
      return
    }
    const windows = likelyGicWindows(system)
    const other = otherVersion(arm)
    if (other || windows.length === 0) yield wrongVersion(arm, other)
    else {
      for (const { field } of windows) yield* checkBase(arm, field)
      const ram = arm.gicd_base === 0n ? undefined : ramAtDistributor(system)
      if (ram) yield inRam(arm, ram)
      yield* checkOverlaps(arm, windows)
    }
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
    const timer = TIMERS.get(arm.maintenance_irq)
    if (timer) yield ofTimer(arm, timer)
  },
}

/** Private interrupts that are the same on all boards with the timer of the architecture. */
const TIMERS: ReadonlyMap<number, string> = new Map([
  [26, 'hypervisor timer'],
  [27, 'virtual timer'],
  [29, 'secure timer'],
  [30, 'physical timer'],
])

const ofTimer = (arm: ArmPlatform, timer: string): RawFinding => ({
  span: at(arm, 'maintenance_irq'),
  severity: 'warning',
  headline: `maintenance_irq ${arm.maintenance_irq} is the interrupt of the ${timer} on nearly all boards`,
  notes: ['arch_handle_phys_irq keeps it, so no cell gets it; the queue of virtual interrupts stalls'],
  help: 'use the number of the device tree + 16; most boards have 25',
  key: 'maintenance_irq',
})

const inRam = (arm: ArmPlatform, ram: MemoryRegion): RawFinding => ({
  span: at(arm, 'gicd_base'),
  headline: `gicd_base ${hex(arm.gicd_base)} lies in RAM of the root`,
  notes: ['"jailhouse enable" fails with -ENODEV: no distributor names its version there'],
  related: [{ span: at(ram), text: regionName(ram) }],
  key: 'gicd_base',
})

const missing = ({ platform_info }: SystemConfig): RawFinding => ({
  span: at(platform_info),
  headline: 'platform_info does not describe the GIC',
  notes: ['"jailhouse enable" stops the machine: version 0 has no driver'],
  help: 'fill platform_info.arm: gic_version, gicd_base and the bases of that version',
  key: 'gic_version',
})

/** A GICv4 is driven as a GICv3. */
function wrongVersion(arm: ArmPlatform, other: 2 | 3 | undefined): RawFinding {
  const version = gicVersion(arm)
  const hasDriver = version === 2 || version === 3
  return {
    span: at(arm, 'gic_version'),
    headline: hasDriver
      ? `gic_version is ${version}, but the addresses are those of a GICv${other}`
      : `GIC version ${version} has no driver`,
    notes: [
      hasDriver
        ? `of a GICv${version} ${version === 2 ? 'gicc_base, gich_base and gicv_base are' : 'gicr_base is'} missing: "jailhouse enable" fails or the hypervisor faults`
        : '"jailhouse enable" stops the machine: irqchip_cpu_shutdown calls a driver that was not set',
    ],
    help: 'set gic_version to 2 or 3 (3 for a GICv4)',
    key: 'gic_version',
    ...(other && fixes(fixOf(`Set gic_version to ${other}`, setField(arm, 'gic_version', `${other}`)))),
  }
}

/** Registers of two units at one address: one of the two was copied, or has a digit wrong. */
function* checkOverlaps(arm: ArmPlatform, windows: readonly GicWindow[]): Iterable<RawFinding> {
  for (const [index, { field, name, range }] of windows.entries()) {
    const other = windows.slice(0, index).find(other => arm[other.field] !== 0n && overlap(other.range, range))
    if (!other || range.start === 0n || !isAligned(range.start) || !isAligned(other.range.start)) continue
    const isSame = other.range.start === range.start
    yield {
      span: at(arm, field),
      headline: isSame
        ? `${field} ${hex(arm[field])} is the address of ${other.field}`
        : `${name} at ${interval(range)} overlap ${other.name}`,
      notes: [
        field === 'gicv_base'
          ? 'cells are given the physical interface of the CPU instead of the virtual one'
          : field === 'gicr_base'
            ? 'the search for redistributors reads other registers: the hypervisor faults at enable'
            : 'the hypervisor accesses the registers of another unit',
      ],
      related: [{ span: at(arm, other.field), text: `${other.name} at ${hex(arm[other.field])}` }],
      key: `${field} ${other.field}`,
    }
  }
}

function* checkBase(arm: ArmPlatform, base: GicBase): Iterable<RawFinding> {
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
