/** URIs are compared and joined as text; whoever reads files decides what a scheme means. */

/** The folder of a URI, with its trailing slash. */
export const folderOf = (uri: string): string => uri.slice(0, uri.lastIndexOf('/') + 1)

export const schemeOf = (uri: string): string => uri.slice(0, uri.indexOf(':'))

/** A segment of a path in a URI. Half a surrogate pair, which no URI can spell, is written as what is no character. */
export const encodedSegment = (segment: string): string =>
  encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\ufffd'))

/** The last segment, decoded. */
export const nameOf = (uri: string): string => decoded(uri.slice(uri.lastIndexOf('/') + 1))

/**
 * One spelling for the many a URI has: two programs may escape the same path differently. A document that is not saved
 * yet but has its path (`untitled:/configs/cell.c`) stands where it will be saved.
 */
export function canonicalUri(uri: string): string {
  if (PLAIN.test(uri)) return uri
  if (UNSAVED.test(uri)) return canonicalUri(uri.replace(UNSAVED, 'file:///'))
  const [prefix = '', scheme = ''] = /^([a-z][\w+.-]*:)?(?:\/\/[^/?#]*)?/i.exec(uri) ?? []
  const pathEnd = uri.search(/[?#]|$/)
  const path = uri.slice(prefix.length, pathEnd)
  const escaped = path.split('/').map(segment => encodedSegment(decoded(segment)))
  const oneDrive = escaped.join('/').replace(/^\/[A-Z](?=%3A)/, drive => drive.toLowerCase())
  return `${scheme.toLowerCase()}${prefix.slice(scheme.length)}${oneDrive}${uri.slice(pathEnd)}`
}

/** Nothing in it can be spelled in another way: most URIs, and folders list them by the thousand. */
const PLAIN = /^(?!untitled:)[a-z][a-z\d+.-]*:\/\/\/[\w./~-]*$/

const UNSAVED = /^untitled:(?:\/\/)?\//

/** Resolves a relative or absolute path, spelled with slashes, against a folder. */
export function joinUri(folder: string, path: string): string {
  const [prefix = ''] = /^[a-z][\w+.-]*:(?:\/\/[^/]*)?/i.exec(folder) ?? []
  const base = folder.slice(prefix.length)
  const segments = path.startsWith('/') ? [] : base.split('/').filter(segment => segment !== '')
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(encodedSegment(segment))
  }
  return `${prefix}/${segments.join('/')}`
}

/** The path that `joinUri` resolves against `folder` to `uri`; the URI itself where both share no root. */
export function relativeUri(folder: string, uri: string): string {
  const above = foldersAbove(folder)
  const common = above.findIndex(each => uri.startsWith(each))
  if (common < 0) return uri
  return '../'.repeat(common) + decoded(uri.slice(above[common]?.length))
}

/** The folders that hold a URI, innermost first, each with its trailing slash. */
export function foldersAbove(uri: string): readonly string[] {
  const [root = ''] = /^[a-z][\w+.-]*:(?:\/\/[^/]*)?\//i.exec(uri) ?? []
  const folders: string[] = []
  for (let folder = folderOf(uri); root.length <= folder.length; folder = folderOf(folder.slice(0, -1))) {
    folders.push(folder)
    if (folder === root || folder === '') break
  }
  return folders
}

/** Without escapes, for people to read; as it is where they are no escapes. */
export function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** The way from a folder to a file, as people write it; both are canonical, and the folder ends with a slash. */
export function relativePath(folder: string, uri: string): string {
  const [from, to] = [folder.split('/').slice(0, -1), uri.split('/')]
  let common = 0
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++
  if (common < 3) return uri
  return [...from.slice(common).map(() => '..'), ...to.slice(common).map(decoded)].join('/')
}
