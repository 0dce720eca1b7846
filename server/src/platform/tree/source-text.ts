import { preprocess } from '../../c/preprocess/preprocess.ts'
import type { Token } from '../../c/token.ts'
import type { CompileOptions } from '../../c/unit.ts'
import { primarySpan } from '../../text/origin.ts'
import { countWhile } from '../../text/sorted.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'

/** Device tree source as dtc gets it: conditionals decided, macros replaced, comments gone. */
export interface SourceText {
  readonly text: string
  /** Where the file spells what stands at these offsets of the text. */
  spanOf(start: number, end: number): Span
  readonly problems: readonly { readonly message: string; readonly span: Span }[]
}

/** Of the headers under `dt-bindings/` this is what inmate trees use. */
const OPTIONS: CompileOptions = {
  dialect: 'devicetree',
  includeDirs: [],
  forceIncludes: [],
  defines: {
    __DTS__: '1',
    GIC_SPI: '0',
    GIC_PPI: '1',
    GIC_ESPI: '2',
    GIC_EPPI: '3',
    'GIC_CPU_MASK_RAW(x)': '((x) << 8)',
    'GIC_CPU_MASK_SIMPLE(num)': 'GIC_CPU_MASK_RAW((1 << (num)) - 1)',
    IRQ_TYPE_NONE: '0',
    IRQ_TYPE_EDGE_RISING: '1',
    IRQ_TYPE_EDGE_FALLING: '2',
    IRQ_TYPE_EDGE_BOTH: '3',
    IRQ_TYPE_LEVEL_HIGH: '4',
    IRQ_TYPE_LEVEL_LOW: '8',
    GPIO_ACTIVE_HIGH: '0',
    GPIO_ACTIVE_LOW: '1',
  },
}

/** `parts` are the files it may include; others are not read. */
export function sourceText(file: SourceFile, parts: readonly SourceFile[] = []): SourceText {
  const { tokens, problems } = preprocess(file, OPTIONS, uri => parts.find(part => part.uri === uri) ?? 'absent')
  const starts: number[] = []
  let text = ''
  let before: Token | undefined
  for (const token of tokens) {
    text += gap(before, token)
    starts.push(text.length)
    text += token.text
    before = token
  }
  return {
    text,
    spanOf: (from, to) => {
      const [first, last] = [placeIn(tokens, starts, from, 'start'), placeIn(tokens, starts, to, 'end')]
      const isOneFile = first.file === last.file
      return { file: first.file ?? file, start: first.offset, end: isOneFile ? last.offset : first.offset }
    },
    problems: problems.filter(
      ({ kind, severity }) => severity === 'error' && (kind === 'directive' || kind === 'expansion-limit'),
    ),
  }
}

/** Blanks as written; one more where a macro would make one word of two. */
function gap(before: Token | undefined, token: Token): string {
  if (token.startsLine) return '\n'
  const meet = before && before.origin.expandedAt !== token.origin.expandedAt && `${before.text.at(-1)}${token.text[0]}`
  return token.spaceBefore || (meet && /^(\w\w|[-+*/&|<>=!%^]{2})$/.test(meet)) ? ' ' : ''
}

interface Place {
  readonly file?: SourceFile
  readonly offset: number
}

/** The offset in its file; the edge of its use for what a macro brought. */
function placeIn(tokens: readonly Token[], starts: readonly number[], offset: number, edge: 'start' | 'end'): Place {
  const isBefore = (start: number) => (edge === 'start' ? start <= offset : start < offset)
  const index = Math.max(0, countWhile(starts.length, i => isBefore(starts[i]!)) - 1)
  const token = tokens[index]
  if (!token) return { offset: 0 }
  const { file, start, end } = primarySpan(token.origin)
  if (token.origin.expandedAt) return { file, offset: edge === 'start' ? start : end }
  return { file, offset: Math.min(end, start + offset - starts[index]!) }
}
