// Every request an editor can make about a document, and what must hold of the answers.

/** Requests about a whole document. */
export const documentRequests = uri => {
  const textDocument = { uri }
  return [
    ['textDocument/diagnostic', { textDocument }],
    ['textDocument/documentSymbol', { textDocument }],
    ['textDocument/foldingRange', { textDocument }],
    ['textDocument/semanticTokens/full', { textDocument }],
    ['textDocument/semanticTokens/full/delta', { textDocument, previousResultId: '1' }],
    ['textDocument/semanticTokens/range', { textDocument, range: WHOLE }],
    ['textDocument/documentLink', { textDocument }],
    ['textDocument/inlayHint', { textDocument, range: WHOLE }],
    ['textDocument/codeLens', { textDocument }],
    ['textDocument/codeAction', { textDocument, range: WHOLE, context: { diagnostics: [] } }],
    ['textDocument/codeAction', { textDocument, range: WHOLE, context: { diagnostics: [], only: ['source.fixAll'] } }],
    ['workspace/symbol', { query: '' }],
    ['workspace/textDocumentContent', { uri: `jailhouse-warden-page:/rules/JH301.md` }],
    ['workspace/textDocumentContent', { uri: `jailhouse-warden-page:/${encodeURIComponent(uri)}` }],
    ['jailhouseWarden/status', { uri }],
    ['jailhouseWarden/rootCandidates', { uri }],
    ['jailhouseWarden/systemMap', { uri }],
    ['jailhouseWarden/systemTree', {}],
    ['jailhouseWarden/simulate', { uri }],
    ['jailhouseWarden/cellBytes', { uri }],
    ['jailhouseWarden/assignSpi', { uri, spi: 40 }],
    ['jailhouseWarden/devices', { uri }],
    ['jailhouseWarden/giveDevice', { uri, device: '/soc/uart@2800000' }],
    ['jailhouseWarden/reservations', { uri }],
    ['jailhouseWarden/cellChoices', { uri }],
    ['jailhouseWarden/newCell', { uri, name: 'new', kind: 'linux', cpus: [1], size: '64M', devices: [] }],
    ['jailhouseWarden/newRoot', { facts: [], name: 'new' }],
    ['jailhouseWarden/chooseRoot', { uri, root: uri }],
    ['jailhouseWarden/chooseFacts', { uri, facts: [] }],
    ['jailhouseWarden/explain', { uri, text: 'Unhandled data read at 0x2810014(4)' }],
  ]
}

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 1_000_000, character: 0 } }

/** Requests about a place in it. */
export const placeRequests = (uri, position) => {
  const textDocument = { uri }
  const at = { textDocument, position }
  const range = { start: position, end: position }
  return [
    ['textDocument/hover', at],
    ['textDocument/completion', at],
    ['textDocument/signatureHelp', at],
    ['textDocument/definition', at],
    ['textDocument/typeDefinition', at],
    ['textDocument/references', { ...at, context: { includeDeclaration: true } }],
    ['textDocument/documentHighlight', at],
    ['textDocument/prepareCallHierarchy', at],
    ['textDocument/prepareRename', at],
    ['textDocument/rename', { ...at, newName: 'renamed_here' }],
    ['textDocument/selectionRange', { textDocument, positions: [position] }],
    ['textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } }],
    ['jailhouseWarden/hoverBlocks', { uri, position }],
  ]
}

/** What an editor asks next about one of the answers. */
export function followUps(method, answer) {
  const items = answer?.items ?? answer
  if (!Array.isArray(items) || items.length === 0) return []
  const item = items[Math.floor(items.length / 2)]
  if (method === 'textDocument/completion') return [['completionItem/resolve', item]]
  if (method === 'textDocument/prepareCallHierarchy')
    return ['incoming', 'outgoing'].map(which => [`callHierarchy/${which}Calls`, { item }])
  return []
}

/** The line and column of an offset. */
export function positionAt(text, offset) {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  let line = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) line++
  return { line, character: offset - start }
}

/** What is wrong with an answer: a range outside of its document, a symbol that an editor throws away. */
export function faultsOf(answer, uri, text, within = uri) {
  const lines = text.split('\n')
  const faults = []
  const isInside = ({ line, character }) =>
    Number.isInteger(line) && 0 <= line && line < lines.length && 0 <= character && character <= lines[line].length
  const isOrdered = ({ start, end }) =>
    start.line < end.line || (start.line === end.line && start.character <= end.character)
  const isRange = value => value?.start?.line !== undefined && value.end?.line !== undefined
  const contains = (outer, inner) =>
    isOrdered({ start: outer.start, end: inner.start }) && isOrdered({ start: inner.end, end: outer.end })
  const visit = (value, within) => {
    if (value === null || typeof value !== 'object') return
    // Places of a call lie in the caller.
    const own = value.uri ?? value.from?.uri ?? value.targetUri ?? value.textDocument?.uri ?? within
    if (isRange(value)) {
      const isIn = own !== uri || (isInside(value.start) && isInside(value.end))
      if (!isIn || !isOrdered(value)) faults.push(`range ${JSON.stringify(value)} outside of the document`)
      return
    }
    if (isRange(value.range) && isRange(value.selectionRange)) {
      if (value.name === '') faults.push('a symbol without a name')
      if (!contains(value.range, value.selectionRange)) faults.push(`"${value.name}" has its name outside of its range`)
    }
    if (overlap(value)) faults.push(`edits overlap: ${JSON.stringify(value).slice(0, 300)}`)
    for (const [key, each] of Object.entries(value)) visit(each, isUriKey(key) ? key : own)
  }
  visit(answer, within)
  return faults
}

/** Whether a value is a list of edits that cannot be made at once. */
function overlap(edits) {
  if (!Array.isArray(edits) || edits.length < 2 || !edits.every(each => each?.range && each.newText !== undefined))
    return false
  const order = (a, b) => a.line - b.line || a.character - b.character
  const sorted = edits.map(({ range }) => range).toSorted((a, b) => order(a.start, b.start) || order(a.end, b.end))
  return sorted.some((range, i) => 0 < i && order(range.start, sorted[i - 1].end) < 0)
}

/** `changes` of a workspace edit are by URI. */
const isUriKey = key => /^[a-z][a-z-]+:\//.test(key)
