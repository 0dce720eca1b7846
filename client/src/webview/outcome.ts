import type { MapStage } from '../../../server/src/lsp/protocol.ts'
import { t } from './drawing/words.ts'

/** `-EINVAL, pvu_iommu_map_memory: …` */
export function outcomeWords({ outcome: { kind, errno, by, reason } }: MapStage): string {
  if (kind === 'done') return t('done')
  const words = `${by}: ${reason}`
  return kind === 'refused' ? `-${errno}, ${words}` : t('the hypervisor stops in {0}', words)
}
