import type { MapCellState } from '../../../../server/src/lsp/protocol.ts'
import { t } from './words.ts'

/** `running, CPU 0–2, 5` */
export const cellState = ({ state, cpus }: MapCellState): string =>
  cpus.length > 0 ? `${t(state)}, ${t('CPU {0}', ranges(cpus))}` : t(state)

/** Ascending numbers, three and more in a row as a range. */
function ranges(numbers: readonly number[]): string {
  const words: string[] = []
  for (let i = 0; i < numbers.length; i++) {
    const first = i
    while (numbers[i + 1] === numbers[i]! + 1) i++
    if (first + 1 < i) words.push(`${numbers[first]}–${numbers[i]}`)
    else words.push(...numbers.slice(first, i + 1).map(String))
  }
  return words.join(', ')
}
