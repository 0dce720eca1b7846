import { expect, test } from 'vitest'
import { cell } from '../cli/command-line.ts'
import { startEditor, uriOf } from './editor.ts'

/** Words of C that every object of JavaScript answers to. */
const WORDS = ['__proto__', 'constructor', 'hasOwnProperty', 'toString']

const configWith = (word: string): string =>
  cell()
    .replace('\nstruct {', `\n#define ${word}_1 1\nenum { ${word}_2 };\nstruct ${word} { int ${word}; };\nstruct {`)
    .replace('mem_regions[2];', `mem_regions[2];\n\tstruct ${word} extra[1];`)
    .replace('"tiny"', `"${word}"`)
    .replace('.phys_start = 0x50000000', `.phys_start = ${word}`)
    .replace(/\n};\n$/, `\n\t.extra = { { .${word} = ${word} } },\n\t.${word} = JAILHOUSE_${word},\n};\n`)

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } }

test.each(WORDS)('a configuration may name anything %s: every question about it is answered', async word => {
  const editor = await startEditor({ files: { 'x.c': configWith(word) } })
  await editor.open('x.c')
  const textDocument = { uri: uriOf('x.c') }
  const lines = configWith(word).split('\n')
  const places = lines.flatMap((text, line) =>
    text.includes(word) ? [{ line, character: text.indexOf(word) + 1 }] : [],
  )
  for (const method of ['documentSymbol', 'codeLens', 'foldingRange', 'semanticTokens/full', 'documentLink'])
    await editor.request(`textDocument/${method}`, { textDocument })
  await editor.request('textDocument/inlayHint', { textDocument, range: WHOLE })
  await editor.request('workspace/symbol', { query: word })
  for (const position of places)
    for (const method of ['hover', 'completion', 'definition', 'documentHighlight', 'signatureHelp'])
      await editor.request(`textDocument/${method}`, { textDocument, position })
  const symbols = await editor.request<readonly { readonly name: string }[]>('textDocument/documentSymbol', {
    textDocument,
  })
  expect(places.length).toBeGreaterThan(6)
  expect(JSON.stringify(symbols)).toContain(word)
})
