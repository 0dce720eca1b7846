import { expect, test } from 'vitest'
import { flattened, symbols } from '../../src/ide/navigation/symbols.ts'
import { desk, withGrammar } from '../project.ts'

withGrammar()

const HEAD = '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n'

/** What made editors throw the whole outline away. */
test.each([
  `#include<jailhouse/cell-config.h>\nstruct{\n000000${'a'.repeat(60)}JAILHOUSE_SHMEM_NET_REGIONS}\n{\n\t{`,
  '\tstruct{\n\tstruct jailhouse_cell_desc cell;\n}(,\n\t\t.flags=JAILHOUSE_CON_REGDIST_4}',
  `${HEAD}struct { struct jailhouse_cell_desc cell; } = { .cell = { .name = "" } };`,
  `${HEAD}struct jailhouse_cell_desc config = { .name = "\\n\\t" };`,
  `${HEAD}#define C .cell = { .name = "x" }\n#define W(x) x\nW(struct { struct jailhouse_cell_desc cell; } config = { C };)`,
  `${HEAD}struct { struct jailhouse_cell_desc cell; struct jailhouse_memory mem_regions[2]; } config = { .mem_regions[0] = { .size = 1 }, .cell.name = "x", .mem_regions[1].size = 2 };`,
  `${HEAD}struct { struct jailhouse_memory mem_regions[]; } config = { .mem_regions = { /* \u202e */ { .size = 1 }, /* */ { } } };`,
])('each symbol has a name and is selected within its range: %s', text => {
  const outline = [...flattened(symbols(desk({ 'a.c': text }).analyze('a.c')))]
  const malformed = outline.filter(
    ({ name, range, selection }) =>
      name.trim() === '' ||
      selection.start < range.start ||
      range.end < selection.end ||
      selection.end < selection.start,
  )
  expect(malformed).toEqual([])
})
