import { hasWords } from '../../c/raw/glance.ts'
import { type Revision, revisions } from './revisions.ts'

/** A spelling that only the revisions from `since` to `until` (both included) understand or call for. */
interface Evidence {
  readonly sign: RegExp
  readonly since?: string
  readonly until?: string
  /** Words beside which the sign says nothing. */
  readonly unless?: string
}

const evidence: readonly Evidence[] = [
  { sign: /\.architecture\b/, since: '14' },
  { sign: /\.signature\b/, unless: 'architecture', until: '13e' },
  { sign: /\bunion\s+jailhouse_stream_id\b|\.mmu500\b/, since: '13e' },
  { sign: /\b__u32\s+stream_ids\b|\bsid_mask\b/, until: '13d' },
  { sign: /\bJAILHOUSE_IOMMU_ARM_MMU500\b|\bsid_mask\b/, since: '13c' },
  { sign: /\bJAILHOUSE_IVSHMEM_BAR_MASK_\w+_64K\b/, since: '13b' },
  { sign: /\bJAILHOUSE_CELL_AARCH32\b|\bJAILHOUSE_CON_TYPE_IMX_LPUART\b/, since: '13b' },
  { sign: /\.(x86|arm)\.iommu_units\b/, until: '12d' },
  { sign: /\bJAILHOUSE_MEM_NO_HUGEPAGES\b/, since: '12d' },
  { sign: /\.tipvu\b|\bJAILHOUSE_IOMMU_PVU\b|\.amd\b/, since: '12c' },
  { sign: /\bamd_(bdf|base_cap|msi_cap|features)\b/, until: '12b' },
  { sign: /\bshmem_(regions_start|dev_id|peers)\b|\bJAILHOUSE_(SHMEM_NET_REGIONS|IVSHMEM_BAR_MASK)/, since: '12b' },
  { sign: /\.shmem_region\b/, until: '12a' },
  { sign: /\b(num_)?stream_ids\b/, since: '12a' },
  { sign: /\bJAILHOUSE_IOMMU_(AMD|INTEL|SMMUV3)\b/, since: '11b' },
  { sign: /\bpio_regions\b|\bstruct\s+jailhouse_pio\b|\bPIO_RANGE\b/, since: '11a' },
  { sign: /\bpio_bitmap(_size)?\b/, until: '10b' },
  { sign: /\bmsi_maskable\b|\bPCI_(EXT_)?CAP_ID_/, since: '10b' },
  { sign: /\bARRAY_SIZE\b/, unless: 'define ARRAY_SIZE', since: '10b' },
  { sign: /#\s*define\s+ARRAY_SIZE\b/, until: '10a' },
  { sign: /\.console\b/, since: '10a' },
  {
    sign: /\bJAILHOUSE_CON_(ACCESS|REGDIST)_|\bVIRTUAL_(DEBUG_)?CONSOLE|\.type\s*=\s*JAILHOUSE_CON_TYPE_/,
    since: '9b',
  },
  { sign: /\bJAILHOUSE_CON[12]_|\bJAILHOUSE_CELL_DEBUG_CONSOLE\b/, until: '9a' },
  { sign: /\bpci_domain\b/, since: '9a' },
  { sign: /\b(tsc|apic)_khz\b/, since: '8' },
  { sign: /\bmsg_reply_timeout\b/, since: '7' },
  { sign: /\bgic_version\b/, since: '6' },
  { sign: /\.gicd_base\b/, unless: 'gic_version', until: '5' },
  { sign: /\bcpu_reset_address\b/, since: '5' },
  { sign: /\bJAILHOUSE_CON1_(ACCESS|REGDIST)_/, since: '4' },
  { sign: /\bJAILHOUSE_CON1?_FLAG_(PIO|MMIO)\b/, until: '3c' },
  { sign: /\bJAILHOUSE_CON1_TYPE_UART_X86\b/, until: '3b' },
  { sign: /\bJAILHOUSE_CON[12]_/, since: '3b' },
  { sign: /\bJAILHOUSE_CON_FLAG_(PIO|MMIO)\b|\bJAILHOUSE_CON_TYPE_UART_X86\b/, until: '3a' },
  { sign: /\bapic_mode\b/, since: '3a' },
  { sign: /\.debug_console\s*=\s*\{\s*\.phys_start\b/, until: '1' },
  { sign: /\.revision\b/, since: '1' },
  { sign: /\.signature\b/, unless: 'revision', until: 'none' },
]

export interface Guess {
  readonly revision: Revision
  /** What in the text decided, fit to follow "because it". */
  readonly reason: string
}

const ageOf = (id: string): number => revisions.findIndex(revision => revision.id === id)

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/.*/g, ' ')

/** The revisions that understand a text, as positions in `revisions`: from `newest` to `oldest`. */
export interface RevisionRange {
  readonly newest: number
  readonly oldest: number
  readonly reason: string
}

/** The newest revision that understands every spelling of a configuration whose own header is not at hand. */
export const guessRevision = (sourceText: string): Guess => guessIn(revisionRange(sourceText))

export const guessIn = ({ newest, reason }: RevisionRange): Guess => ({ revision: revisions[newest]!, reason })

export function revisionRange(sourceText: string): RevisionRange {
  const text = nestUnits(withoutComments(sourceText))
  let newest = 0
  let oldest = revisions.length - 1
  let reason = 'uses nothing that the newest revision lacks'
  for (const { sign, unless, since, until } of evidence) {
    const spelled = sign.exec(text)?.[0]
    if (spelled === undefined || (unless && hasWords(text, unless.split(' ')))) continue
    if (since && newest <= ageOf(since)) oldest = Math.min(oldest, ageOf(since))
    if (until && newest < ageOf(until) && ageOf(until) <= oldest) {
      newest = ageOf(until)
      reason = unless ? `has ${spelled} without ${unless}` : `uses ${spelled.replace(/\s+/g, ' ')}`
    }
  }
  return narrowedByNumber(text, { newest, oldest, reason })
}

/** A number that is written instead of `JAILHOUSE_CONFIG_REVISION` counts, unless the words of the file contradict it. */
function narrowedByNumber(text: string, range: RevisionRange): RevisionRange {
  const number = /\.revision\s*=\s*(\d+)\b/.exec(text)?.[1]
  const ages = [...revisions.keys()].filter(
    age => range.newest <= age && age <= range.oldest && String(revisions[age]?.number) === number,
  )
  const [newest] = ages
  return newest === undefined ? range : { newest, oldest: ages.at(-1) ?? newest, reason: `states revision ${number}` }
}

/** Writes `.x86 = { .iommu_units` as `.x86 = { .x86.iommu_units`, so that one spelling stands for both. */
function nestUnits(text: string): string {
  if (!text.includes('.iommu_units')) return text
  const enclosing: string[] = []
  return text.replace(/(?:(\.x86|\.arm)\s*=\s*)?\{|\}|\.iommu_units\b/g, (token, arch: string | undefined) => {
    if (token === '.iommu_units') return (enclosing.at(-1) ?? '') + token
    if (token === '}') enclosing.pop()
    else enclosing.push(arch ?? '')
    return token
  })
}
