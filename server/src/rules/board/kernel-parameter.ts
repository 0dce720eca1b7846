import { at } from '../../config/places.ts'
import { phys } from '../../config/ranges.ts'
import { driverOf } from '../../machine/iommu/drivers.ts'
import type { Parameter } from '../../platform/model.ts'
import { memmapEntries, memparse } from '../../platform/read/command-line.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule, BoardSubject, RawFinding } from '../rule.ts'
import page from './kernel-parameter.md'
import { hypervisorMemory } from './memory.ts'
import { basis, relatedFacts } from './words.ts'

export const kernelParameter: BoardRule = {
  kind: 'board',
  code: 'JH924',
  id: 'kernel-parameter',
  title: 'Kernel parameter without the effect Jailhouse needs',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { architecture } = subject.scenario.root
    for (const parameter of subject.platform.commandLine ?? []) {
      if (parameter.name === 'memmap')
        yield* architecture === 'x86' ? lostQuoting(parameter, subject) : onArm(parameter, subject)
      if (parameter.name === 'mem' && architecture === 'arm64') yield* limit(parameter, subject)
      if (parameter.name === 'intel_iommu' && architecture === 'x86') yield* inUse(parameter, subject)
    }
  },
}

const spelled = ({ name, value }: Parameter): string => (value === undefined ? name : `${name}=${value}`)

const finding = (
  subject: BoardSubject,
  parameter: Parameter,
  headline: string,
  note: string,
  help: string,
): RawFinding => ({
  span: at(hypervisorMemory(subject), 'phys_start'),
  headline,
  notes: [note, basis(parameter)],
  help,
  ...relatedFacts([parameter, `the kernel was started with ${spelled(parameter)}`]),
  key: parameter.name,
})

function* onArm(parameter: Parameter, subject: BoardSubject): Iterable<RawFinding> {
  yield finding(
    subject,
    parameter,
    `memmap= has no effect on ${subject.scenario.root.architecture ?? 'ARM'}`,
    `${spelled(parameter)} is x86 only; this kernel prints "Unknown kernel command line parameters" and reserves nothing`,
    'reserve the memory in the device tree with no-map, or end the RAM below it with mem=',
  )
}

/** `$` that a shell or GRUB has eaten. */
function* lostQuoting(parameter: Parameter, subject: BoardSubject): Iterable<RawFinding> {
  const lost = memmapEntries(parameter.value ?? '').find(({ kind }) => kind === undefined)
  if (!lost) return
  yield finding(
    subject,
    parameter,
    `memmap=${lost.spelled.slice(0, 40)} lacks the "$" and reserves nothing`,
    'shells and GRUB expand $: the kernel receives no start address',
    'write \\$ in grub.cfg, and \\\\\\$ in /etc/default/grub',
  )
}

/** Counted through all banks from the lowest, it can only end the RAM, never make a hole. */
function* limit(parameter: Parameter, subject: BoardSubject): Iterable<RawFinding> {
  const size = memparse(parameter.value ?? '')?.value
  const banks = subject.platform.firmwareRam
  const { start, end } = phys(hypervisorMemory(subject))
  if (size === undefined || !banks) return
  let left = size
  for (const { range } of banks.toSorted((a, b) => (a.range.start < b.range.start ? -1 : 1))) {
    const length = range.end - range.start
    const last = range.start + (length < left ? length : left)
    if (0n < left && range.start < end && start < last)
      yield finding(
        subject,
        parameter,
        `${spelled(parameter)} leaves RAM up to ${hex(last)} to Linux, hypervisor_memory included`,
        `mem= limits the amount of RAM, counted from ${hex(banks[0]?.range.start ?? 0n)}`,
        `lower mem= until the RAM ends at ${hex(start)}`,
      )
    left -= length < left ? length : left
  }
}

function* inUse(parameter: Parameter, subject: BoardSubject): Iterable<RawFinding> {
  const units = subject.scenario.root.platform_info.iommu_units.filter(unit => driverOf(unit)?.kind === 'intel')
  if (parameter.value === 'off' || units.length === 0) return
  yield finding(
    subject,
    parameter,
    `Linux uses the IOMMU (${spelled(parameter)}), so "jailhouse enable" fails with -EBUSY`,
    'a unit that translates already is refused by vtd_init',
    'start the kernel with intel_iommu=off',
  )
}
