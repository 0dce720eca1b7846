// Where the elements of a list stand in the text of a configuration, by its brackets.

/** The lists written for a member: from behind its brace to the one that closes it. */
export function arrayLists(text, name) {
  return [...text.matchAll(new RegExp(`\\.${name} = \\{`, 'g'))].map(({ index, 0: head }) => {
    const start = index + head.length
    return { start, end: closing(text, start) }
  })
}

/** Each element with where it ends and where the next one begins. */
export function elementsOf(text, name) {
  return arrayLists(text, name).flatMap(list => {
    const elements = []
    for (let at = list.start; at < list.end; ) {
      const start = at + leading(text.slice(at, list.end))
      if (list.end <= start) break
      const end = elementEnd(text, start, list.end)
      const next = text[end] === ',' ? end + 1 : end
      elements.push({ start, end, next })
      at = next === at ? list.end : next
    }
    return elements
  })
}

/** The text between the nearest braces around an offset. */
export function around(text, offset) {
  let depth = 0
  let start = offset
  while (0 < start && (text[start - 1] !== '{' || depth > 0)) {
    if (text[start - 1] === '}') depth++
    if (text[start - 1] === '{') depth--
    start--
  }
  return { start, end: closing(text, offset) }
}

const leading = text => /^(?:\s|\/\*[\s\S]*?\*\/|\/\/.*|#.*)*/.exec(text)[0].length

function elementEnd(text, start, limit) {
  let depth = 0
  for (let at = start; at < limit; at++) {
    if ('{('.includes(text[at])) depth++
    if ('})'.includes(text[at])) depth--
    if (text[at] === ',' && depth === 0) return at
  }
  return limit
}

function closing(text, start) {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && depth-- === 0) return at
  }
  return text.length
}
