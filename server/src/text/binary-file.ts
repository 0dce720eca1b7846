import { decode } from './encoding.ts'
import { memoize } from './memo.ts'
import type { SourceFile } from './source-file.ts'

/** One version of a file that is not, or not yet known to be, text. A new version is a new object. */
export interface BinaryFile {
  readonly uri: string
  readonly bytes: Uint8Array
}

/** The file read as text; the same object for the same version. */
export const asText = memoize(({ uri, bytes }: BinaryFile): SourceFile => ({ uri, text: decode(bytes).text }))
