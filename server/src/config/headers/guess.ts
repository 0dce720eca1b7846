import { inBlanks, spelledLike, spelledTokens } from '../../c/raw/spellings.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { type Revision, revisions } from './revisions.ts'

/** Spellings that only the revisions from `since` to `until` (both included) understand or call for. */
interface Evidence {
  /** Tokens with one blank between them; `*` at the end stands for the rest of a name. */
  readonly signs: readonly string[]
  readonly since?: string
  readonly until?: string
  /** Tokens beside which the sign says nothing. */
  readonly unless?: string
}

const evidence: readonly Evidence[] = [
  { signs: ['. architecture'], since: '14' },
  { signs: ['. signature'], unless: 'architecture', until: '13e' },
  { signs: ['union jailhouse_stream_id', '. mmu500'], since: '13e' },
  { signs: ['__u32 stream_ids', 'sid_mask'], until: '13d' },
  { signs: ['JAILHOUSE_IOMMU_ARM_MMU500', 'sid_mask'], since: '13c' },
  {
    signs: [
      'JAILHOUSE_IVSHMEM_BAR_MASK_INTX_64K',
      'JAILHOUSE_IVSHMEM_BAR_MASK_MSIX_64K',
      'JAILHOUSE_CELL_AARCH32',
      'JAILHOUSE_CON_TYPE_IMX_LPUART',
    ],
    since: '13b',
  },
  { signs: ['. x86 . iommu_units', '. arm . iommu_units'], until: '12d' },
  { signs: ['JAILHOUSE_MEM_NO_HUGEPAGES'], since: '12d' },
  { signs: ['. tipvu', 'JAILHOUSE_IOMMU_PVU', '. amd'], since: '12c' },
  { signs: ['amd_bdf', 'amd_base_cap', 'amd_msi_cap', 'amd_features'], until: '12b' },
  {
    signs: [
      'shmem_regions_start',
      'shmem_dev_id',
      'shmem_peers',
      'JAILHOUSE_SHMEM_NET_REGIONS',
      'JAILHOUSE_IVSHMEM_BAR_MASK*',
    ],
    since: '12b',
  },
  { signs: ['. shmem_region'], until: '12a' },
  { signs: ['stream_ids', 'num_stream_ids'], since: '12a' },
  { signs: ['JAILHOUSE_IOMMU_AMD', 'JAILHOUSE_IOMMU_INTEL', 'JAILHOUSE_IOMMU_SMMUV3'], since: '11b' },
  { signs: ['pio_regions', 'num_pio_regions', 'struct jailhouse_pio', 'PIO_RANGE'], since: '11a' },
  { signs: ['pio_bitmap', 'pio_bitmap_size'], until: '10b' },
  { signs: ['msi_maskable', 'PCI_CAP_ID_*', 'PCI_EXT_CAP_ID_*'], since: '10b' },
  { signs: ['ARRAY_SIZE'], unless: 'define ARRAY_SIZE', since: '10b' },
  { signs: ['# define ARRAY_SIZE'], until: '10a' },
  { signs: ['. console'], since: '10a' },
  {
    signs: [
      'JAILHOUSE_CON_ACCESS_*',
      'JAILHOUSE_CON_REGDIST_*',
      'JAILHOUSE_CELL_VIRTUAL_CONSOLE_*',
      'JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE',
      '. type = JAILHOUSE_CON_TYPE_*',
    ],
    since: '9b',
  },
  { signs: ['JAILHOUSE_CON1_*', 'JAILHOUSE_CON2_*', 'JAILHOUSE_CELL_DEBUG_CONSOLE'], until: '9a' },
  { signs: ['pci_domain'], since: '9a' },
  { signs: ['tsc_khz', 'apic_khz'], since: '8' },
  { signs: ['msg_reply_timeout'], since: '7' },
  { signs: ['gic_version'], since: '6' },
  { signs: ['. gicd_base'], unless: 'gic_version', until: '5' },
  { signs: ['cpu_reset_address'], since: '5' },
  { signs: ['JAILHOUSE_CON1_ACCESS_*', 'JAILHOUSE_CON1_REGDIST_*'], since: '4' },
  {
    signs: ['JAILHOUSE_CON_FLAG_PIO', 'JAILHOUSE_CON_FLAG_MMIO', 'JAILHOUSE_CON1_FLAG_PIO', 'JAILHOUSE_CON1_FLAG_MMIO'],
    until: '3c',
  },
  { signs: ['JAILHOUSE_CON1_TYPE_UART_X86'], until: '3b' },
  { signs: ['JAILHOUSE_CON1_*', 'JAILHOUSE_CON2_*'], since: '3b' },
  { signs: ['JAILHOUSE_CON_FLAG_PIO', 'JAILHOUSE_CON_FLAG_MMIO', 'JAILHOUSE_CON_TYPE_UART_X86'], until: '3a' },
  { signs: ['apic_mode'], since: '3a' },
  { signs: ['. debug_console = { . phys_start'], until: '1' },
  { signs: ['. revision'], since: '1' },
  { signs: ['. signature'], unless: 'revision', until: 'none' },
]

export interface Guess {
  readonly revision: Revision
  /** What in the text decided, fit to follow "because it". */
  readonly reason: string
}

const ageOf = (id: string): number => revisions.findIndex(revision => revision.id === id)

/** The revisions that understand a text, as positions in `revisions`: from `newest` to `oldest`. */
export interface RevisionRange {
  readonly newest: number
  readonly oldest: number
  readonly reason: string
}

/** The newest revision that understands every spelling of a configuration whose own header is not at hand. */
export const guessRevision = (file: SourceFile): Guess => guessIn(revisionRange(file))

export const guessIn = ({ newest, reason }: RevisionRange): Guess => ({ revision: revisions[newest]!, reason })

export function revisionRange(file: SourceFile): RevisionRange {
  const text = inBlanks(nestUnits(spelledTokens(file)))
  let newest = 0
  let oldest = revisions.length - 1
  let reason = 'uses nothing that the newest revision lacks'
  for (const { signs, unless, since, until } of evidence) {
    const sign = firstSpelled(text, signs)
    if (sign === undefined || (unless && spelledLike(text, unless))) continue
    if (since && newest <= ageOf(since)) oldest = Math.min(oldest, ageOf(since))
    if (until && newest < ageOf(until) && ageOf(until) <= oldest) {
      newest = ageOf(until)
      reason = unless ? `has ${closed(sign)} without ${unless}` : `uses ${closed(sign)}`
    }
  }
  return narrowedByNumber(text, { newest, oldest, reason })
}

function firstSpelled(text: string, signs: readonly string[]): string | undefined {
  for (const sign of signs) {
    const spelled = spelledLike(text, sign)
    if (spelled !== undefined) return spelled
  }
  return undefined
}

/** Tokens as people write them: no blank behind a dot or a hash, none before a dot that follows a name. */
const closed = (tokens: string): string => tokens.replace(/([.#]) /g, '$1').replace(/(\w) \./g, '$1.')

/** A number that is written instead of `JAILHOUSE_CONFIG_REVISION` counts, unless the words of the file contradict it. */
function narrowedByNumber(text: string, range: RevisionRange): RevisionRange {
  const number = spelledLike(text, '. revision = *')?.split(' ').at(-1)
  const ages = [...revisions.keys()].filter(
    age => range.newest <= age && age <= range.oldest && String(revisions[age]?.number) === number,
  )
  const [newest] = ages
  return newest === undefined ? range : { newest, oldest: ages.at(-1) ?? newest, reason: `states revision ${number}` }
}

/** Writes `.x86 = { .iommu_units` as `.x86 = { .x86.iommu_units`, so that one spelling stands for both. */
function nestUnits(tokens: readonly string[]): readonly string[] {
  const enclosing: string[] = []
  return tokens.flatMap((token, index) => {
    if (token === '{') enclosing.push(memberBefore(tokens, index))
    else if (token === '}') enclosing.pop()
    const arch = token === 'iommu_units' && tokens[index - 1] === '.' ? enclosing.at(-1) : undefined
    return arch === 'x86' || arch === 'arm' ? [arch, '.', token] : token
  })
}

/** The member whose initializer begins at an index, where it is designated. */
const memberBefore = (tokens: readonly string[], brace: number): string =>
  tokens[brace - 1] === '=' && tokens[brace - 3] === '.' ? (tokens[brace - 2] ?? '') : ''
