import type { Words } from '../../../../server/src/lsp/protocol.ts'

/** Translations of the words a view shows, by their English; what has none stays English. */
let translations: Readonly<Record<string, string>> = {}

export const useTranslations = (given: Readonly<Record<string, string>>): void => {
  translations = given
}

/** The words in the reader's language, `{0}` and so on filled in. */
export const t = (words: string, ...values: readonly (Words | number)[]): string =>
  (translations[words] ?? words).replace(/\{(\d+)\}/g, (_, index) => localized(values[Number(index)] ?? ''))

/** What the server has to say, in the reader's language. */
export const localized = (words: Words | number): string =>
  typeof words === 'object' ? t(words.template, ...words.values) : String(words)

/** `1.5 GiB`; a size that no unit states exactly keeps two decimals. */
export function humanSize(size: bigint): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let unit = 0
  let divisor = 1n
  while (divisor * 1024n <= size && unit < units.length - 1) {
    divisor *= 1024n
    unit++
  }
  return `${Number((size * 100n) / divisor) / 100} ${units[unit]}`
}

export const hex = (address: bigint): string => `0x${address.toString(16)}`
