import { describe, expect, test } from 'vitest'
import { firstLine } from '../../src/config/places.ts'
import { catalogue } from '../../src/rules/catalogue.ts'
import { type Finding, fullText, type Rule } from '../../src/rules/rule.ts'
import { positionAt, textOf } from '../../src/text/source-file.ts'
import { after, bytesWithout, differences, type Examined, examine, isRefusedInSilence } from './examine.ts'
import { type Example, type ExampleFile, examplesOf, type Fixed } from './page.ts'

/** Every rule's page is its manual and its test: each fenced example runs. */

for (const rule of catalogue)
  describe(`${rule.code} ${rule.id}`, () => {
    const examples = examplesOf(rule.page)
    test('has at least two bad, two good and one boundary example', () => {
      const kinds = examples.map(({ kind }) => kind)
      // The last resort has nothing to show while other rules explain everything, nor have errors of ours.
      if (rule.kind !== 'fallback' && rule.kind !== 'gap')
        expect(kinds.filter(kind => kind === 'bad').length).toBeGreaterThanOrEqual(2)
      expect(kinds.filter(kind => kind === 'good').length).toBeGreaterThanOrEqual(2)
      expect(kinds.filter(kind => kind === 'boundary').length).toBeGreaterThanOrEqual(1)
    })
    for (const example of examples) {
      test(`${example.kind} example at line ${example.line}`, () => checkMarks(rule, example))
      for (const fixed of example.fixed) test(`fix at line ${fixed.line}`, () => checkFix(rule, example, fixed))
      if (example.kind === 'bad') test(`fix of line ${example.line} is shown`, () => checkFixIsShown(rule, example))
    }
  })

/** Exactly what the carets mark. A fragment shows its own matter only: there, other rules count where a caret names them. */
function checkMarks(rule: Rule, { files, isFragment }: Example): void {
  const examined = examine(files)
  const named = new Set(files.flatMap(({ marks }) => marks.map(mark => mark.rule)))
  const counts = ({ rule: other, severity }: Finding) =>
    other === rule || (severity === 'error' && !isFragment) || named.has(other.code) || named.has(other.id)
  expect(
    examined.findings
      .filter(counts)
      .map(finding => sketch(examined, finding))
      .toSorted(),
  ).toEqual(files.flatMap(file => file.marks.map(mark => sketchMark(file, mark))).toSorted())
  for (const file of files) checkWords(examined, file)
  expect(isRefusedInSilence(examined), 'a refusal has an error').toBe(false)
}

/** `inmate.c:12:10-16 JH222: 0x2000`; of a place of several lines the first. */
function sketch({ files }: Examined, { span, rule }: Finding): string {
  const name = [...files].find(([, file]) => file === span.file)?.[0]
  const { line, character } = positionAt(span.file, span.start)
  const text = textOf(firstLine(span))
  return `${name}:${line}:${character}-${character + text.length} ${rule.code}: ${text}`
}

function sketchMark(file: ExampleFile, { line, start, end, rule }: ExampleFile['marks'][number]): string {
  const code = catalogue.find(({ code, id }) => code === rule || id === rule)?.code ?? `unknown rule ${rule}`
  return `${file.name}:${line}:${start}-${end} ${code}: ${file.text.split('\n')[line]?.slice(start, end)}`
}

function checkWords({ findings, files }: Examined, { name, marks }: ExampleFile): void {
  for (const { line, start, words } of marks.filter(({ words }) => words)) {
    const messages = findings
      .filter(({ span }) => span.file === files.get(name))
      .filter(
        ({ span }) =>
          positionAt(span.file, span.start).line === line && positionAt(span.file, span.start).character === start,
      )
      .map(finding => [fullText(finding), ...(finding.related ?? []).map(({ text }) => text)].join('\n'))
    expect(messages.join('\n')).toContain(words)
  }
}

const fixesOf = (rule: Rule, { findings }: Examined) =>
  findings.filter(finding => finding.rule === rule).flatMap(finding => finding.fixes ?? [])

function checkFixIsShown(rule: Rule, example: Example): void {
  const offered = fixesOf(rule, examine(example.files)).length
  expect(offered === 0 || example.fixed.length > 0, 'an offered fix has a fixed fence').toBe(true)
}

/** The fix gives the text shown, changes the fields named and no others, removes its finding and adds none. */
function checkFix(rule: Rule, { files }: Example, fixed: Fixed): void {
  const before = examine(files)
  const fix = fixesOf(rule, before)[fixed.which - 1]
  expect(fix, 'a fix is offered').toBeDefined()
  if (!fix) return
  const texts = after(before, fix)
  for (const { name, text } of fixed.files) expect(texts.find(file => file.name === name)?.text).toBe(text)
  const now = examine(texts)
  const changed = [...before.values].flatMap(([name, value]) => differences(value, now.values.get(name)))
  expect(changed.toSorted()).toEqual(fixed.changes.toSorted())
  checkBytes(before, now)
  expect(countOf(now, rule)).toBeLessThan(countOf(before, rule))
  for (const other of catalogue)
    expect(complaints(now, other), `${other.code} ${other.id}`).toBeLessThanOrEqual(complaints(before, other))
}

/** Of each `.cell` only the bytes of fields that differ have changed; these are the ones the fence names. */
function checkBytes(before: Examined, now: Examined): void {
  for (const [name, bytes] of before.bytes) {
    const repaired = now.bytes.get(name)
    expect(bytes && !repaired, `${name} can still be compiled`).toBeFalsy()
    if (!bytes || !repaired) continue
    const [old, fresh] = [before.values.get(name), now.values.get(name)]
    const changed = differences(old, fresh)
    expect(bytesWithout(repaired, fresh, old, changed)).toEqual(bytesWithout(bytes, old, fresh, changed))
    expect(changed.length > 0, `${name}: other fields, other bytes`).toBe(!sameBytes(bytes, repaired))
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

const countOf = ({ findings }: Examined, rule: Rule): number => findings.filter(finding => finding.rule === rule).length

/** Errors and warnings; a repair may well leave a note behind. */
const complaints = ({ findings }: Examined, rule: Rule): number =>
  findings.filter(({ rule: of, severity }) => of === rule && /error|warning/.test(severity)).length
