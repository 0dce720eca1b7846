import type { Analysis } from '../analyze.ts'
import type { Finding } from '../rules/rule.ts'

/**
 * What can be believed while a file is half typed. A stray bracket moves members out of their structs, and what is then
 * simulated nobody has written: such a file shows what the compiler would say, and of all else what was found when it
 * was last whole. Fingerprints survive that lines move.
 */
export class Credible {
  /** Fingerprints when the file was last whole, by its URI. */
  readonly #lastWhole = new Map<string, ReadonlySet<string>>()
  readonly #half = new Set<string>()

  findings(analysis: Analysis): readonly Finding[] {
    const { uri } = analysis.unit.main
    if (isHalfTyped(analysis)) this.#half.add(uri)
    else this.#half.delete(uri)
    const { findings } = analysis
    if (!this.#restsOnHalfTyped(analysis)) {
      this.#lastWhole.set(uri, new Set(findings.map(({ fingerprint }) => fingerprint)))
      return findings
    }
    const known = this.#lastWhole.get(uri)
    return findings.filter(({ rule, fingerprint }) => rule.kind === 'unit' || known?.has(fingerprint))
  }

  /** A file that is closed is on disk as it was meant. */
  forget(uri: string): void {
    this.#half.delete(uri)
    this.#lastWhole.delete(uri)
  }

  #restsOnHalfTyped({ unit, cases }: Analysis): boolean {
    if (this.#half.has(unit.main.uri)) return true
    return cases.some(({ scenario: { root, cells } }) => [root, ...cells].some(({ file }) => this.#half.has(file.uri)))
  }
}

/** Brackets, commas or conditionals are wrong, so that what follows may stand elsewhere than it seems. */
const isHalfTyped = ({ unit }: Analysis): boolean =>
  unit.problems.some(
    ({ at, kind, severity }) =>
      at.file === unit.main && severity === 'error' && (kind === 'syntax' || kind === 'directive'),
  )
