/** Looks at text without reading it: for files that may be anything. */

const isWordPart = (text: string, index: number): boolean => /\w/.test(text.charAt(index))

/** Whether words follow each other with nothing but blanks between them, in code or not. */
export function hasWords(text: string, [first = '', ...others]: readonly string[]): boolean {
  for (let index = text.indexOf(first); 0 <= index; index = text.indexOf(first, index + 1)) {
    const end = wordEnd(text, index, first)
    if (end !== undefined && others.reduce<number | undefined>((from, word) => from && nextWord(text, from, word), end))
      return true
  }
  return false
}

/** The end of the whole word at an index. */
function wordEnd(text: string, index: number, word: string): number | undefined {
  const end = index + word.length
  const isWhole = text.startsWith(word, index) && !isWordPart(text, index - 1) && !isWordPart(text, end)
  return isWhole ? end : undefined
}

function nextWord(text: string, from: number, word: string): number | undefined {
  let index = from
  while (index < text.length && text.charAt(index).trim() === '') index++
  return wordEnd(text, index, word)
}
