import { describe, expect, test } from 'vitest'
import { cellOf } from '../../src/config/model.ts'
import { pinsOf } from '../../src/config/pins.ts'
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

describe('what the hypervisor of a tree has room for', () => {
  const chips = (base: number, words: string) =>
    inmate(
      'a',
      '.num_irqchips = ARRAY_SIZE(config.irqchips),',
      `.irqchips = { { .address = 0x1800000, .pin_base = ${base}, .pin_bitmap = { ${words} } } },`,
      'struct jailhouse_irqchip irqchips[1];',
    )
  const path = 't/configs/arm64/a.c'
  const codesIn = (files: Files) => {
    const { findings } = desk({ 't/include/jailhouse/cell-config.h': header, ...files }).analyze(path)
    return findings.filter(({ rule }) => rule.code === 'JH401').map(({ headline }) => headline)
  }
  const cellHeader = (bits: number) => ({
    't/hypervisor/arch/arm-common/include/asm/cell.h': `struct arch_cell {\n\tu32 irq_bitmap[${bits}/32];\n};\n`,
  })

  test('is how far pin_base may reach', () => {
    const file = { [path]: chips(1024, '1') }
    expect(codesIn(file)).toEqual(['pin_base 1024 is out of range: the maximum is 896'])
    expect(codesIn({ ...file, ...cellHeader(1024) })).toEqual(['pin_base 1024 is out of range: the maximum is 896'])
    expect(codesIn({ ...file, ...cellHeader(1152) })).toEqual([])
    expect(codesIn({ [path]: chips(1056, '1'), ...cellHeader(1152) })).toEqual([
      'pin_base 1056 is out of range: the maximum is 1024',
    ])
  })

  test('and its header says how many words an irqchip has', () => {
    const wide = header.replace(
      '#include <jailhouse/parts/irqchip.h>',
      'struct jailhouse_irqchip { __u64 address; __u32 id; __u32 pin_base; __u32 pin_bitmap[8]; } __attribute__((packed));',
    )
    expect(wide).not.toBe(header)
    const files = { 't/include/jailhouse/cell-config.h': wide, [path]: chips(32, '0, 0, 0, 0, 0, 1 << 3') }
    const { config } = desk(files).analyze(path)
    expect(config && cellOf(config).irqchips.map(pinsOf)).toEqual([[32 + 5 * 32 + 3]])
    expect(codesIn({ [path]: chips(896, '1'), 't/include/jailhouse/cell-config.h': wide })).toEqual([
      'pin_base 896 is out of range: the maximum is 768',
    ])
  })
})
