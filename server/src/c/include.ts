/** Where an include may be found. */
export interface Candidate {
  readonly uri: string
  /** Index among the include folders; -1 for the folder of the including file. */
  readonly folder: number
}

/**
 * The URIs to try for a name, in the compiler's order: a quoted one beside the including file first, then the include
 * folders. `after` leaves out folders up to that index (`#include_next`).
 */
export function candidatesOf(
  name: string,
  isQuoted: boolean,
  includer: string,
  includeDirs: readonly string[],
  after: number | undefined,
): readonly Candidate[] {
  if (/^(\/|[A-Za-z]:[\\/])/.test(name)) return [{ uri: absolute(name, includer), folder: -1 }]
  const beside = isQuoted && after === undefined ? [{ uri: join(folderOf(includer), name), folder: -1 }] : []
  const inFolders = includeDirs.map((dir, folder) => ({ uri: join(dir, name), folder }))
  return [...beside, ...inFolders.slice((after ?? -1) + 1)]
}

const folderOf = (uri: string): string => uri.slice(0, uri.lastIndexOf('/') + 1)

/** Splits off what `..` cannot climb over: scheme and authority. */
const root = /^([A-Za-z][\w+.-]*:(?:\/\/[^/]*)?)?/

function absolute(name: string, includer: string): string {
  const [authority = ''] = root.exec(includer) ?? []
  return `${authority}${name.startsWith('/') ? '' : '/'}${encoded(name)}`
}

function join(folder: string, name: string): string {
  const [authority = ''] = root.exec(folder) ?? []
  const path = `${folder.slice(authority.length).replace(/\/*$/, '')}/${encoded(name)}`
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..' && segments.length > 1) segments.pop()
    else if (segment !== '.' && segment !== '..' && (segment !== '' || segments.length === 0)) segments.push(segment)
  }
  return authority + segments.join('/')
}

/** Encodes what may not stand in the path of a URI; lone surrogates become U+FFFD. */
const encoded = (name: string): string =>
  encodeURI(name.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/[?#]/g, encodeURIComponent)
