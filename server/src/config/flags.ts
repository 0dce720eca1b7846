import { memoize } from '../text/memo.ts'
import {
  CELL_AARCH32,
  CELL_PASSIVE_COMMREG,
  CELL_TEST_DEVICE,
  CELL_VIRTUAL_CONSOLE_ACTIVE,
  CELL_VIRTUAL_CONSOLE_PERMITTED,
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
} from './constants.ts'
import type { Header } from './header.ts'

/** A flag by the name all headers give it, and its bit in the newest one. */
export interface Flag {
  readonly name: string
  readonly bit: bigint
}

/** The flags of a memory region. `IO_UNALIGNED` had the bit of `NO_HUGEPAGES` until revision 12c. */
export const MEMORY_FLAGS: readonly Flag[] = [
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

/** Those of a cell. `TEST_DEVICE` was `0x4` in revision 8 and 9a; `DEBUG_CONSOLE` is the former name of `PERMITTED`. */
const CELL_FLAGS: readonly Flag[] = [
  { bit: BigInt(CELL_PASSIVE_COMMREG), name: 'JAILHOUSE_CELL_PASSIVE_COMMREG' },
  { bit: BigInt(CELL_TEST_DEVICE), name: 'JAILHOUSE_CELL_TEST_DEVICE' },
  { bit: BigInt(CELL_AARCH32), name: 'JAILHOUSE_CELL_AARCH32' },
  { bit: BigInt(CELL_VIRTUAL_CONSOLE_PERMITTED), name: 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED' },
  { bit: BigInt(CELL_VIRTUAL_CONSOLE_PERMITTED), name: 'JAILHOUSE_CELL_DEBUG_CONSOLE' },
  { bit: BigInt(CELL_VIRTUAL_CONSOLE_ACTIVE), name: 'JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE' },
]

const allOf = (flags: readonly Flag[]): bigint => flags.reduce((all, { bit }) => all | bit, 0n)

export const ALL_MEMORY_FLAGS = allOf(MEMORY_FLAGS)

/** Bits of a cell that neither we nor the header in use have a name for. */
export const unnamedCellFlags = (header: Header, flags: number): bigint =>
  BigInt(flags) & ~allOf(CELL_FLAGS) & ~allOf(cellFlags(header).foreign(BigInt(flags)))

/** How the bits of a field are to be read under one header. */
export interface FlagReading {
  /** The bits with the places they have in the newest header. */
  read(bits: bigint): bigint
  /** The flags among them that a fork added: what they do is not known here. */
  foreign(bits: bigint): readonly Flag[]
}

export const memoryFlags = memoize(
  (header: Header): FlagReading => readingOf(header.constants('JAILHOUSE_MEM_'), MEMORY_FLAGS),
)

export const cellFlags = memoize(
  (header: Header): FlagReading => readingOf(header.constants('JAILHOUSE_CELL_'), CELL_FLAGS),
)

function readingOf(constants: ReadonlyMap<string, bigint>, known: readonly Flag[]): FlagReading {
  const moved = known.flatMap(({ name, bit }) => {
    const here = constants.get(name)
    return here === undefined || here === bit ? [] : [{ from: here, to: bit }]
  })
  const taken = known.reduce((all, { name }) => all | (constants.get(name) ?? 0n), 0n)
  const foreign = [...constants]
    .map(([name, bit]) => ({ name, bit }))
    .filter(({ bit }) => isBit(bit) && (bit & taken) === 0n)
  return {
    read: bits =>
      moved.reduce(
        (now, { from, to }) => ((bits & from) === from ? now | to : now),
        moved.reduce((now, { from }) => now & ~(bits & from), bits),
      ),
    foreign: bits => foreign.filter(({ bit }) => bits & bit),
  }
}

const isBit = (value: bigint): boolean => value !== 0n && (value & (value - 1n)) === 0n
