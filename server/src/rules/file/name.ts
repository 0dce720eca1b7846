import { at } from '../../config/places.ts'
import type { Span } from '../../text/source-file.ts'
import type { CellRule } from '../rule.ts'
import page from './name.md'

/** `JAILHOUSE_CELL_NAME_MAXLEN` and the zero behind it. */
const NAME_BYTES = 32

/** `parse_cell_id` of the `jailhouse` command takes what `strtoll` reads completely for an id. */
const isNumber = (name: string): boolean => /^\s*\+?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(name)

/** Whether a string literal, its quotes aside, has more characters than there is room for. */
const isCut = ({ start, end }: Span): boolean => NAME_BYTES + 2 < end - start

export const name: CellRule = {
  kind: 'cell',
  code: 'JH128',
  id: 'name',
  title: 'Cell name not NUL-terminated, empty or numeric',
  severity: 'warning',
  constraints: ['name-no-nul', 'name-empty-or-numeric'],
  page,
  *check(cell) {
    // A string that does not fit is charged itself.
    if (isCut(at(cell, 'name'))) return
    if (cell.name.length >= NAME_BYTES)
      yield {
        span: at(cell, 'name'),
        headline: `cell name of ${NAME_BYTES} bytes is not NUL-terminated`,
        notes: [
          cell.isRoot ? 'the hypervisor reads on into the fields that follow' : 'the driver drops its last character',
        ],
      }
    else if (cell.name === '' || isNumber(cell.name))
      yield {
        span: at(cell, 'name'),
        severity: 'hint',
        headline: cell.name ? `cell name "${cell.name}" is a number` : 'the cell has no name',
        notes: ['the jailhouse command parses it as a cell ID unless --name is given'],
      }
  },
}
