import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Edit } from 'web-tree-sitter'
import { readCorpus } from './corpus.js'
import { folder, language, list, parse, read } from './jailhouse.js'

describe.each(list('test/corpus/'))('corpus %s', file => {
  test.each(readCorpus(read(`test/corpus/${file}`)))('$name', ({ text, tree }) => {
    expect(parse(text).rootNode.toString()).toBe(tree)
  })
})

describe('the checked-in parser', () => {
  const stamp = read('tree-sitter-jailhouse.sha256')
    .trim()
    .split('\n')
    .map(line => ({ digest: line.slice(0, 64), file: line.slice(66) }))

  test.each(stamp)('was made with this $file', ({ digest, file }) => {
    const bytes = readFileSync(new URL(file, folder))
    expect(createHash('sha256').update(bytes).digest('hex'), 'run `npm run grammar`').toBe(digest)
  })

  test('is stamped with all that makes it', () => {
    const files = stamp.map(({ file }) => file)
    const made = ['grammar.js', 'src/parser.c', 'src/scanner.c', 'tree-sitter-jailhouse.wasm']
    expect(files).toEqual(expect.arrayContaining(made))
  })

  test('knows the node types of src/node-types.json', () => {
    const types: { type: string; named: boolean }[] = JSON.parse(read('src/node-types.json'))
    for (const { type, named } of types.filter(({ type }) => !type.startsWith('_')))
      expect(language.idForNodeType(type, named), type).not.toBeNull()
  })
})

const CONFIG = `#define BASE 0x1000
struct { struct cell cell; struct memory regions[3]; } ALIGN config = {
	.cell = { .name = "demo", .flags = READ | WRITE },
	.regions = {
#ifdef CONFIG_UART
		{ .phys_start = BASE, .size = 0x1000 },
#endif
		{ .phys_start = 0x2000, .size = 0x1000, },
		PIO_RANGE(0x20, 2),
	},
};
int after;
`

describe('text as it is typed', () => {
  test('every beginning of a file has a tree of all its text', () => {
    for (let length = 0; length < CONFIG.length; length++) {
      const beginning = CONFIG.slice(0, length)
      expect(parse(beginning).rootNode.text.trim()).toBe(beginning.trim())
    }
  })

  test('a field under the cursor leaves what follows the list whole', () => {
    for (const fragment of [
      '.',
      '.si',
      '.size',
      '.size =',
      '.size = 0x',
      '.size = A |',
      '.size = FOO(',
      '{',
      '#',
      '#if',
    ])
      expect(lastOf(CONFIG.replace('PIO_RANGE(0x20, 2),', `${fragment}\n`)), fragment).toBe('int after;')
  })

  test('typing letter by letter gives the tree of the whole text', () => {
    for (const added of [
      '\t\t{ .size = A\n\t\t.flags = B },\n',
      '#ifdef X\n\t\t1 |\n#endif\n2,\n',
      '#define Y 1 // c\n',
    ])
      expect(typedInto(CONFIG, CONFIG.indexOf('#ifdef'), added)).toEqual(
        parse(insert(CONFIG, CONFIG.indexOf('#ifdef'), added)).rootNode.toString(),
      )
  })

  test('a directive on a last line without an end is whole', () => {
    for (const last of ['#define A', '#define A 1', '#define A(x) x ', '#include <a.h>', '#pragma once', '#'])
      expect(parse(last).rootNode.hasError, last).toBe(false)
  })
})

const lastOf = (text: string) => parse(text).rootNode.lastNamedChild?.text

const insert = (text: string, at: number, added: string) => text.slice(0, at) + added + text.slice(at)

function typedInto(text: string, at: number, added: string): string {
  let tree = parse(text)
  for (let length = 1; length <= added.length; length++) {
    const [from, to] = [at + length - 1, at + length]
    const now = insert(text, at, added.slice(0, length))
    const place = (index: number, of: string) => {
      const lines = of.slice(0, index).split('\n')
      return { row: lines.length - 1, column: lines.at(-1)?.length ?? 0 }
    }
    tree.edit(
      new Edit({
        startIndex: from,
        oldEndIndex: from,
        newEndIndex: to,
        startPosition: place(from, now),
        oldEndPosition: place(from, now),
        newEndPosition: place(to, now),
      }),
    )
    tree = parse(now, tree)
  }
  return tree.rootNode.toString()
}
