import { expect, test } from 'vitest'
import { prove } from '../../src/repair/proof.ts'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

const PVU = `.platform_info.iommu_units = {
  { .type = JAILHOUSE_IOMMU_PVU, .base = 0x30f80000, .size = 0x1000, .tipvu.tlb_base = 0x36000000, .tipvu.tlb_size = 0x40000 },
},`

/** A root that keeps the memory of its inmate for DMA (JH301), which only a simulation shows. */
const board = root(
  '.num_stream_ids = 1,',
  '.stream_ids = { { 2 } },',
  'union jailhouse_stream_id stream_ids[1];',
).replace('.platform_info.arm', `${PVU} .platform_info.arm`)

const cell = (count: string) =>
  inmate(
    'a',
    '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, .num_irqchips = 1,',
    '.irqchips = { { .address = 0x1800000, .pin_base = 128, .pin_bitmap = { 1 } } },',
    'struct jailhouse_irqchip irqchips[1];',
  ).replace('ARRAY_SIZE(config.mem_regions)', count)

test('a count is repaired although the simulation then finds what was wrong before', () => {
  const files = desk({ 'board.c': board, 'board-cell.c': cell('2') })
  const codes = (text: string) =>
    desk({ 'board.c': board, 'board-cell.c': text })
      .analyze('board-cell.c')
      .findings.map(({ rule }) => rule.code)
  expect(codes(cell('2'))).not.toContain('JH301')
  expect(codes(cell('1'))).toContain('JH301')
  const miscounted = files.analyze('board-cell.c').findings.find(({ rule }) => rule.code === 'JH121')
  const edits = miscounted?.fixes?.[0]?.edits
  expect(edits).toBeDefined()
  expect(prove([miscounted!], edits!, files.project)).toEqual({ kind: 'proven' })
})

test('a repair that makes the simulation find more is refused where it was booted before', () => {
  const without = board.replace(' | JAILHOUSE_MEM_DMA', '')
  const files = desk({ 'board.c': without, 'board-cell.c': cell('1') })
  const { file } = files
  const start = without.indexOf('JAILHOUSE_MEM_EXECUTE')
  const edit = { span: { file: file('board.c'), start, end: start }, text: 'JAILHOUSE_MEM_DMA | ' }
  expect(prove([], [edit], files.project)).toMatchObject({ kind: 'refuted' })
})

test('a repaired count excuses nothing in the files of other cells', () => {
  const without = board.replace(' | JAILHOUSE_MEM_DMA', '')
  const other = cell('1').replace('"a"', '"b"')
  const files = desk({ 'board.c': without, 'board-cell.c': cell('2'), 'board-other.c': other })
  const miscounted = files.analyze('board-cell.c').findings.find(({ rule }) => rule.code === 'JH121')
  const start = without.indexOf('JAILHOUSE_MEM_EXECUTE')
  const withDma = { span: { file: files.file('board.c'), start, end: start }, text: 'JAILHOUSE_MEM_DMA | ' }
  const edits = [...miscounted!.fixes![0]!.edits, withDma]
  const proof = prove([miscounted!], edits, files.project)
  expect(proof).toMatchObject({ kind: 'refuted', reason: expect.stringContaining('JH301') })
})
