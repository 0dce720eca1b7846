import type { ArmPlatform } from './model.ts'

/** Before revision 6 the hypervisor finds out by itself which GIC it is; only a GICv3 has redistributors. */
export const gicVersion = ({ gic_version, gicr_base }: ArmPlatform): number => gic_version ?? (gicr_base === 0n ? 2 : 3)
