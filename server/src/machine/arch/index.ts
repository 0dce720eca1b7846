import type { Scenario } from '../../config/scenario.ts'
import type { Hardware } from '../hardware.ts'
import type { Arch } from '../hypervisor.ts'
import { arm } from './arm.ts'
import { arm64 } from './arm64.ts'
import { x86 } from './x86.ts'

/** How the scenario's machine works; where no file says, it is taken for an arm64 one. */
export function archOf(scenario: Scenario, hardware: Hardware): Arch {
  if (scenario.root.architecture === 'x86') return x86(scenario, hardware)
  return scenario.root.architecture === 'arm' ? arm : arm64
}
