// The tables of docs/editors: what each editor was seen to do with the K3 demo, which of the server's further
// features it announces, and which views VS Code was seen to show. `run.mjs` checks them, `run.mjs --write-table` writes
// them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from './install.mjs'

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

function row(label, results, messages) {
  const proved = seen.map(([, pattern]) => {
    const matching = results.filter(({ title }) => pattern.test(title))
    return mark(matching.length > 0 && matching.every(({ ok }) => ok))
  })
  const both = announced.map(([, server, client]) =>
    mark(!messages || (messages.result.capabilities[server] && messages.params.capabilities.textDocument?.[client])),
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
  return [...lines, ...clients.map(({ label, results, messages }) => row(label, results, messages))].map(cut).join('\n')
}

/** What VS Code was seen to show; `hosts`: heading, and the results of the checks, named after the views. */
export function viewsTable(titles, hosts) {
  const heads = ['seen in VS Code 1.139', ...hosts.map(({ heading }) => heading)]
  const rows = titles.map(title => [
    title,
    ...hosts.map(({ results }) => mark(results.some(result => result.ok && result.title.endsWith(`: ${title}`)))),
  ])
  return [heads, heads.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

const path = page => join(here, '..', 'docs', 'editors', page)

/** The text of a page before, inside and behind the comments that enclose a table. */
function split(page, name) {
  const text = readFileSync(path(page), 'utf8')
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const from = text.indexOf(start) + start.length
  return [text.slice(0, from), text.slice(from, text.indexOf(end)), text.slice(text.indexOf(end))]
}

export function assertTable(page, name, table) {
  if (split(page, name)[1].trim() !== table) throw new Error(`docs/editors/${page} does not say this:\n${table}`)
}

export function writeTable(page, name, table) {
  const [before, , after] = split(page, name)
  writeFileSync(path(page), `${before}${table}\n${after}`)
}
