import { describe, expect, test } from 'vitest'
import { desk, inmate, withGrammar } from '../project.ts'

withGrammar()

/** Findings of a file by their codes and headlines, hints aside, each with its help. */
const errorsOf = (text: string) =>
  desk({ 'cell.c': text })
    .analyze('cell.c')
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule, headline, help }) => ({ code: rule.code, headline, help }))

describe('a file that includes no header', () => {
  test('is errorsOf which one to include, once', () => {
    const without = inmate('inmate').replace('#include <jailhouse/cell-config.h>', '')
    const [first, ...more] = errorsOf(without)
    expect(first).toMatchObject({ code: 'JH101', help: 'add #include <jailhouse/cell-config.h>' })
    expect(more.filter(({ code }) => code === 'JH101' || code === 'JH142')).toEqual([])
  })
  test('unless it has it', () => {
    const other = inmate('inmate').replace('struct jailhouse_cell_desc', 'struct jailhouse_cells')
    expect(errorsOf(other).every(({ help }) => help !== 'add #include <jailhouse/cell-config.h>')).toBe(true)
  })
})
