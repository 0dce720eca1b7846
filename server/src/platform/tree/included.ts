import { includedNames } from '../../c/raw/tokens.ts'
import { asText, type BinaryFile } from '../../text/binary-file.ts'
import { folderOf, joinUri } from '../../text/uri.ts'

/** More files than any tree of a cell is made of. */
const MAX_INCLUDED = 32

/** A part of a tree by its name; headers bring constants, of which those that trees of cells use are built in. */
const isPart = (name: string): boolean => name.endsWith('.dtsi') && !/^[/\\]|:/.test(name)

/** The files that device tree source is put together from, beside the first one, as far as they are there. */
export async function includedIn(
  file: BinaryFile,
  read: (uri: string) => Promise<Uint8Array | undefined>,
): Promise<readonly BinaryFile[]> {
  const found = new Map<string, BinaryFile>()
  const waiting = [file]
  for (let next = waiting.pop(); next; next = waiting.pop())
    for (const name of includedNames(asText(next)).filter(isPart)) {
      const uri = joinUri(folderOf(next.uri), name)
      if (found.has(uri) || uri === file.uri || MAX_INCLUDED <= found.size) continue
      const bytes = await read(uri)
      if (!bytes) continue
      const part = { uri, bytes }
      found.set(uri, part)
      waiting.push(part)
    }
  return [...found.values()]
}
