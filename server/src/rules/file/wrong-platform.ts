import { at } from '../../config/places.ts'
import { isPartlyWritten } from '../../config/written.ts'
import type { SystemRule } from '../rule.ts'
import page from './wrong-platform.md'

/** `x86` and `arm` are members of one union: what is written to one is read as the other. */
export const wrongPlatform: SystemRule = {
  kind: 'system',
  code: 'JH132',
  id: 'wrong-platform',
  title: 'Platform data of another architecture',
  severity: 'error',
  constraints: ['platform-wrong-union'],
  page,
  *check({ architecture, platform_info }) {
    if (!architecture) return
    const [own, other] = architecture === 'x86' ? ['x86', 'arm'] : ['arm', 'x86']
    if (isPartlyWritten(platform_info, other))
      yield {
        span: at(platform_info, other),
        headline: `platform_info.${other} is set for an ${architecture} system`,
        notes: [`.${other} and .${own} share their bytes, which are read as .${own}`],
        help: `use .${own}`,
        key: other,
      }
  },
}
