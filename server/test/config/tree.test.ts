import { describe, expect, test } from 'vitest'
import { cellOf } from '../../src/config/model.ts'
import { desk, type Files, inmate, withGrammar } from '../project.ts'
import { forkHeader, UPSTREAM } from './fork.ts'

withGrammar()

const header = forkHeader(UPSTREAM)

/** The first region of a cell of a tree, and what the compiler would say. */
function cellAt(path: string, text: string, files: Files) {
  const { config, findings } = desk({ [path]: text, ...files }).analyze(path)
  const codes = findings.filter(({ rule }) => rule.code.startsWith('JH10')).map(({ rule }) => rule.code)
  return { size: config && cellOf(config).mem_regions[0]?.size, codes }
}

describe('the rules of configs/Makefile', () => {
  const tree: Files = { 't/include/jailhouse/cell-config.h': header }
  const sized = (include: string) => include + inmate('a').replace('.size = 0x1000000', '.size = BYTES')

  test('include config.h in front, where the tree has one', () => {
    const config = { 't/include/jailhouse/config.h': '#define BYTES 0x80000\n' }
    expect(cellAt('t/configs/arm64/a.c', sized(''), { ...tree, ...config })).toEqual({ size: 0x80000n, codes: [] })
    expect(cellAt('t/configs/arm64/a.c', sized(''), tree).codes).toEqual(['JH104'])
  })

  test('and once, also where the header includes it', () => {
    const again = {
      't/include/jailhouse/cell-config.h': header.replace(
        '#define JAIL',
        '#include <jailhouse/config.h>\n#define JAIL',
      ),
    }
    const config = { 't/include/jailhouse/config.h': '#define BYTES 0x80000' }
    expect(cellAt('t/configs/arm64/a.c', sized(''), { ...again, ...config })).toEqual({ size: 0x80000n, codes: [] })
  })

  test('look in four folders', () => {
    for (const folder of ['hypervisor/arch/arm64/include', 'hypervisor/include', 'include', 'configs/arm64/include'])
      expect(
        cellAt('t/configs/arm64/a.c', sized('#include <board.h>\n'), {
          ...tree,
          [`t/${folder}/board.h`]: '#define BYTES 0x2000\n',
        }),
        folder,
      ).toEqual({ size: 0x2000n, codes: [] })
  })

  test('look in the folders of the own architecture only', () => {
    const other = { 't/configs/arm/include/board.h': '#define BYTES 0x2000\n' }
    expect(cellAt('t/configs/arm64/a.c', sized('#include <board.h>\n'), { ...tree, ...other }).codes).toContain('JH103')
  })

  test('of trees before version 0.8', () => {
    const old = {
      't/hypervisor/include/jailhouse/cell-config.h': header,
      't/hypervisor/include/jailhouse/config.h': '#define BYTES 0x3000\n',
    }
    expect(cellAt('t/configs/a.c', sized(''), old)).toEqual({ size: 0x3000n, codes: [] })
  })

  test('have a compiler for RISC-V where the folder says so', () => {
    const text = sized('#define BYTES (__riscv_xlen * 0x1000)\n')
    expect(cellAt('t/configs/riscv/a.c', text, tree)).toEqual({ size: 0x40000n, codes: [] })
    expect(cellAt('t/configs/arm64/a.c', text, tree).codes).toEqual(['JH104'])
  })
})
