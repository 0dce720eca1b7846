import { unpackTar } from 'modern-tar'
import type { BinaryFile } from '../text/binary-file.ts'
import { memoize } from '../text/memo.ts'
import { nameOf } from '../text/uri.ts'
import { MAX_FILE_BYTES, MAX_MEMBER_BYTES, MAX_MEMBERS } from './limits.ts'
import { recognise } from './recognise.ts'
import { loadTreeGrammar } from './tree/grammar.ts'

/** Files of facts as a user names them: one file, all of a folder, or what a tarball holds. */

export interface Member {
  readonly file: BinaryFile
  /** For people: `iomem.txt`, `board.tar/proc/iomem`. */
  readonly name: string
  /** Where it was on the target, without the slash in front: `proc/iomem`. Absent for a file by itself. */
  readonly targetPath?: string
  /** The `.dts` beside a `.dtb`: what is found in the tree is shown there. */
  readonly treeSource?: BinaryFile
  /** The files that the source of a tree includes. */
  readonly parts?: readonly BinaryFile[]
  /** URIs of the cells whose device tree it is said to be. */
  readonly cells?: readonly string[]
  /** Nobody has named it: it lies beside cells, and may be the tree of one. */
  readonly isFound?: true
}

export interface Facts {
  readonly uri: string
  readonly name: string
  readonly members: readonly Member[]
  readonly problems: readonly string[]
}

/** What one file holds: itself, or the members of a tarball. Names of members are keys, never paths. */
export async function openFile(
  file: BinaryFile,
  treeSource?: BinaryFile,
  parts: readonly BinaryFile[] = [],
): Promise<Facts> {
  const name = nameOf(file.uri)
  const { uri, bytes } = file
  const only = (members: readonly Member[], ...problems: string[]): Facts => ({ uri, name, members, problems })
  if (MAX_FILE_BYTES < bytes.length) return only([], `larger than ${MAX_FILE_BYTES >> 20} MiB`)
  if (isCompressed(bytes)) return only([], 'compressed; decompress it with gunzip')
  if (!isTar(bytes)) {
    if (treeSource || recognise(file) === 'tree-source') await loadTreeGrammar()
    return only([{ ...memberOf(file, name), ...(treeSource && { treeSource }), ...(parts.length > 0 && { parts }) }])
  }
  return openTar(file, name)
}

/** Source of a device tree that is not written yet. */
export const openTreeSource = (uri: string, text: string): Promise<Facts> =>
  openFile({ uri, bytes: new TextEncoder().encode(text) })

/** What is below a folder of facts. */
export interface FactFiles {
  /** By their paths inside of it. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
  /** Why these are not all. */
  readonly problem?: string
}

/** The files below a folder, by their paths inside of it. */
export async function openFolder(uri: string, { files, problem }: FactFiles): Promise<Facts> {
  const name = nameOf(uri.replace(/\/$/, ''))
  const isTarget = files.some(({ path }) => isLayout(path))
  const opened = await Promise.all(
    files.map(async ({ path, bytes }): Promise<Facts> => {
      const file = { uri: `${uri.replace(/\/$/, '')}/${path}`, bytes }
      const label = `${name}/${path}`
      if (isTarget) return { uri, name, members: [memberOf(file, label, path)], problems: [] }
      return openFile(file)
    }),
  )
  return {
    uri,
    name,
    members: opened.flatMap(({ members }) => members),
    problems: [
      ...(problem === undefined ? [] : [problem]),
      ...opened.flatMap(({ problems, name }) => problems.map(problem => `${name}: ${problem}`)),
    ],
  }
}

/** Facts that someone has said to be the device tree of cells, given by their URIs. */
export function asTreeOf(cells: readonly string[], facts: Facts): Facts {
  const known = assigned(facts)
  const key = cells.join('\n')
  const found = known.get(key) ?? { ...facts, members: facts.members.map(member => ({ ...member, cells })) }
  known.set(key, found)
  return found
}

const assigned = memoize((_: Facts) => new Map<string, Facts>())

/** What lies beside cells and may be the tree of one. */
export const asFound = memoize(
  (facts: Facts): Facts => ({ ...facts, members: facts.members.map(member => ({ ...member, isFound: true })) }),
)

/** What a name stands for that nothing is found under. */
export const notFound = (uri: string): Facts => ({ uri, name: nameOf(uri), members: [], problems: ['not found'] })

const isCompressed = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const USTAR_AT = 257

const isTar = (bytes: Uint8Array): boolean =>
  [...'ustar'].every((letter, i) => bytes[USTAR_AT + i] === letter.charCodeAt(0))

async function openTar({ uri, bytes }: BinaryFile, name: string): Promise<Facts> {
  let seen = 0
  const problems = new Set<string>()
  const isWanted = (size: number): boolean => {
    if (MAX_MEMBERS <= seen++) problems.add(`more than ${MAX_MEMBERS} members; the rest is not read`)
    else if (MAX_MEMBER_BYTES < size) problems.add(`a member larger than ${MAX_MEMBER_BYTES >> 20} MiB is not read`)
    else return true
    return false
  }
  const entries = await unpackTar(bytes, { filter: ({ size }) => isWanted(size) }).catch(error => {
    problems.add(`damaged: ${error instanceof Error ? error.message : String(error)}`)
    return []
  })
  const members: Member[] = []
  for (const { header, data } of entries) {
    // Links are not followed: what they name is not in the tarball.
    if (header.type !== 'file' || !data) continue
    const path = header.name.replace(/^(\.?\/)+/, '')
    const content = path === CONFIG_GZ ? await gunzip(data) : data
    members.push(memberOf({ uri: `${uri}#${path}`, bytes: content }, `${name}/${path}`, path))
  }
  if (members.length === 0 && problems.size === 0) problems.add('holds no files')
  return { uri, name, members, problems: [...problems] }
}

/** How the kernel was configured, compressed by itself. */
const CONFIG_GZ = 'proc/config.gz'

/** At most a member's size of what a compressed file holds; nothing of a damaged one. */
async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
    for (let part = await reader.read(); !part.done && size < MAX_MEMBER_BYTES; part = await reader.read()) {
      parts.push(part.value)
      size += part.value.length
    }
    await reader.cancel()
  } catch {
    return new Uint8Array()
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The folders a target has, and the one our collector adds. */
const LAYOUT = /^(proc|sys|boot|warden)\//

const isLayout = (path: string): boolean => LAYOUT.test(path)

function memberOf(file: BinaryFile, name: string, path?: string): Member {
  return { file, name, ...(path !== undefined && isLayout(path) && { targetPath: path }) }
}
