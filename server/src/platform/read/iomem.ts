import { contains, type Range } from '../../config/ranges.ts'
import type { SourceFile, Span } from '../../text/source-file.ts'
import type { Claim, Source } from '../model.ts'
import { linesOf } from './lines.ts'

/** `/proc/iomem` and `/proc/ioports`, as the kernel prints them and as mails carry them. */

export interface ClaimFile {
  readonly kind: 'iomem' | 'ioports'
  /** First level; children by containment, since most pasted dumps have lost their indentation. */
  readonly claims: readonly Claim[]
  /** All addresses were hidden: it was read without root. */
  readonly hiddenAt?: Span
  /** Taken while Jailhouse was enabled. */
  readonly jailhouseAt?: Span
}

/** The name of a BAR, `0000:00:1f.2`. */
export const PCI_FUNCTION = /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/

interface Entry {
  readonly range: Range
  readonly name: string
  readonly digits: number
  readonly span: Span
}

/** With what web pages make of blanks and hyphens. */
const ENTRY = /^\s*([0-9a-fA-F]{1,16})[-\u2013]([0-9a-fA-F]{1,16})\s{0,9}:(.*)$/

/** Undefined where no line of the text is one. */
export function readClaims(file: SourceFile, source: Source): ClaimFile | undefined {
  const entries = linesOf(file).flatMap(({ text, span }) => entryOf(text, span) ?? [])
  const [first] = entries
  if (!first) return undefined
  const kind = entries.every(({ range, digits }) => range.end <= 0x10000n && digits === 4) ? 'ioports' : 'iomem'
  if (3 <= entries.length && entries.every(({ range }) => range.start === 0n && range.end === 1n))
    return { kind, claims: [], hiddenAt: first.span }
  const jailhouse = entries.find(({ name }) => name === HYPERVISOR)
  const claims = nested(entries, source).filter(({ name }) => !jailhouse || !isOfJailhouse(name))
  return { kind, claims, ...(jailhouse && { jailhouseAt: jailhouse.span }) }
}

function entryOf(text: string, span: Span): Entry | undefined {
  const [, from = '', to = '', name = ''] = ENTRY.exec(text) ?? []
  if (from === '') return undefined
  const range = { start: BigInt(`0x${from}`), end: BigInt(`0x${to}`) + 1n }
  return range.start < range.end ? { range, name: name.trim(), digits: from.length, span } : undefined
}

const HYPERVISOR = 'Jailhouse hypervisor'

/** First-level entries that are there while it is enabled: its memory, and the window of the virtual host or its BARs. */
const isOfJailhouse = (name: string): boolean =>
  name === HYPERVISOR || name === 'pci@0' || name === '/pci@0' || PCI_FUNCTION.test(name)

type OpenClaim = Claim & { readonly children: OpenClaim[] }

function nested(entries: readonly Entry[], source: Source): readonly Claim[] {
  const top: OpenClaim[] = []
  const open: OpenClaim[] = []
  for (const { range, name, span } of entries) {
    while (open.length > 0 && !contains((open.at(-1) as OpenClaim).range, range)) open.pop()
    const claim: OpenClaim = { source, span, range, name, depth: open.length, children: [] }
    ;(open.at(-1)?.children ?? top).push(claim)
    open.push(claim)
  }
  return top
}

export const SYSTEM_RAM = 'System RAM'

export const isReserved = (name: string): boolean => name === 'reserved' || name === 'Reserved'

/** The claims and all below them. */
export function* allClaims(claims: readonly Claim[]): Iterable<Claim> {
  const waiting = [...claims].reverse()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next
    for (const child of next.children.toReversed()) waiting.push(child)
  }
}
