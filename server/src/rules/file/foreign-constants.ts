import {
  foreignConstantsIn,
  type NamedConstant,
  namesIn,
  prefixesOf,
  suffixOf,
  type WrittenNumber,
  writtenNumbers,
} from '../../config/constant-names.ts'
import type { Header } from '../../config/header.ts'
import { cellOf } from '../../config/model.ts'
import { fixes, fixOf } from '../../edit/change.ts'
import { hex } from '../../text/words.ts'
import type { ConfigRule, RawFinding } from '../rule.ts'
import page from './foreign-constants.md'

/** By name, not by value: another field's constant often has legal bits. */
export const foreignConstants: ConfigRule = {
  kind: 'config',
  code: 'JH137',
  id: 'foreign-constants',
  title: 'Constant of another field',
  severity: 'warning',
  constraints: [],
  charges: 'flags',
  page,
  *check(config) {
    const cell = cellOf(config)
    for (const number of writtenNumbers(cell)) {
      const [constant, ...more] = foreignConstantsIn(number, cell.header)
      // Where all of a list is meant for another field, it is one slip.
      if (constant && more.length > 0 && namesIn(number) === 1 + more.length) yield list(number, constant, more.length)
      else for (const each of constant ? [constant, ...more] : []) yield finding(number, each, cell.header)
    }
  },
}

const list = ({ field }: WrittenNumber, { name, fields, span }: NamedConstant, more: number): RawFinding => ({
  span,
  headline: `${name} and ${more} more do not belong in .${field.split('.')[1]}`,
  notes: [`they are constants for .${fields[0]?.split('.')[1]} of struct ${fields[0]?.split('.')[0]}`],
  ...(prefixesOf(field)[0] && { help: `use constants that begin with ${prefixesOf(field)[0]}` }),
  key: field,
})

function finding({ field }: WrittenNumber, { name, fields, span, isHere }: NamedConstant, header: Header): RawFinding {
  const bits = header.constant(name)
  const own = prefixesOf(field)
  const twin = own.map(mine => mine + suffixOf(name)).find(name => header.constant(name) !== undefined)
  const meaning = own
    .flatMap(mine => [...header.constants(mine)])
    .find(([, value]) => value === bits && bits !== 0n)?.[0]
  const member = field.split('.')[1]
  return {
    span,
    headline: `${name} does not belong in .${member}`,
    notes: [
      `it is a constant for .${fields[0]?.split('.')[1]} of struct ${fields[0]?.split('.')[0]}`,
      ...(meaning ? [`its value ${hex(bits ?? 0n)} means ${meaning} here`] : []),
    ],
    ...(!twin && own[0] && { help: `use a constant that begins with ${own[0]}` }),
    key: `${field} ${name}`,
    ...fixes(twin && isHere ? fixOf(`Replace by ${twin}`, { edits: [{ span, text: twin }] }, false) : undefined),
  }
}
