import type { SystemConfig } from '../../config/model.ts'
import { declaresField } from '../../config/written.ts'
import { fillStruct } from '../../edit/fields.ts'
import type { Gic, Platform } from '../../platform/model.ts'
import { withAlias } from '../../platform/tree/gic.ts'
import { hex } from '../../text/words.ts'
import type { TitledChange } from './fill-console.ts'

/** `platform_info.arm` as the interrupt controller of the machine needs it; nothing where it is so already. */
export function gicChange({ platform_info }: SystemConfig, { gic }: Platform): TitledChange | undefined {
  const { arm } = platform_info
  const source = arm?.source
  if (!gic || !arm || !source) return undefined
  const fields = gicFields(gic).filter(({ path, value }) => value !== undefined && declaresField(source, path))
  const different = fields.filter(({ path, value }) => BigInt(arm[path] ?? 0) !== value)
  if (different.length === 0) return undefined
  const texts = different.map(({ path, value = 0n, isNumber }) => ({ path, text: isNumber ? `${value}` : hex(value) }))
  return {
    title: `Fill platform_info.arm from ${gic.source.name.split('/').at(-1)}`,
    change: fillStruct(platform_info, 'arm', arm, texts),
  }
}

interface GicField {
  readonly path: 'gic_version' | 'gicd_base' | 'gicr_base' | 'gicc_base' | 'gich_base' | 'gicv_base' | 'maintenance_irq'
  readonly value: bigint | undefined
  /** Written as a decimal number rather than an address. */
  readonly isNumber?: true
}

/** What the controller says for each field. */
export const gicFields = (gic: Gic): readonly GicField[] => [
  { path: 'gic_version', value: BigInt(gic.version), isNumber: true },
  { path: 'gicd_base', value: gic.gicd.start },
  ...(gic.version === 3
    ? [{ path: 'gicr_base' as const, value: gic.gicr[0]?.start }]
    : [
        { path: 'gicc_base' as const, value: gic.gicc && withAlias(gic.gicc).start },
        { path: 'gich_base' as const, value: gic.gich?.start },
        { path: 'gicv_base' as const, value: gic.gicv && withAlias(gic.gicv).start },
      ]),
  {
    path: 'maintenance_irq',
    value: gic.maintenance === undefined ? undefined : BigInt(gic.maintenance),
    isNumber: true,
  },
]
