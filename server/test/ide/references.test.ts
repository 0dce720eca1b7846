import { describe, expect, test } from 'vitest'
import { definitions, typeDefinitions } from '../../src/ide/navigation/definitions.ts'
import { highlights, references } from '../../src/ide/navigation/references.ts'
import { includersOf, rename, renamedIn } from '../../src/ide/navigation/rename.ts'
import { applyEdits, type Span, textOf } from '../../src/text/source-file.ts'
import { nameOf } from '../../src/text/uri.ts'
import { desk, inmate, withGrammar } from '../project.ts'
import { fixtures, offsetOf } from './fixture.ts'

withGrammar()

const lineOf = ({ file, start }: Span) => file.text.slice(0, start).split('\n').length

/** A cell whose only region is written by macros, one of them defined twice. */
const conditional = `#define ADDRESS 0x10000000 // ADDRESS
#if 0
#define SIZE 0x1000
#else
#define SIZE 0x2000
#endif
#define TWICE (SIZE * 2)
char comment[] = "SIZE";
${inmate('a').replaceAll('0x88000000', 'ADDRESS').replace('.size = ', '.size = TWICE + SIZE + ')}`

describe('macros', () => {
  const { analyze } = desk({ 'w/a.c': conditional })
  const at = (words: string) => offsetOf(conditional, words)
  test('lead to the definition in force', () => {
    expect(definitions(analyze('w/a.c'), at('TWICE + S|IZE')).map(lineOf)).toEqual([5])
    expect(definitions(analyze('w/a.c'), at('(S|IZE * 2)')).map(lineOf)).toEqual([5])
    expect(definitions(analyze('w/a.c'), at('#define S|IZE 0x1000')).map(lineOf)).toEqual([3])
  })
  test('are found where they have effect, with what each place is', () => {
    const found = references(analyze('w/a.c'), at('TWICE + S|IZE'))
    expect(found.map(({ span, kind }) => [kind, lineOf(span)])).toEqual([
      ['declaration', 5],
      ['read', 7],
      ['read', lineOf({ file: found[0]!.span.file, start: at('TWICE + |SIZE'), end: 0 })],
    ])
  })
  test('that nothing uses have their definition alone', () => {
    expect(references(analyze('w/a.c'), at('#define S|IZE 0x1000')).map(({ kind }) => kind)).toEqual(['declaration'])
  })
})

describe('across files', () => {
  const files = fixtures()
  const linux = 'k3-dma/k3-demo-linux.c'
  const flag = () => offsetOf(files.file(linux).text, 'JAILHOUSE_MEM_D|MA')
  test('a constant is found in the configurations of the simulation, its declaration in the header', () => {
    const found = references(files.analyze(linux), flag())
    const names = new Set(found.map(({ span }) => nameOf(span.file.uri)))
    expect(names).toContain('k3-demo.c')
    expect(names).toContain('k3-demo-linux.c')
    expect(found.filter(({ kind }) => kind === 'declaration').map(({ span }) => textOf(span))).toEqual([
      'JAILHOUSE_MEM_DMA',
    ])
  })
  test('highlights stay in the file', () => {
    const found = highlights(files.analyze(linux), flag())
    expect(found.length).toBeGreaterThan(0)
    expect(new Set(found.map(({ span }) => nameOf(span.file.uri)))).toEqual(new Set(['k3-demo-linux.c']))
    const region = highlights(files.analyze(linux), offsetOf(files.file(linux).text, '.phys_start = 0x8|a0000000'))
    expect(new Set(region.map(({ span }) => span.file.uri))).not.toContain('file:///k3-dma/k3-demo.c')
  })
  test('a field is written by its designators in every file', () => {
    const found = references(files.analyze(linux), offsetOf(files.file(linux).text, '.phys_s|tart'))
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['declaration', 'write']))
    expect(new Set(found.map(({ span }) => nameOf(span.file.uri))).size).toBe(3)
  })
  test('the type of an element is the struct of the header', () => {
    const [struct] = typeDefinitions(
      files.analyze(linux),
      offsetOf(files.file(linux).text, '.phys_start = 0x8|a0000000'),
    )
    expect(struct!.file.uri).toContain('.h')
    expect(textOf(struct!)).toContain('jailhouse_memory')
  })
})

describe('renaming', () => {
  const shared = `#define BASE 0x88000000\n${inmate('a').replaceAll('0x88000000', 'BASE')}`
  const files = {
    'w/a.c': shared,
    'w/a-more.c': '#include "a.c"\nunsigned long more = BASE; /* BASE */\n',
    'w/a-most.c': '#include "a-more.c"\nunsigned long most = BASE;\n',
    'w/other.c': '#define BASE 1\nint other = BASE;\n',
    'w/uses-name.c': '#include "a.c"\nint RAM;\n',
  }
  const renamed = (others: Partial<Record<keyof typeof files, string>>, offset: number, name: string) => {
    const { analyze, project } = desk({ ...files, ...others })
    const analysis = analyze('w/a.c')
    const declaring = renamedIn(analysis, offset)!
    return rename(analysis, offset, name, includersOf(declaring, project).found)
  }
  test('covers the files that include the one that defines the macro', () => {
    const { edits } = renamed({ 'w/uses-name.c': '' }, shared.indexOf('BASE'), 'RAM')
    const texts = new Map(
      [...new Set(edits.map(({ span }) => span.file))].map(file => [nameOf(file.uri), applyEdits(file, edits)]),
    )
    expect([...texts.keys()].sort()).toEqual(['a-more.c', 'a-most.c', 'a.c'])
    expect(texts.get('a-more.c')).toBe('#include "a.c"\nunsigned long more = RAM; /* BASE */\n')
    expect(texts.get('a.c')).not.toContain('BASE')
  })
  test('covers open files of other folders that read the macro, and a source that is included', () => {
    const texts = {
      'w/a.c': `#define BASE 0x88000000\n#include "part.c"\n${inmate('a')}`,
      'w/part.c': 'unsigned long part = BASE;\n',
      'v/b.c': '#include "../w/a.c"\nunsigned long b = BASE;\n',
    }
    const { analyze } = desk(texts)
    const { edits, reason } = rename(
      analyze('w/a.c'),
      texts['w/a.c'].indexOf('BASE'),
      'RAM',
      [],
      [analyze('v/b.c').unit],
    )
    expect(reason).toBeUndefined()
    expect(edits.map(({ span }) => nameOf(span.file.uri)).sort()).toEqual(['a.c', 'b.c', 'part.c'])
  })
  test('refuses what a header of others asks for', () => {
    const text = `#define BASE 1\n#include "../lib/lib.h"\n${inmate('a')}`
    const { analyze } = desk({ 'w/a.c': text, 'lib/lib.h': '#ifdef BASE\n#endif\n' })
    const answer = rename(analyze('w/a.c'), text.indexOf('BASE'), 'RAM')
    expect(answer).toMatchObject({ edits: [], reason: expect.stringContaining('lib.h') })
  })
  test.each([
    [
      'in another file',
      { 'w/a-more.c': '#include "a.c"\n#define CAT(a, b) a ## b\nunsigned long more = CAT(BA, SE);\n' },
    ],
    ['in a branch', { 'w/a-more.c': '#include "a.c"\n#if 0\n#define OF(a) a##SE\nlong m = OF(BA);\n#endif\n' }],
    ['of three', { 'w/a-more.c': '#include "a.c"\n#define OF(a) B##a##E\nlong m = OF(AS);\n' }],
  ])('refuses a name that is pasted %s', (_, others) => {
    expect(renamed(others, shared.indexOf('BASE'), 'RAM')).toMatchObject({
      edits: [],
      reason: expect.stringContaining('made by ##'),
    })
  })
  test.each([
    ['a piece of a body', 'unsigned long BASE2, more = OF(2);', '#define OF(a) BASE##a'],
    ['an argument', 'unsigned long BASE2, more = OF(BASE);', '#define OF(a) a##2'],
  ])('refuses a name that is %s', (_, use, define) => {
    const answer = renamed({ 'w/a-more.c': `#include "a.c"\n${define}\n${use}\n` }, shared.indexOf('BASE'), 'RAM')
    expect(answer).toMatchObject({ edits: [], reason: expect.stringContaining('part of what is made by ##') })
  })
  test('does not mind what else is pasted', () => {
    const more = '#include "a.c"\n#define OF(a) BANK##a\nunsigned long BANK2, more = OF(2) + BASE;\n'
    const { edits } = renamed({ 'w/a-more.c': more, 'w/uses-name.c': '' }, shared.indexOf('BASE'), 'RAM')
    expect(edits.length).toBeGreaterThan(2)
  })
  test.each([
    ['a name that an including file uses', 'RAM', 'already used'],
    ['a keyword', '_Static_assert', 'keyword'],
    ['an operator of directives', 'defined', 'keyword'],
    ['no name', '1x', 'identifier'],
  ])('refuses %s', (_, name, reason) => {
    const answer = renamed({}, shared.indexOf('BASE'), name)
    expect(answer.edits).toEqual([])
    expect(answer.reason).toContain(reason)
  })
  test('refuses an object that a macro of a header names', () => {
    const text = `#include "counts.h"\n${inmate('a', 'COUNT,').replace(/.*num_memory_regions.*/, '')}`
    const counts = '#define COUNT .num_memory_regions = ARRAY_SIZE(config.mem_regions)\n'
    const { analyze } = desk({ 'w/a.c': `${text}\nint x = ;\n`, 'w/counts.h': counts })
    const answer = rename(analyze('w/a.c'), text.indexOf('config ='), 'cell_config')
    expect(answer).toMatchObject({ edits: [], reason: expect.stringContaining('counts.h') })
  })
  test('leaves members of the same name alone', () => {
    const text = inmate('a')
    const { analyze } = desk({ 'w/a.c': text })
    const { edits } = rename(analyze('w/a.c'), text.indexOf('config ='), 'cell_config')
    expect(edits.every(({ span }) => text[span.start - 1] !== '.')).toBe(true)
    expect(edits.length).toBeGreaterThan(1)
  })
})
