import type { Architecture } from '../../config/model.ts'
import type { Scenario } from '../../config/scenario.ts'
import type { Arch } from '../hypervisor.ts'
import { arm64 } from './arm64.ts'

const architectures: Partial<Record<Architecture, Arch>> = { arm64 }

/** How the scenario's machine works; where no file says, it is taken for an arm64 one. */
export const archOf = ({ root }: Scenario): Arch => architectures[root.architecture ?? 'arm64'] ?? arm64
