import {
  MEM_COMM_REGION,
  MEM_DMA,
  MEM_EXECUTE,
  MEM_IO,
  MEM_IO_8,
  MEM_IO_16,
  MEM_IO_32,
  MEM_IO_64,
  MEM_IO_UNALIGNED,
  MEM_LOADABLE,
  MEM_NO_HUGEPAGES,
  MEM_READ,
  MEM_ROOTSHARED,
  MEM_WRITE,
} from '../../config/constants.ts'

/** The flags of a memory region, under the header's names. */
export const MEMORY_FLAGS: readonly { readonly bit: bigint; readonly name: string }[] = [
  { bit: MEM_READ, name: 'JAILHOUSE_MEM_READ' },
  { bit: MEM_WRITE, name: 'JAILHOUSE_MEM_WRITE' },
  { bit: MEM_EXECUTE, name: 'JAILHOUSE_MEM_EXECUTE' },
  { bit: MEM_DMA, name: 'JAILHOUSE_MEM_DMA' },
  { bit: MEM_IO, name: 'JAILHOUSE_MEM_IO' },
  { bit: MEM_COMM_REGION, name: 'JAILHOUSE_MEM_COMM_REGION' },
  { bit: MEM_LOADABLE, name: 'JAILHOUSE_MEM_LOADABLE' },
  { bit: MEM_ROOTSHARED, name: 'JAILHOUSE_MEM_ROOTSHARED' },
  { bit: MEM_NO_HUGEPAGES, name: 'JAILHOUSE_MEM_NO_HUGEPAGES' },
  { bit: MEM_IO_UNALIGNED, name: 'JAILHOUSE_MEM_IO_UNALIGNED' },
  { bit: MEM_IO_8, name: 'JAILHOUSE_MEM_IO_8' },
  { bit: MEM_IO_16, name: 'JAILHOUSE_MEM_IO_16' },
  { bit: MEM_IO_32, name: 'JAILHOUSE_MEM_IO_32' },
  { bit: MEM_IO_64, name: 'JAILHOUSE_MEM_IO_64' },
]

export const ALL_MEMORY_FLAGS = MEMORY_FLAGS.reduce((all, { bit }) => all | bit, 0n)
