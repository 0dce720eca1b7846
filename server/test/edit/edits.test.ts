import { expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { rememberReading } from '../../src/c/raw/reading.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import { bindConfig } from '../../src/config/bind.ts'
import { compileOptions, withBuiltins } from '../../src/config/includes.ts'
import { cellOf, type MemoryRegion } from '../../src/config/model.ts'
import { defaultSettings, type Project } from '../../src/config/project.ts'
import type { Change } from '../../src/edit/change.ts'
import { insertField, removeField, setField } from '../../src/edit/fields.ts'
import { addFlag, removeFlag } from '../../src/edit/flags.ts'
import { includeBefore } from '../../src/edit/includes.ts'
import { insideBraces } from '../../src/edit/layout.ts'
import { applyEdits, textOf } from '../../src/text/source-file.ts'

await loadGrammar()

const project: Project = {
  lookup: () => 'absent',
  list: () => [],
  settings: defaultSettings,
  pins: new Map(),
  known: [],
}

const before = (prelude: string) => `#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
${prelude}struct { struct jailhouse_cell_desc cell; __u64 cpus[1]; struct jailhouse_memory mem_regions[1]; }
__attribute__((packed)) config = {
\t.cell = { .cpu_set_size = sizeof(config.cpus), .num_memory_regions = ARRAY_SIZE(config.mem_regions) },
\t.mem_regions = {
`
const after = '\n\t},\n};\n'

/** What a change makes of the text of a region, and of the `#define`s in front. */
function changed(
  element: string,
  change: (region: MemoryRegion) => Change | undefined,
  prelude = '',
): string | undefined {
  const file = { uri: 'file:///board/inmate.c', text: before(prelude) + element + after }
  const options = compileOptions(file, project, undefined, { files: new Set(), folders: new Set() })
  const unit = readUnit(file, options, withBuiltins(project.lookup))
  rememberReading(unit)
  const config = bindConfig(unit)
  const region = config && cellOf(config).mem_regions[0]
  const made = region && change(region)
  if (!made) return undefined
  const text = applyEdits(file, made.edits)
  const start =
    text.indexOf(prelude ? '#define' : '\t.mem_regions = {\n') + (prelude ? 0 : '\t.mem_regions = {\n'.length)
  return prelude ? text.slice(start, text.indexOf('\nstruct')) : text.slice(start, -after.length)
}

const check = (
  name: string,
  element: string,
  change: (region: MemoryRegion) => Change | undefined,
  expected: string | undefined,
) => test(name, () => expect(changed(element, change)).toBe(expected))

const addDma = (region: MemoryRegion) => addFlag(region, 'flags', 'JAILHOUSE_MEM_DMA')
const removeDma = (region: MemoryRegion) => removeFlag(region, 'flags', 'JAILHOUSE_MEM_DMA')

check(
  'a flag is added to a list',
  '{ .flags = JAILHOUSE_MEM_READ }',
  addDma,
  '{ .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_DMA }',
)
check(
  'inside parentheses',
  '{ .flags = (JAILHOUSE_MEM_READ) }',
  addDma,
  '{ .flags = (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_DMA) }',
)
check('around a choice', '{ .flags = 1 ? 1 : 2 }', addDma, '{ .flags = (1 ? 1 : 2) | JAILHOUSE_MEM_DMA }')
check('in place of 0', '{ .flags = 0x0 }', addDma, '{ .flags = JAILHOUSE_MEM_DMA }')
check('to a number', '{ .flags = 3 }', addDma, '{ .flags = 3 | JAILHOUSE_MEM_DMA }')
check('where no flags are written', '{ .size = 1 }', addDma, '{ .size = 1, .flags = JAILHOUSE_MEM_DMA }')
check('in an element without fields', '{ }', addDma, '{ .flags = JAILHOUSE_MEM_DMA }')
check(
  'on a line of its own where the last is full',
  '\t\t{\n\t\t\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |\n\t\t\t\tJAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,\n\t\t},',
  addDma,
  '\t\t{\n\t\t\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |\n\t\t\t\tJAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE |\n\t\t\t\tJAILHOUSE_MEM_DMA,\n\t\t},',
)

check(
  'the first flag is removed',
  '{ .flags = JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_READ }',
  removeDma,
  '{ .flags = JAILHOUSE_MEM_READ }',
)
check('the last', '{ .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_DMA }', removeDma, '{ .flags = JAILHOUSE_MEM_READ }')
check('the only one', '{ .flags = JAILHOUSE_MEM_DMA }', removeDma, '{ .flags = 0 }')
check('the last of a line', '{ .flags = 1 | JAILHOUSE_MEM_DMA |\n\t2 }', removeDma, '{ .flags = 1 |\n\t2 }')
check('the first of a line', '{ .flags = 1 |\n\tJAILHOUSE_MEM_DMA | 2 }', removeDma, '{ .flags = 1 |\n\t2 }')
check('all of a line', '{ .flags = 1 |\n\tJAILHOUSE_MEM_DMA |\n\t2 }', removeDma, '{ .flags = 1 |\n\t2 }')
check('a number keeps its bits to itself', '{ .flags = 0x9 }', removeDma, undefined)

test('a flag out of a macro is removed from the macro', () =>
  expect(changed('{ .flags = RAM }', removeDma, '#define RAM (JAILHOUSE_MEM_READ | \\\n\tJAILHOUSE_MEM_DMA)\n')).toBe(
    '#define RAM (JAILHOUSE_MEM_READ)',
  ))
test('also where the macro is one of several', () =>
  expect(changed('{ .flags = RAM | 2 }', removeDma, '#define RAM JAILHOUSE_MEM_DMA | 1\n')).toBe('#define RAM 1'))

const setSize = (region: MemoryRegion) => setField(region, 'size', '0x1000')

check('a value is replaced', '{ .size = 0x1 /* odd */ }', setSize, '{ .size = 0x1000 /* odd */ }')
check(
  'a missing field is added on a line of its own',
  '\t\t{\n\t\t\t.flags = 1, /* all */\n\t\t},',
  setSize,
  '\t\t{\n\t\t\t.flags = 1, /* all */\n\t\t\t.size = 0x1000,\n\t\t},',
)
check(
  'with the comma that was missing',
  '\t\t{\n\t\t\t.flags = 1 /* all */\n\t\t},',
  setSize,
  '\t\t{\n\t\t\t.flags = 1, /* all */\n\t\t\t.size = 0x1000,\n\t\t},',
)
check(
  'a field is removed with its line',
  '\t\t{\n\t\t\t.size = 1,\n\t\t\t.flags = 1,\n\t\t},',
  region => removeField(region, 'flags'),
  '\t\t{\n\t\t\t.size = 1,\n\t\t},',
)
check(
  'a field is removed from a line',
  '{ .size = 1, .flags = 1 }',
  region => removeField(region, 'flags'),
  '{ .size = 1 }',
)
check(
  'a field is added behind nested ones',
  '{ .size = 1, }',
  region => insertField(region, 'flags', '1'),
  '{ .size = 1, .flags = 1, }',
)

test('a value out of a macro of the file is left alone', () =>
  expect(changed('{ .size = SIZE }', setSize, '#define SIZE 1\n')).toBe(undefined))
test('line ends stay as they are', () => {
  const crlf = '{\r\n.flags = 1,\r\n}'
  expect(changed(crlf, setSize)).toBe('{\r\n.flags = 1,\r\n.size = 0x1000,\r\n}')
})

const twice =
  '/* #define RAM 1 */\n#if 0\n#define RAM 2\n#else\n#define RAM JAILHOUSE_MEM_READ\n#endif\n#define MORE (RAM | 4)\n'
test('of the definitions of a macro the one in force is changed, its uses counted', () => {
  const file = {
    uri: 'file:///board/inmate.c',
    text: `${before(twice)}{ .flags = RAM, .size = MORE } /* RAM */${after}`,
  }
  const options = compileOptions(file, project, undefined, { files: new Set(), folders: new Set() })
  const unit = readUnit(file, options, withBuiltins(project.lookup))
  rememberReading(unit)
  const change = addDma(cellOf(bindConfig(unit)!).mem_regions[0]!)
  expect(change?.macro).toEqual({ name: 'RAM', uses: 2 })
  expect(applyEdits(file, change!.edits)).toContain(
    '#define RAM 2\n#else\n#define RAM JAILHOUSE_MEM_READ | JAILHOUSE_MEM_DMA\n',
  )
})
check('a flag that is there already is not added', '{ .flags = 1 | JAILHOUSE_MEM_DMA }', addDma, undefined)
check(
  'a flag that the header lacks is not written',
  '{ .flags = 1 }',
  region => addFlag(region, 'flags', 'JAILHOUSE_MEM_NO_SUCH'),
  undefined,
)
check('nor a field', '{ .flags = 1 }', region => insertField(region, 'no_such', '1'), undefined)
check('nor a value', '{ .flags = 1 }', region => setField(region, 'size', 'NO_SUCH'), undefined)
check('from nested parentheses', '{ .flags = ((1) | (2 | JAILHOUSE_MEM_DMA)) }', removeDma, '{ .flags = ((1) | (2)) }')
check('alone in parentheses', '{ .flags = (JAILHOUSE_MEM_DMA) | 1 }', removeDma, '{ .flags = 1 }')
check('beside a shift', '{ .flags = 1 << 4 | JAILHOUSE_MEM_DMA }', removeDma, '{ .flags = 1 << 4 }')
check('a masked flag stays', '{ .flags = 1 | (JAILHOUSE_MEM_DMA & ~2) }', removeDma, undefined)
check(
  'the comment in front of a flag goes with it, others stay',
  '{ .flags = 1 /* one */ | /* devices */ JAILHOUSE_MEM_DMA | /* two */ 2 }',
  removeDma,
  '{ .flags = 1 /* one */ | /* two */ 2 }',
)
check('a comment between braces is no place for a field', '{ /* nothing yet */ }', setSize, undefined)
check(
  'a field is not added into a branch',
  '{\n.flags = 1,\n#if 1\n.virt_start = 2,\n#endif\n}',
  setSize,
  '{\n.flags = 1,\n.size = 0x1000,\n#if 1\n.virt_start = 2,\n#endif\n}',
)

test('an include stands in a line of its own before another, whose lines end as they did', () => {
  for (const newline of ['\n', '\r\n']) {
    const main = { uri: 'file:///x.c', text: ['/* x */', '  #include <y.h>', ''].join(newline) }
    const start = main.text.indexOf('<')
    const include = { name: '<y.h>', file: undefined, span: { file: main, start, end: start + 5 } }
    const after = applyEdits(main, [includeBefore(include, '<x.h>')])
    expect(after.split(newline)).toEqual(['/* x */', '#include <x.h>', '  #include <y.h>', ''])
  }
})

test('nothing is inside of a brace that nobody closed yet', () => {
  const file = { uri: 'file:///a.c', text: '{ {} { 1 }' }
  const inside = (start: number, end: number) => {
    const span = insideBraces({ file, start, end })
    return span && textOf(span)
  }
  expect([inside(0, 1), inside(2, 3), inside(2, 4), inside(5, 10)]).toEqual([undefined, undefined, '', ' 1 '])
})
