import type { BinaryFile } from '../../text/binary-file.ts'
import type { SourceFile } from '../../text/source-file.ts'
import { linesOf, wordsOf } from './lines.ts'

/** The text of `acpidump`: tables as rows of hex digits. */

const HEADER = /^[ \t]{0,8}([A-Z0-9]{4}) @ 0x[0-9a-fA-F]{1,16}[ \t]*$/
const ROW = /^[ \t]{1,8}[0-9a-fA-F]{4,8}:((?: [0-9a-fA-F]{2}){1,16})(?: |$)/

export const isAcpiDumpHeader = (text: string): boolean => HEADER.test(text)

/** The tables of a dump, as files of their own. */
export function readAcpiDump(file: SourceFile): readonly BinaryFile[] {
  const tables: { readonly name: string; readonly bytes: number[] }[] = []
  for (const { text } of linesOf(file)) {
    const [, name] = HEADER.exec(text) ?? []
    if (name !== undefined) tables.push({ name, bytes: [] })
    const [, row = ''] = ROW.exec(text) ?? []
    for (const word of wordsOf(row)) tables.at(-1)?.bytes.push(Number.parseInt(word, 16))
  }
  return tables.map(({ name, bytes }) => ({ uri: `${file.uri}#${name}`, bytes: Uint8Array.from(bytes) }))
}
