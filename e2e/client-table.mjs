// The table of docs/editors: what each editor was seen to do with the founding pair, and which of the server's further
// features it announces. `run.mjs` checks it, `run.mjs --write-table` writes it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from './install.mjs'

const page = join(here, '..', 'docs', 'editors', 'README.md')
const [START, END] = ['<!-- clients -->\n', '<!-- /clients -->']

/** Columns proved by checks: a client has the feature when every check whose title matches passed. */
const seen = [
  ['findings', /squiggle|diagnostic \(|diagnostic in its line|has an error|has a warning/],
  ['hover', /hover/],
  ['fix, both files', /fix/],
  ['saved text', /saved|on disk/],
]

/** Columns announced on both sides of `initialize`: the server's name for a feature, and the client's. */
const announced = [
  ['completion', 'completionProvider', 'completion'],
  ['outline', 'documentSymbolProvider', 'documentSymbol'],
  ['definition', 'definitionProvider', 'definition'],
  ['references', 'referencesProvider', 'references'],
  ['rename', 'renameProvider', 'rename'],
  ['highlights', 'documentHighlightProvider', 'documentHighlight'],
  ['folding', 'foldingRangeProvider', 'foldingRange'],
  ['selection', 'selectionRangeProvider', 'selectionRange'],
  ['inlay hints', 'inlayHintProvider', 'inlayHint'],
  ['colours', 'semanticTokensProvider', 'semanticTokens'],
  ['code lens', 'codeLensProvider', 'codeLens'],
  ['links', 'documentLinkProvider', 'documentLink'],
]

const mark = yes => (yes ? 'yes' : '–')

function row(label, results, heard) {
  const proved = seen.map(([, pattern]) => {
    const matching = results.filter(({ title }) => pattern.test(title))
    return mark(matching.length > 0 && matching.every(({ ok }) => ok))
  })
  const both = announced.map(([, server, client]) =>
    mark(!heard || (heard.result.capabilities[server] && heard.params.capabilities.textDocument?.[client])),
  )
  return `| ${[label, ...proved, ...both].join(' | ')} |`
}

/** `clients`: label, results of the checks, and the recorded hand-shake; our own client announces everything. */
export function tableOf(clients, offered) {
  const columns = announced.map(([, server]) => Boolean(offered.result.capabilities[server]))
  const keep = (_, i) => i <= seen.length || columns[i - 1 - seen.length]
  const cut = line =>
    `| ${line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim())
      .filter(keep)
      .join(' | ')} |`
  const heads = ['editor', ...seen.map(([head]) => head), ...announced.map(([head]) => head)]
  const lines = [`| ${heads.join(' | ')} |`, `| ${heads.map(() => '---').join(' | ')} |`]
  return [...lines, ...clients.map(({ label, results, heard }) => row(label, results, heard))].map(cut).join('\n')
}

const split = () => {
  const text = readFileSync(page, 'utf8')
  const from = text.indexOf(START) + START.length
  return [text.slice(0, from), text.slice(from, text.indexOf(END)), text.slice(text.indexOf(END))]
}

export function assertTable(table) {
  if (split()[1].trim() !== table) throw new Error(`docs/editors/README.md does not say this:\n${table}`)
}

export function writeTable(table) {
  const [before, , after] = split()
  writeFileSync(page, `${before}${table}\n${after}`)
}
