import { describe, expect, test } from 'vitest'
import { desk, inmate, root, withGrammar } from '../project.ts'

withGrammar()

/** Code and headline of what a file gets that stands alone, without the header of a tree. */
const alone = (text: string): readonly string[] =>
  desk({ 'alone.c': text })
    .analyze('alone.c')
    .findings.filter(({ severity }) => severity !== 'hint')
    .map(({ rule, headline }) => `${rule.code} ${headline}`)

const PASSIVE = '.flags = JAILHOUSE_CELL_PASSIVE_COMMREG, .cpu_reset_address = 0x88000000,'

describe('a file that no built-in header lays out', () => {
  test('has counts of a fork, be they a letter from those of the header', () => {
    expect(alone(inmate('a', '.rcpu_set_size = 8,', '', '__u64 rcpus[1];').replace('{ 0x8 }', '{ 0 }'))).toEqual([
      'JH142 layout unknown: no built-in header has jailhouse_cell_desc.rcpu_set_size',
    ])
  })
  test('has structs of a fork', () => {
    const colored = 'struct jailhouse_memory_colored col_mem[1];'
    const list = '.col_mem = { { .memory = { .size = 0x1000 }, .colors = 0xff } },'
    expect(alone(inmate('a', '.num_memory_regions_colored = 1,', list, colored))).toEqual([
      'JH142 layout unknown: no built-in header has jailhouse_cell_desc.num_memory_regions_colored',
    ])
    expect(alone(inmate('a', PASSIVE, list, colored))).toEqual([
      'JH142 layout unknown: no built-in header has struct jailhouse_memory_colored',
    ])
  })
  test('is older than all of them', () => {
    const old = inmate('a', '.pio_bitmap_size = 0,')
      .replace(/\.signature.*|\.revision.*|\.architecture.*/g, '')
      .replace('ARRAY_SIZE(config.mem_regions)', '1')
    expect(alone(old)).toEqual([
      'JH142 layout unknown: without signature and revision it is older than the built-in headers',
    ])
  })
})

describe('a file that one lays out', () => {
  test('may lack its signature', () => {
    const found = alone(inmate('a', `.num_stream_ids = 0, ${PASSIVE}`).replace(/\.signature.*|\.revision.*/g, ''))
    expect(found.map(each => each.slice(0, 5))).toEqual(['JH125', 'JH126'])
  })
  test('may have a member that is mistyped', () => {
    expect(alone(inmate('a', `.num_irqchip = 0, ${PASSIVE}`))).toEqual([
      'JH105 struct jailhouse_cell_desc has no member "num_irqchip"',
    ])
  })
  test.each([
    ['spelled in a macro', '#define FIELD .num_irqchip = 0', 'FIELD,', 'num_irqchip'],
    ['spelled by an argument', '#define SET(field, value) .field = value', 'SET(num_irqchip, 0),', 'num_irqchip'],
    ['with letters in another place', '', '.num_ircqhip = 0,', 'num_ircqhip'],
    ['beside the right one', '', '.num_irqchips = 0, .num_irqchpis = 0,', 'num_irqchpis'],
    ['as a capital', '', '.Name = "b",', 'Name'],
  ])('may have a slip %s', (_kind, definition, header, name) => {
    const text = `${definition}\n${inmate('a', `${header} ${PASSIVE}`)}`
    expect(alone(text)).toEqual([`JH105 struct jailhouse_cell_desc has no member "${name}"`])
    const finding = desk({ 'a.c': text })
      .analyze('a.c')
      .findings.find(({ rule }) => rule.code === 'JH105')!
    expect(finding.fixes?.[0]?.title ?? finding.help).toMatch(
      /^(Replace with|did you mean) "?(num_irqchips|name)"?\??$/,
    )
  })
  test('may use constants of a fork, told once', () => {
    const text = root().replaceAll('JAILHOUSE_MEM_DMA', 'JAILHOUSE_MEM_COLORED | JAILHOUSE_MEM_SECLUDED')
    expect(alone(text)).toEqual(['JH104 JAILHOUSE_MEM_COLORED is not declared'])
  })
  test('is no older for a macro of its own', () => {
    const own = `#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))\n${inmate('a', `.num_pio_regions = 0, ${PASSIVE}`)}`
    expect(alone(own.replace(/\.architecture.*/g, ''))).toEqual([])
  })
})
