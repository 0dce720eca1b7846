import { beforeAll, describe, expect, test } from 'vitest'
import { loadTreeGrammar } from '../../src/platform/tree/grammar.ts'
import { cell, cellCount, child, type TreeNode } from '../../src/platform/tree/node.ts'
import { readTreeSource } from '../../src/platform/tree/source.ts'
import { textOf } from '../../src/text/source-file.ts'

beforeAll(loadTreeGrammar)

const read = (text: string) => readTreeSource({ uri: 'file:///cell.dts', text: `/dts-v1/;\n${text}` })

const cellsOf = (node: TreeNode | undefined, name: string): (number | undefined)[] => {
  const property = node?.properties.get(name)
  return Array.from({ length: cellCount(property) }, (_, index) => cell(property, index))
}

describe('the preprocessor reads device tree source', () => {
  test.each([
    ['<GIC_SPI 45 IRQ_TYPE_LEVEL_HIGH>', [0, 45, 4]],
    ['<GIC_SPI (45) 4>', [0, 45, 4]],
    ['<GIC_SPI (40 + 5) IRQ_TYPE_LEVEL_HIGH>', [0, 45, 4]],
    ['<0 IRQ(5) 4>', [0, 45, 4]],
    ['<0 IRQ(2 + 3) FLAGS>', [0, 45, 0xf04]],
    ['<1 13 (GIC_CPU_MASK_SIMPLE(4) | IRQ_TYPE_LEVEL_LOW)>', [1, 13, 0xf08]],
    ['<0 (BASE == 40 && 1 ? 45 : 46) 4>', [0, 45, 4]],
    ['<0 ((5) + BASE) 4>', [0, 45, 4]],
    ['<UNKNOWN (40 + 5) 4>', [undefined, 45, 4]],
    ['<0 UNKNOWN(5) 4>', [0, undefined, 4]],
    ['<0 linux 4>', [0, undefined, 4]],
  ])('%s', (value, cells) => {
    const defines =
      '#define BASE 40\n#define IRQ(n) ((n) + BASE)\n#define FLAGS \\\n\t(GIC_CPU_MASK_SIMPLE(4) | IRQ_TYPE_LEVEL_HIGH)\n'
    const { root, problems } = read(`${defines}/ {\n\tinterrupts = ${value};\n};`)
    expect(problems).toEqual([])
    expect(cellsOf(root, 'interrupts')).toEqual(cells)
  })

  test.each([
    ['#if 0', '', 41],
    ['#if 1', '', 45],
    ['#ifdef NOT_DEFINED', '#else\ninterrupts = <0 43 4>;\n', 43],
    ['#ifndef NOT_DEFINED', '#else\ninterrupts = <0 43 4>;\n', 45],
    ['#if defined(__DTS__) && !defined(__linux__)', '', 45],
  ])('%s', (condition, otherwise, interrupt) => {
    const { root, problems } = read(
      `/ {\n#address-cells = <2>;\ninterrupts = <0 41 4>;\n${condition}\ninterrupts = <0 45 4>;\n${otherwise}#endif\n#size-cells = <1>;\n};`,
    )
    expect(problems).toEqual([])
    expect(cellsOf(root, 'interrupts')).toEqual([0, interrupt, 4])
    expect([cellsOf(root, '#address-cells'), cellsOf(root, '#size-cells')]).toEqual([[2], [1]])
  })

  test('names that are macros of a C compiler stay names', () => {
    const { root } = read('/ { pci { linux,pci-domain = <1>; unix = <2>; }; };')
    expect([...(child(root!, 'pci')?.properties.keys() ?? [])]).toEqual(['linux,pci-domain', 'unix'])
  })

  test('places are those of the file, a use of a macro as a whole', () => {
    const text =
      '#define IRQ(n) ((n) + 40) /* a comment */\n/ { serial@10 { interrupts = <0 IRQ(5) /* five */ 4>; }; };'
    const { root } = read(text)
    const serial = root?.children[0]
    const spans = serial?.properties.get('interrupts')?.cellSpans ?? []
    expect(spans.map(textOf)).toEqual(['0', 'IRQ(5)', '4'])
    expect(serial?.span && textOf(serial.span)).toBe('serial@10')
  })

  test('a conditional without end is told', () => {
    const { problems } = read('/ {\n#if 1\n};\n')
    expect(problems.map(({ message, span }) => [message, span && textOf(span)])).toEqual([
      ['unterminated conditional', '#if'],
    ])
  })
})

describe('nodes are deleted', () => {
  const tree = '/ { soc { ser: serial@10 { child { }; }; timer@20 { }; }; };\n'

  test.each([
    ['/delete-node/ &ser;', ['timer@20']],
    ['/delete-node/ &{/soc/timer@20};', ['serial@10']],
    ['/ { soc { /delete-node/ serial@10; }; };', ['timer@20']],
    ['/ { soc { /delete-node/ &ser; }; };', ['timer@20']],
    ['&{/soc} { /delete-node/ timer@20; };', ['serial@10']],
    ['/delete-node/ &other;', ['serial@10', 'timer@20']],
  ])('%s', (line, left) => {
    const { root } = read(tree + line)
    expect(child(root!, 'soc')?.children.map(({ name }) => name)).toEqual(left)
  })

  test('a label of a deleted node names nothing', () => {
    expect(read(`${tree}/delete-node/ &ser;\n&ser { };`).problems.map(({ message }) => message)).toEqual([
      'no node is labelled &ser',
    ])
  })
})

test('parentheses are read so deep in each other', () => {
  const nested = (depth: number) => read(`/ { a = <${'('.repeat(depth)}1${')'.repeat(depth)}>; };`)
  expect(cellsOf(nested(200).root, 'a')).toEqual([1])
  expect(nested(201)).toMatchObject({
    root: undefined,
    problems: [{ message: 'more than 200 parentheses inside each other' }],
  })
})
