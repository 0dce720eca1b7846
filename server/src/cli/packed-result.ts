import type { FileLookup } from '../c/unit.ts'
import { catalogue } from '../rules/catalogue.ts'
import type { Finding, Fix, RawFinding, Rule } from '../rules/rule.ts'
import type { SourceFile, Span } from '../text/source-file.ts'
import type { ShareResult } from './check-share.ts'

/** A result as it travels between threads: a rule, which is code, by its name. Files travel once a result. */
export interface PackedResult {
  readonly findings: readonly (readonly PackedFinding[])[]
  readonly offers: ShareResult['offers']
  readonly read: ShareResult['read']
}

type PackedFinding = Omit<Finding, 'rule'> & { readonly rule: Rule['code'] }

export const packed = ({ findings, offers, read }: ShareResult): PackedResult => ({
  findings: findings.map(each => each.map(finding => ({ ...finding, rule: finding.rule.code }))),
  offers,
  read,
})

/** The same among the files of another thread: a file that is known there under its URI, with the same text, is that one. */
export function unpacked({ findings, offers, read }: PackedResult, lookup: FileLookup): ShareResult {
  const fixesOf = once((fixes: readonly Fix[]) => fixes.map(fix => fixOf(fix, lookup)))
  const findingOf = ({ rule, ...finding }: PackedFinding): readonly Finding[] => {
    const found = catalogue.find(({ code }) => code === rule)
    return found ? [{ ...finding, rule: found, ...placesOf(finding, lookup), ...fixesIn(finding, fixesOf) }] : []
  }
  return {
    findings: findings.map(each => each.flatMap(findingOf)),
    offers: new Map(
      [...offers].map(([fixes, offered]) => [
        fixesOf(fixes),
        offered === 'untried' ? offered : offered.map(fix => fixOf(fix, lookup)),
      ]),
    ),
    read,
  }
}

const placesOf = ({ span, related }: RawFinding, lookup: FileLookup): Pick<Finding, 'span' | 'related'> => ({
  span: spanIn(span, lookup),
  ...(related && { related: related.map(({ span, text }) => ({ span: spanIn(span, lookup), text })) }),
})

/** Repairs are known by what they are listed in: one list stays one. */
const fixesIn = ({ fixes }: RawFinding, fixesOf: (fixes: readonly Fix[]) => readonly Fix[]): Pick<Finding, 'fixes'> =>
  fixes ? { fixes: fixesOf(fixes) } : {}

const fixOf = (fix: Fix, lookup: FileLookup): Fix => ({
  ...fix,
  edits: fix.edits.map(({ span, text }) => ({ span: spanIn(span, lookup), text })),
})

const spanIn = ({ file, start, end }: Span, lookup: FileLookup): Span => ({ file: known(file, lookup), start, end })

function known(file: SourceFile, lookup: FileLookup): SourceFile {
  const found = lookup(file.uri)
  return typeof found === 'object' && found.text === file.text ? found : file
}

function once<In, Out>(make: (input: In) => Out): (input: In) => Out {
  const made = new Map<In, Out>()
  return input => {
    const found = made.get(input) ?? make(input)
    made.set(input, found)
    return found
  }
}
