import { describe, expect, test } from 'vitest'
import { Query } from 'web-tree-sitter'
import { captures, language, list, read } from './jailhouse.js'

const SAMPLE = `#include <jailhouse/types.h>
#define BASE 0x1000
#define AT(n) (BASE + (n))
struct {
	struct cell cell;
} ALIGN config = {
	/* one region */
	.regions = {
#ifdef CONFIG_UART
		{ .start = AT(1), .flags = JAILHOUSE_MEM_READ | DMA },
#endif
		NET_REGIONS(0, 1),
	},
	old: { 1 },
};
`

test('every query is valid for the grammar', () => {
  for (const file of list('queries/')) expect(() => new Query(language, read(`queries/${file}`)), file).not.toThrow()
})

describe('captures', () => {
  const check = (file: string, ...expected: string[]) =>
    expect(captures(`queries/${file}.scm`, SAMPLE)).toEqual(expect.arrayContaining(expected))
  const exactly = (file: string, ...expected: string[]) =>
    expect(captures(`queries/${file}.scm`, SAMPLE)).toEqual(expected)

  test('highlights colour fields, flags, macros, attributes and directives', () => {
    check(
      'highlights',
      'keyword.directive: #include',
      'string: <jailhouse/types.h>',
      'constant.macro: BASE',
      'function.macro: AT',
      'variable.parameter: n',
      'type: cell',
      'attribute: ALIGN',
      'comment: /* one region */',
      'property: regions',
      'constant.macro: CONFIG_UART',
      'function.call: AT',
      'constant.builtin: JAILHOUSE_MEM_READ',
      'operator: |',
      'constant: DMA',
      'constant.macro: NET_REGIONS',
      'number: 1',
      'keyword.directive: #endif',
    )
  })

  test('folds take lists, bodies, conditionals and comments', () => {
    const folds = captures('queries/folds.scm', SAMPLE).map(fold =>
      fold.slice('fold: '.length).split(' ').slice(0, 3).join(' '),
    )
    expect(folds).toEqual([
      '#define AT(n) (BASE',
      '{ struct cell',
      '{ /* one',
      '/* one region',
      '{ #ifdef CONFIG_UART',
      '#ifdef CONFIG_UART {',
      '{ .start =',
      '{ 1 }',
    ])
  })

  test('the outline names macros, the configuration and its lists', () => {
    const names = captures('queries/outline.scm', SAMPLE).filter(capture => capture.startsWith('name: '))
    expect(names).toEqual(['name: BASE', 'name: AT', 'name: config', 'name: regions', 'name: old'])
  })

  test('tags find definitions and uses of macros', () => {
    const names = captures('queries/tags.scm', SAMPLE).filter(capture => capture.startsWith('name: '))
    expect(names).toEqual(['name: BASE', 'name: AT', 'name: config', 'name: AT', 'name: NET_REGIONS'])
  })

  test('locals define macros, parameters and the configuration', () => {
    check(
      'locals',
      'local.definition.macro: BASE',
      'local.definition.parameter: n',
      'local.definition.field: cell',
      'local.definition.var: config',
      'local.reference: JAILHOUSE_MEM_READ',
    )
  })

  test('an entry is a region or a field with its value', () => {
    check(
      'textobjects',
      'entry.around: { .start = AT(1), .flags = JAILHOUSE_MEM_READ | DMA }',
      'entry.around: .start = AT(1)',
      'entry.inside: AT(1)',
      'parameter.inside: 0',
    )
  })

  test('macro values are injected as the same language', () => {
    exactly(
      'injections',
      'injection.content: 0x1000',
      'injection.content: (BASE + (n))',
      'injection.content: /* one region */',
    )
  })
})
