import { expect, test } from 'vitest'
import { ignoreHere } from '../../src/ide/ignore.ts'
import { applyEdits } from '../../src/text/source-file.ts'
import { desk, inmate, withGrammar } from '../project.ts'

withGrammar()

/** The lines around the comment that silences a rule, and the codes of what is left; undefined without an action. */
function ignored(text: string, code: string) {
  const [finding] = desk({ 'a.c': text })
    .analyze('a.c')
    .findings.filter(({ rule }) => rule.code === code)
  const fix = ignoreHere(finding!)
  if (!fix) return undefined
  const after = applyEdits(finding!.span.file, fix.edits)
  const lines = after.split('\n')
  const at = lines.findIndex(line => line.includes('jailhouse-warden: ignore'))
  const left = desk({ 'a.c': after }).analyze('a.c').findings
  return { title: fix.title, lines: lines.slice(at, at + 2), left: left.map(({ rule }) => rule.code) }
}

const misspelled = inmate('a', '.vpci_irq_bsae = 0,')

test('a comment above the line silences a finding, and asks for the reason', () => {
  const { title, lines, left } = ignored(misspelled, 'JH105')!
  expect(title).toBe('Ignore JH105 here, with a reason')
  expect(lines).toEqual([
    '    /* jailhouse-warden: ignore JH105 -- <why> */',
    expect.stringMatching(/^ {4}\.vpci_irq_bsae/),
  ])
  expect(left).not.toContain('JH105')
  expect(left).toContain('JH190')
})

test('lines keep their kind of ending', () => {
  expect(ignored(misspelled.replaceAll('\n', '\r\n'), 'JH105')!.lines[0]).toMatch(/<why> \*\/\r$/)
})

test('an element is silenced as a whole', () => {
  const empty = misspelled.replace(
    /\.mem_regions = \{\s*\{/,
    match => `${match}\n      .phys_start = 0x60000000, .size = 0,\n    }, {`,
  )
  const text = empty.replace('mem_regions[1]', 'mem_regions[2]')
  expect(ignored(text, 'JH211')!.left).not.toContain('JH211')
})

test('within a macro of several lines, or behind the end of a comment, nothing is offered', () => {
  const macro = `#define FIELDS \\\n  .vpci_irq_bsae = 0, \\\n  .num_irqchips = 0\n${inmate('a', 'FIELDS,')}`
  const inMacro = desk({ 'a.c': macro })
    .analyze('a.c')
    .findings.find(({ rule }) => rule.code === 'JH105')!
  const definition = { ...inMacro, span: { ...inMacro.span, start: macro.indexOf('.vpci') } }
  expect(ignoreHere(definition)).toBeUndefined()
  expect(ignored(inmate('a', '/* one\n  two */ .vpci_irq_bsae = 0,'), 'JH105')).toBeUndefined()
})
