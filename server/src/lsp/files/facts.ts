import { type Facts, notFound, openFile, openFolder } from '../../platform/facts.ts'
import { includedIn } from '../../platform/tree/included.ts'
import type { FileReader } from './file-reader.ts'

/** The source that may lie beside a compiled device tree. */
export const sourceOfTree = (uri: string): string | undefined =>
  uri.endsWith('.dtb') ? uri.replace(/b$/, 's') : undefined

/** Facts that a configuration names: a file, a tarball, or a folder. */
export async function readFacts(reader: FileReader, uri: string): Promise<Facts> {
  try {
    const bytes = uri.endsWith('/') ? undefined : await reader.readBytes?.(uri)
    if (!bytes) {
      const files = await reader.readBelow?.(uri)
      return files ? await openFolder(uri, files) : notFound(uri)
    }
    const source = sourceOfTree(uri)
    const beside = source === undefined ? undefined : await reader.readBytes?.(source)
    const file = { uri, bytes }
    const treeSource = source !== undefined && beside ? { uri: source, bytes: beside } : undefined
    const text = treeSource ?? (uri.endsWith('.dts') ? file : undefined)
    const parts = text && (await includedIn(text, async part => reader.readBytes?.(part)))
    return await openFile(file, treeSource, parts)
  } catch {
    return notFound(uri)
  }
}
