/**
 * Words for a person together with what they were made of, so that a client may put them into the reader's language.
 * Every template stands as a literal where `message` is called: that is how a test finds those without a translation.
 */
export interface Message {
  /** In English, for whoever does not translate. */
  readonly text: string
  /** The same with `{0}`, `{1}`, … for the values. */
  readonly template: string
  readonly values: readonly Words[]
}

/** A name or number, the same in every language; or a message. */
export type Words = string | Message

export function message(template: string, ...values: readonly (Words | number)[]): Message {
  const words = values.map(value => (typeof value === 'number' ? String(value) : value))
  const text = template.replace(/\{(\d+)\}/g, (_, index) => english(words[Number(index)] ?? ''))
  return { text, template, values: words }
}

/** What is there of some words, one behind the other. */
export function joined(parts: readonly (Words | false | undefined)[], between: string): Words {
  const words = parts.filter(part => part !== undefined && part !== false && part !== '') as readonly Words[]
  if (words.every(part => typeof part === 'string')) return words.join(between)
  return message(words.map((_, index) => `{${index}}`).join(between), ...words)
}

export const english = (words: Words): string => (typeof words === 'string' ? words : words.text)
