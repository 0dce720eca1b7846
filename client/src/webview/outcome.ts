import type { MapStage } from '../../../server/src/lsp/protocol.ts'
import { t } from './drawing/words.ts'

/** `-EINVAL, pvu_iommu_map_memory: …` */
export function outcomeWords({ outcome: { kind, errno, by, reason } }: MapStage): string {
  if (kind === 'done') return t('done')
  const words = `${by}: ${reason}`
  if (kind === 'refused') return `-${errno}, ${words}`
  if (kind === 'parked') return t('the CPU of the root cell is parked in {0}', words)
  return kind === 'hung' ? t('the machine freezes in {0}', words) : t('the hypervisor stops in {0}', words)
}
