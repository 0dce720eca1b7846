import { MEM_COMM_REGION } from '../../config/constants.ts'
import type { MemoryRegion } from '../../config/model.ts'
import { has, KiB, type Range, sizeOfRange } from '../../config/ranges.ts'
import { hex } from '../../text/words.ts'
import type { CellView } from './cell-view.ts'
import { freeVirtual } from './free-memory.ts'
import { isNetLink, missingSections, type OpenSections } from './open-sections.ts'
import { linkPlace, ramPlace, registersPlace, sharedPlace } from './region-places.ts'
import type { Template } from './template.ts'

/** Regions as people write them, each only where there is a place for it. */
export const regionTemplates = (view: CellView): readonly Template[] => [
  ...at(ramPlace(view), range => ({
    label: 'RAM region',
    detail: 'memory to run from, loadable, reachable by devices',
    insert: region('RAM', ['READ', 'WRITE', 'EXECUTE', 'DMA', ...(view.own.isRoot ? [] : ['LOADABLE'])], range),
  })),
  ...at(registersPlace(view), range => ({
    label: 'MMIO region',
    detail: 'registers of a device',
    insert: region('device', ['READ', 'WRITE', 'IO'], range),
  })),
  ...at(registersPlace(view), ({ start }) => ({
    label: 'MMIO sub-page region',
    detail: 'some registers of a page, every access trapped',
    insert: region('device', ['READ', 'WRITE', 'IO', 'IO_32', ...shared(view)], { start, end: start + 0x100n }),
  })),
  ...at(view.own.isRoot ? undefined : sharedPlace(view), range => ({
    label: 'shared region',
    detail: 'memory the root cell keeps',
    insert: region('shared', ['READ', 'WRITE', 'ROOTSHARED'], range),
  })),
  ...communication(view),
  ...linkTemplates(view),
]

const at = (place: Range | undefined, template: (range: Range) => Template): readonly Template[] =>
  place ? [template(place)] : []

/** What the root has in whole pages it keeps: a cell can only share a part of a page. */
const shared = ({ own }: CellView): readonly string[] => (own.isRoot ? [] : ['ROOTSHARED'])

function communication(view: CellView): readonly Template[] {
  const { own } = view
  if (own.isRoot || own.mem_regions.some(each => has(each, MEM_COMM_REGION))) return []
  const start = hex(freeVirtual(view, own.architecture === 'x86' ? 0x100000n : 0x80000000n))
  return [
    {
      label: 'communication region',
      detail: 'one page between hypervisor and cell',
      insert: `/* communication region */ {
\t.virt_start = \${1:${start}},
\t.size = 0x00001000,
\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION,
},$0`,
    },
  ]
}

const NET_LINK = 1024n * KiB

/** The sections of a link whose other end is there; in a root also those of a new one. */
function linkTemplates(view: CellView): readonly Template[] {
  const open = missingSections(view)
  if (open) return [...(isNetLink(open) ? [netRegions(open.sections[0]!.phys_start, open.id)] : []), openLink(open)]
  const place = linkPlace(view, NET_LINK)
  return place ? [netRegions(place.start, 0), newLink(place.start)] : []
}

const netRegions = (start: bigint, id: number): Template => ({
  label: 'JAILHOUSE_SHMEM_NET_REGIONS',
  detail: 'the four ivshmem regions of a network link',
  insert: `JAILHOUSE_SHMEM_NET_REGIONS(\${1:${hex(start)}}, \${2:${id}}),$0`,
  macro: 'JAILHOUSE_SHMEM_NET_REGIONS',
  makes: 4,
})

const openLink = ({ sections, id, peer }: OpenSections): Template => ({
  label: 'ivshmem regions',
  detail: `state table, common section and output sections, as in "${peer.name}"`,
  insert: `${sections.map((section, k) => sectionText(section, k, id)).join('\n')}$0`,
  makes: sections.length,
})

const newLink = (start: bigint): Template => ({
  label: 'ivshmem regions',
  detail: 'state table, common section, output sections of two peers',
  insert: `${[0n, undefined, 1n, 2n]
    .map((page, k) =>
      sectionText({ phys_start: start + (page ?? 0n) * 0x1000n, size: page === undefined ? 0n : 0x1000n }, k, 0),
    )
    .join('\n')}$0`,
  makes: 4,
})

/** One section of the peer `id`; without a common section its element is empty. */
function sectionText({ phys_start, size }: Pick<MemoryRegion, 'phys_start' | 'size'>, k: number, id: number): string {
  if (size === 0n) return `/* no ${sectionWords(k)} */ { 0 },`
  const flags = ['READ', ...(k === 1 || k === id + 2 ? ['WRITE'] : []), 'ROOTSHARED']
  return `/* ${sectionWords(k)} */ {
\t.phys_start = \${${2 * k + 1}:${hex(phys_start)}},
\t.virt_start = \${${2 * k + 1}:${hex(phys_start)}},
\t.size = \${${2 * k + 2}:${hex(size)}},
\t.flags = ${flags.map(flag => `JAILHOUSE_MEM_${flag}`).join(' | ')},
},`
}

const sectionWords = (k: number): string =>
  k === 0 ? 'state table' : k === 1 ? 'common section' : `output of peer ${k - 2}`

const region = (comment: string, flags: readonly string[], range: Range): string =>
  `/* \${3:${comment}} */ {
\t.phys_start = \${1:${hex(range.start)}},
\t.virt_start = \${1:${hex(range.start)}},
\t.size = \${2:${hex(sizeOfRange(range))}},
\t.flags = ${flags.map(flag => `JAILHOUSE_MEM_${flag}`).join(' | ')},
},$0`
