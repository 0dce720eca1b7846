import revision1 from './revision-1.h'
import revision2 from './revision-2.h'
import revision3a from './revision-3a.h'
import revision3b from './revision-3b.h'
import revision3c from './revision-3c.h'
import revision4 from './revision-4.h'
import revision5 from './revision-5.h'
import revision6 from './revision-6.h'
import revision7 from './revision-7.h'
import revision8 from './revision-8.h'
import revision9a from './revision-9a.h'
import revision9b from './revision-9b.h'
import revision10a from './revision-10a.h'
import revision10b from './revision-10b.h'
import revision11a from './revision-11a.h'
import revision11b from './revision-11b.h'
import revision11c from './revision-11c.h'
import revision12a from './revision-12a.h'
import revision12b from './revision-12b.h'
import revision12c from './revision-12c.h'
import revision12d from './revision-12d.h'
import revision13a from './revision-13a.h'
import revision13b from './revision-13b.h'
import revision13c from './revision-13c.h'
import revision13d from './revision-13d.h'
import revision13e from './revision-13e.h'
import revision14 from './revision-14.h'
import revisionNone from './revision-none.h'

/** One layout of `jailhouse/cell-config.h`. Letters tell apart the layouts that share a revision number. */
export interface Revision {
  readonly id: string
  /** `JAILHOUSE_CONFIG_REVISION`; the layouts before November 2016 have none. */
  readonly number: number | undefined
  /** The month this layout came up. */
  readonly since: string
  /** What is new in it. */
  readonly change: string
  readonly header: string
}

const revision = (id: string, number: number | undefined, since: string, header: string, change: string): Revision => ({
  id,
  number,
  since,
  change,
  header,
})

/** All known layouts, newest first. */
export const revisions: readonly Revision[] = [
  revision('14', 14, '2023-01', revision14, 'signature[5] and architecture'),
  revision('13e', 13, '2020-12', revision13e, 'union jailhouse_stream_id'),
  revision('13d', 13, '2020-10', revision13d, 'page-sized ivshmem MSI-X BAR'),
  revision('13c', 13, '2020-09', revision13c, 'iommu_units[].arm_mmu500.sid_mask'),
  revision('13b', 13, '2020-06', revision13b, 'platform_info padded, apic_mode in front of vtd_interrupt_limit'),
  revision('13a', 13, '2020-06', revision13a, 'iommu_units common to all architectures'),
  revision(
    '12d',
    12,
    '2020-01',
    revision12d,
    'JAILHOUSE_MEM_NO_HUGEPAGES takes bit 8 of IO_UNALIGNED, which moves to bit 15',
  ),
  revision('12c', 12, '2020-01', revision12c, 'iommu_units[].amd and .tipvu'),
  revision('12b', 12, '2020-01', revision12b, 'ivshmem version 2: shmem_regions_start, shmem_dev_id, shmem_peers'),
  revision('12a', 12, '2019-08', revision12a, 'stream_ids'),
  revision('11c', 11, '2019-08', revision11c, 'platform_info.arm.iommu_units'),
  revision('11b', 11, '2019-08', revision11b, 'iommu_units[].type'),
  revision('11a', 11, '2019-07', revision11a, 'pio_regions in place of pio_bitmap'),
  revision('10b', 10, '2019-07', revision10b, 'msi_64bits and msi_maskable are bits'),
  revision('10a', 10, '2018-07', revision10a, 'console of a cell'),
  revision('9b', 9, '2018-07', revision9b, 'flags of the system, console type apart from its flags'),
  revision('9a', 9, '2018-04', revision9a, 'pci_domain'),
  revision('8', 8, '2017-11', revision8, 'tsc_khz, apic_khz'),
  revision('7', 7, '2017-10', revision7, 'msg_reply_timeout'),
  revision('6', 6, '2017-09', revision6, 'gic_version'),
  revision('5', 5, '2017-05', revision5, 'cpu_reset_address'),
  revision('4', 4, '2017-04', revision4, 'console access and register distance are one bit each'),
  revision('3c', 3, '2017-04', revision3c, 'console types renumbered without UART_X86'),
  revision('3b', 3, '2017-01', revision3b, 'console names begin with JAILHOUSE_CON1'),
  revision('3a', 3, '2017-01', revision3a, 'apic_mode'),
  revision('2', 2, '2016-12', revision2, 'struct jailhouse_debug_console'),
  revision('1', 1, '2016-11', revision1, 'revision'),
  revision('none', undefined, '2016-11', revisionNone, 'signatures JAILSYST and JAILCELL'),
]
