import { asText, type BinaryFile } from '../text/binary-file.ts'
import { acpiSignature } from './read/acpi.ts'
import { isAcpiDumpHeader } from './read/acpi-dump.ts'
import { isInterruptsHeader } from './read/interrupts.ts'
import { isLogLine } from './read/kernel-log.ts'
import { type Line, linesOf } from './read/lines.ts'
import { isLspciHeader, isLspciRow } from './read/pci-space.ts'
import { FDT_MAGIC } from './tree/flattened.ts'

/** What a file of facts is, by its content. Names say nothing: people rename. */
export type FactKind =
  | 'tree'
  | 'tree-source'
  | 'acpi'
  | 'acpi-dump'
  | 'claims'
  | 'interrupts'
  | 'command-line'
  | 'log'
  | 'cpu-info'
  | 'lspci'
  | 'kernel-options'

export function recognise(file: BinaryFile): FactKind | undefined {
  const { bytes } = file
  if (4 <= bytes.length && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === FDT_MAGIC) return 'tree'
  if (acpiSignature(bytes) !== undefined && !isPrintable(bytes)) return 'acpi'
  return isPrintable(bytes) ? recogniseText(linesOf(asText(file))) : undefined
}

const HEAD = 4096

const isPrintable = (bytes: Uint8Array): boolean => bytes.length > 0 && !bytes.subarray(0, HEAD).includes(0)

const CLAIM = /^\s*[0-9a-fA-F]{1,16}[-\u2013][0-9a-fA-F]{1,16}\s{0,9}:/

/** Lines looked at: a session pasted whole has a prompt and more in front. */
const LOOKED_AT = 400

function recogniseText(lines: readonly Line[]): FactKind | undefined {
  const texts = lines.slice(0, LOOKED_AT).map(({ text }) => text)
  const some = (test: (text: string) => boolean) => texts.some(test)
  if (some(text => text.trimStart().startsWith('/dts-v1/'))) return 'tree-source'
  if (some(isAcpiDumpHeader)) return 'acpi-dump'
  if (some(text => CLAIM.test(text))) return 'claims'
  if (some(isInterruptsHeader)) return 'interrupts'
  if (some(isLogLine)) return 'log'
  if (some(text => /^processor\s*:\s*\d/.test(text))) return 'cpu-info'
  if (some(isLspciHeader) && some(isLspciRow)) return 'lspci'
  if (some(text => /^(# )?CONFIG_[A-Z0-9_]+( is not set|=)/.test(text))) return 'kernel-options'
  const filled = texts.filter(text => text.trim() !== '')
  if (filled.length === 1 && /(^|[ \t])[A-Za-z_][\w.,-]*=/.test(filled[0] ?? '')) return 'command-line'
  return undefined
}
