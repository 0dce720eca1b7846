import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Why a file was not written, in words that follow its name. */
export class WriteRefusal extends Error {}

/**
 * Replaces what a file says in one step: whoever reads it sees the old or the new, never a part. Follows links, keeps
 * mode and owner, and refuses what is no regular file and every file among `inputs`, out of which the content was made.
 */
export function replaceFile(path: string, content: string | Uint8Array, inputs: readonly string[] = []): void {
  const target = followed(path)
  const found = statOf(target)
  if (found) refuseUnlessReplaceable(found, target, inputs)
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  // Another name of the same file would keep the old text, had a new file taken the place of this one.
  if (found && 1 < found.nlink) writeInPlace(target, bytes)
  else writeBeside(target, bytes, found)
}

/** Why a file that is there would not be replaced; undefined where nothing speaks against it. */
export function refusalToReplace(path: string): string | undefined {
  try {
    const target = followed(path)
    refuseUnlessReplaceable(statSync(target), target, [])
    return undefined
  } catch (error) {
    return refusal(error).message
  }
}

const MAX_LINKS = 40

/** Where a path leads through symbolic links, also to a file that is not there yet. */
function followed(path: string): string {
  let target = path
  for (let links = 0; links < MAX_LINKS; links++) {
    const folder = attempt(() => realpathSync(dirname(target)))
    if (folder === undefined) throw new WriteRefusal('the folder is not there')
    target = join(folder, basename(target))
    const link = attempt(() => readlinkSync(target))
    if (link === undefined) return target
    target = resolve(folder, link)
  }
  throw new WriteRefusal('too many symbolic links')
}

const ANY_WRITE = 0o222

function refuseUnlessReplaceable(found: Stats, target: string, inputs: readonly string[]): void {
  if (!found.isFile()) throw new WriteRefusal('not a regular file')
  const isInput = inputs.map(statOf).some(input => input?.dev === found.dev && input.ino === found.ino)
  if (isInput) throw new WriteRefusal('it is the file that was read')
  // The superuser may write what its owner does not want written.
  if ((found.mode & ANY_WRITE) === 0) throw new WriteRefusal('it is read-only')
  try {
    accessSync(target, constants.W_OK)
  } catch {
    throw new WriteRefusal('no permission to write it')
  }
}

function writeBeside(target: string, bytes: Uint8Array, before: Stats | undefined): void {
  const beside = join(dirname(target), `.${basename(target).slice(0, 200)}.${process.pid}.new`)
  let isOwnerKept = true
  try {
    const descriptor = newFile(beside, before ? 0o600 : 0o666)
    try {
      writeAll(descriptor, bytes)
      isOwnerKept = !before || keepsOwner(descriptor, before)
      if (before) fchmodSync(descriptor, before.mode & 0o7777)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    if (isOwnerKept) renameSync(beside, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(beside, { force: true })
    throw refusal(error)
  }
  if (isOwnerKept) return
  // There is room for it, as was just seen.
  rmSync(beside, { force: true })
  writeInPlace(target, bytes)
}

function newFile(path: string, mode: number): number {
  try {
    return openSync(path, 'wx', mode)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'EACCES' || code === 'EPERM' ? new WriteRefusal('no permission to write into its folder') : error
  }
}

/** Whether the new file belongs to whom the old one belonged; only root may give files away. */
function keepsOwner(descriptor: number, { uid, gid }: Stats): boolean {
  try {
    fchownSync(descriptor, uid, gid)
    return true
  } catch {
    return false
  }
}

/** Puts the old text back where the new one cannot be written. */
function writeInPlace(target: string, bytes: Uint8Array): void {
  try {
    const before = readFileSync(target)
    const descriptor = openSync(target, 'r+')
    try {
      writeAll(descriptor, bytes)
      ftruncateSync(descriptor, bytes.length)
      fsyncSync(descriptor)
    } catch (error) {
      writeAll(descriptor, before)
      ftruncateSync(descriptor, before.length)
      throw error
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw refusal(error)
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; )
    offset += writeSync(descriptor, bytes, offset, bytes.length - offset, offset)
}

const statOf = (path: string): Stats | undefined => attempt(() => statSync(path))

function attempt<Answer>(act: () => Answer): Answer | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

const refusal = (error: unknown): WriteRefusal => new WriteRefusal(wordsOf(error))

/** What the system says, without the path behind it: the reader has named a file, and this is another one beside it. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { syscall, message }: NodeJS.ErrnoException = error
  const end = syscall === undefined ? -1 : message.indexOf(`, ${syscall}`)
  return end < 0 ? message : message.slice(0, end)
}
