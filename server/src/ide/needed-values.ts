import { type CellConfig, type Config, cellOf } from '../config/model.ts'
import { countText } from '../edit/arrays.ts'
import { byWord } from '../text/by-word.ts'
import { nameOf } from '../text/uri.ts'

/** Letters that a cell's name has room for, the closing NUL aside. */
const MAX_NAME = 31

const ARCHITECTURES = { x86: 'JAILHOUSE_X86', arm: 'JAILHOUSE_ARM', arm64: 'JAILHOUSE_ARM64' } as const

/**
 * What a field has to be in nearly every file, where that follows from the rest of the file: the text to write; undefined
 * where only its author knows, or where zero is what is meant.
 */
export function neededValue(config: Config | undefined, struct: string, field: string): string | undefined {
  if (field === 'revision') return 'JAILHOUSE_CONFIG_REVISION'
  if (field === 'signature') return SIGNATURES[struct]
  if (!config) return undefined
  if (field === 'architecture') return config.architecture && ARCHITECTURES[config.architecture]
  if (struct !== 'jailhouse_cell_desc') return undefined
  return field === 'name' ? JSON.stringify(fileName(config)) : countOf(cellOf(config), field)
}

const SIGNATURES = byWord<string>({
  jailhouse_system: 'JAILHOUSE_SYSTEM_SIGNATURE',
  jailhouse_cell_desc: 'JAILHOUSE_CELL_DESC_SIGNATURE',
})

const fileName = ({ file }: Config): string =>
  nameOf(file.uri)
    .split('.')[0]!
    .replace(/[^\w-]/g, '')
    .slice(0, MAX_NAME)

/** The length of the array a field counts, by its name; nothing is counted that is not there. */
function countOf(cell: CellConfig, field: string): string | undefined {
  const array = cell.arrays.find(({ entry, length }) => entry.count === field && 0 < length)
  return array && countText(cell, array)
}
