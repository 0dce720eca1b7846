import { type Element, el, type Node } from './drawing/element.ts'

const CODE = /(\bJH\d{3}\b)/

/** The same with each code of a rule as a link, but where it stands in one already. */
export function withRuleLinks(element: Element, linkOf: (code: string) => string): Element {
  if (element.tag === 'a') return element
  const linked = (node: Node): readonly Node[] =>
    typeof node === 'string' ? linkedCodes(node, linkOf) : [withRuleLinks(node, linkOf)]
  return { ...element, children: element.children.flatMap(linked) }
}

const linkedCodes = (words: string, linkOf: (code: string) => string): readonly Node[] =>
  words
    .split(CODE)
    .map((part, i) => (i % 2 === 1 ? el('a', { href: linkOf(part) }, part) : part))
    .filter(part => part !== '')
