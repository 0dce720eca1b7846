import type { Analysis } from '../../analyze.ts'
import { isIdentifier, KEYWORDS } from '../../c/raw/keywords.ts'
import { includedNames, namesIn, type RawToken, tokenBefore, tokensIn, wordAt } from '../../c/raw/tokens.ts'
import type { Unit } from '../../c/unit.ts'
import { fileAt, filesIn, type MissingFiles, type Project } from '../../config/project.ts'
import type { Edit, SourceFile, Span } from '../../text/source-file.ts'
import { folderOf, joinUri, nameOf } from '../../text/uri.ts'
import { type NamedSymbol, symbolAt } from './symbol-at.ts'

/** Files that are looked through for includes at most. */
const MAX_FILES = 1000

/**
 * The files that include a file, directly or through others of them, by what their directives name: among those beside
 * it, the sources of the workspace, and the headers that these name from where they stand.
 */
export function includersOf(file: SourceFile, project: Project, sources: readonly string[] = []) {
  const missing: MissingFiles = { files: new Set(), folders: new Set() }
  const beside = filesIn(folderOf(file.uri), project, missing).filter(uri => uri.endsWith('.c') || uri.endsWith('.h'))
  const uris = new Set([...beside, ...sources])
  const isCut = MAX_FILES < uris.size
  const candidates = [...uris].slice(0, MAX_FILES).flatMap(uri => fileAt(uri, project, missing) ?? [])
  const headers = new Set(candidates.flatMap(headersNamedIn).filter(uri => !uris.has(uri)))
  candidates.push(...[...headers].slice(0, MAX_FILES).flatMap(uri => fileAt(uri, project, missing) ?? []))
  const seen = [file]
  for (const target of seen)
    for (const candidate of candidates)
      if (!seen.includes(candidate) && includedNames(candidate).some(name => nameOf(name) === nameOf(target.uri)))
        seen.push(candidate)
  return { found: seen.slice(1), isCut, missing: { files: [...missing.files], folders: [...missing.folders] } }
}

const headersNamedIn = (file: SourceFile): readonly string[] =>
  includedNames(file)
    .filter(name => name.endsWith('.h') && !name.startsWith('/'))
    .map(name => joinUri(folderOf(file.uri), name))

/** What may be renamed: macros and objects that a file of the user's own folder declares. */
export function renameable(analysis: Analysis, offset: number): Span | undefined {
  const symbol = symbolAt(analysis, offset)
  return symbol && isOwn(analysis, symbol) ? wordAt(analysis.unit.main, offset)?.span : undefined
}

/** A header found through the include path belongs to others. */
function isOwn({ unit }: Analysis, { kind, declaration }: NamedSymbol): boolean {
  if (!declaration || kind === 'member') return false
  return declaration.file === unit.main || folderOf(declaration.file.uri) === folderOf(unit.main.uri)
}

/** The file whose includers see what is to be renamed too: the one that declares it. */
export const renamedIn = (analysis: Analysis, offset: number): SourceFile | undefined =>
  symbolAt(analysis, offset)?.declaration?.file

export interface Renaming {
  readonly edits: readonly Edit[]
  readonly reason?: string
}

/**
 * Edits that give a macro or object another name in every file that sees it, or why it cannot have that one. `includers` are
 * files that may never have been read, `others` the units of open files.
 */
export function rename(
  analysis: Analysis,
  offset: number,
  name: string,
  includers: readonly SourceFile[] = [],
  others: readonly Unit[] = [],
): Renaming {
  const { unit } = analysis
  const symbol = symbolAt(analysis, offset)
  const declaring = symbol?.declaration?.file
  if (!symbol || !declaring || !isOwn(analysis, symbol))
    return { edits: [], reason: 'only macros and objects of this file can be renamed' }
  if (name === symbol.name) return { edits: [] }
  const units = [unit, ...others.filter(({ files }) => files.some(({ uri }) => uri === declaring.uri))]
  const seen = symbol.kind === 'macro' ? units.flatMap(({ files }) => namingFiles(files, symbol.name)) : []
  const files = distinct([unit.main, declaring, ...includers, ...units.map(({ main }) => main), ...seen])
  const foreign = files.find(file => !isOfUser(file, [declaring, ...includers, ...units.map(({ main }) => main)]))
  if (foreign)
    return { edits: [], reason: `"${symbol.name}" also stands in ${nameOf(foreign.uri)}, which belongs to others` }
  const read = distinct([...files, ...units.flatMap(each => each.files)])
  const header = symbol.kind === 'macro' ? undefined : read.find(file => !files.includes(file) && names(file, symbol))
  if (header) return { edits: [], reason: `"${symbol.name}" also stands in ${nameOf(header.uri)}, for any file's own` }
  const reason = pastedIn(symbol.name, read) ?? nameConflict(name, read, units)
  if (reason) return { edits: [], reason }
  const spans = files.flatMap(file => namesIn(file, symbol.name)).filter(span => isMeant(symbol, span))
  if (MAX_PLACES < spans.length)
    return { edits: [], reason: `"${symbol.name}" stands at more than ${MAX_PLACES} places` }
  return { edits: spans.map(span => ({ span, text: name })) }
}

/** More edits are no answer an editor can show. */
const MAX_PLACES = 5000

const namingFiles = (files: readonly SourceFile[], name: string): readonly SourceFile[] =>
  files.filter(file => namesIn(file, name).length > 0)

/** Several units may have read one file. */
const distinct = (files: readonly SourceFile[]): readonly SourceFile[] => [
  ...new Map(files.map(file => [file.uri, file])).values(),
]

/** A file in one of the folders that the user works in. */
const isOfUser = ({ uri }: SourceFile, own: readonly SourceFile[]): boolean =>
  own.some(file => folderOf(file.uri) === folderOf(uri))

/** A macro of a header may name the object of whichever file includes it. */
const names = (file: SourceFile, symbol: NamedSymbol): boolean =>
  namesIn(file, symbol.name).some(span => isMeant(symbol, span))

/** The preprocessor replaces a name wherever it stands; an object's name behind a dot is a member's. */
const isMeant = ({ kind }: NamedSymbol, { file, start }: Span): boolean =>
  kind === 'macro' || tokenBefore(file, start)?.text !== '.'

/**
 * `##` may make the name of operands, or another name of it, be it in a branch or a file that is not in force: there one of
 * the two would stay as it was.
 */
function pastedIn(name: string, files: readonly SourceFile[]): string | undefined {
  const pasting = files.find(file => tokensIn(file).some(isPaste))
  if (!pasting) return undefined
  const where = `by ## in ${nameOf(pasting.uri)}`
  const operands = new Set(files.flatMap(operandsIn))
  if (isMadeOf(name, operands)) return `"${name}" may also be made ${where}`
  const without = new Set([...operands].filter(operand => operand !== name))
  const isPart = (whole: string) => whole.includes(name) && isMadeOf(whole, operands) && !isMadeOf(whole, without)
  return files.some(file => standsAtPaste(file, name)) || [...without].some(isPart)
    ? `"${name}" is also part of what is made ${where}`
    : undefined
}

const isPaste = ({ text }: RawToken): boolean => text === '##' || text === '%:%:'

const standsAtPaste = (file: SourceFile, name: string): boolean =>
  tokensIn(file).some(
    ({ text }, i, tokens) => text === name && [tokens[i - 1], tokens[i + 1]].some(near => near && isPaste(near)),
  )

const operandsIn = (file: SourceFile): readonly string[] =>
  tokensIn(file).flatMap(({ kind, text }) => (kind === 'identifier' || kind === 'number' ? [text] : []))

/** Whether a name is two or more operands one behind the other. Of the numbers `__LINE__` makes, any may stand at its end. */
function isMadeOf(name: string, operands: ReadonlySet<string>): boolean {
  const isOperand = (start: number, end: number) => {
    const operand = name.slice(start, end)
    return operand !== name && (operands.has(operand) || (end === name.length && /^\d+$/.test(operand)))
  }
  const reached = [0]
  for (let end = 1; end <= name.length; end++) if (reached.some(start => isOperand(start, end))) reached.push(end)
  return reached.at(-1) === name.length
}

/** A name that anything else has, in these files or their headers, would come to mean that. */
function nameConflict(name: string, files: readonly SourceFile[], units: readonly Unit[]): string | undefined {
  if (!isIdentifier(name)) return `"${name}" is not a C identifier`
  if (KEYWORDS.has(name)) return `"${name}" is a C keyword`
  const taken = units.some(({ macros }) => macros.has(name)) || files.some(file => namesIn(file, name).length > 0)
  return taken ? `"${name}" is already used, here or in a header` : undefined
}
