import { at } from '../../config/places.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { setField } from '../../edit/fields.ts'
import { driversOf } from '../../machine/iommu/drivers.ts'
import { allClaims } from '../../platform/read/iomem.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import page from './timer-differs.md'
import { basis, relatedFacts } from './words.ts'

export const timerDiffers: BoardRule = {
  kind: 'board',
  code: 'JH966',
  id: 'timer-differs',
  title: 'PM timer or interrupt limit unlike the machine',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    if (subject.scenario.root.architecture !== 'x86') return
    yield* timerPort(subject)
    yield* interruptLimit(subject)
  },
}

function* timerPort({ platform, scenario }: BoardSubject): Iterable<RawFinding> {
  const { platform_info } = scenario.root
  const timer = [...allClaims(platform.ports ?? [])].find(({ name }) => name === 'ACPI PM_TMR')
  const port = timer && Number(timer.range.start)
  if (!timer || port === undefined || platform_info.x86.pm_timer_address === port) return
  yield {
    span: at(platform_info, 'x86.pm_timer_address'),
    headline: `pm_timer_address is ${hex(platform_info.x86.pm_timer_address)}, the PM timer is at ${hex(port)}`,
    notes: ['inmates calibrate their clocks by it', basis(timer)],
    ...relatedFacts([timer, 'ACPI PM_TMR']),
    key: 'timer',
    ...fixes(
      fixOf(`Set pm_timer_address to ${hex(port)}`, setField(platform_info, 'x86.pm_timer_address', hex(port)), false),
    ),
  }
}

/** Pins of one I/O APIC, where nothing tells how many it has. */
const PINS = 24

/** Each vector of a device and each pin of an I/O APIC takes an entry of the interrupt remapping table. */
function* interruptLimit({ platform, scenario }: BoardSubject): Iterable<RawFinding> {
  const { platform_info } = scenario.root
  const { vtd_interrupt_limit: limit } = platform_info.x86
  const { pci, ioapics } = platform
  const [chip] = ioapics ?? []
  const hasTable = driversOf(scenario.root).some(({ remapsInterrupts }) => remapsInterrupts)
  if (!hasTable || !limit || !pci || !ioapics || !chip) return
  const vectors = pci.reduce((sum, { msi, msix }) => sum + Math.max(msi?.vectors ?? 0, msix?.vectors ?? 0), 0)
  const needed = vectors + PINS * ioapics.length
  if (needed <= limit) return
  const enough = String(2 ** Math.ceil(Math.log2(needed)))
  yield {
    span: at(platform_info, 'x86.vtd_interrupt_limit'),
    headline: `vtd_interrupt_limit is ${limit}, but the machine has ${needed} interrupts`,
    notes: [
      `${vectors} vectors of PCI devices, ${PINS * ioapics.length} pins of I/O APICs: where no entry is left, adding a device fails with -E2BIG`,
      basis(chip),
    ],
    key: 'limit',
    ...fixes(
      fixOf(`Set vtd_interrupt_limit to ${enough}`, setField(platform_info, 'x86.vtd_interrupt_limit', enough), false),
    ),
  }
}
