import type { Analysis } from '../../analyze.ts'
import type { Finding } from '../../rules/rule.ts'

/**
 * The findings to show while the syntax of a file is broken. A stray bracket moves members out of their structs, and what is then
 * simulated nobody has written: such a file shows what the compiler would say, and of all else what was found when it
 * was last whole. Fingerprints survive that lines move.
 */
export class StableDiagnostics {
  /** Fingerprints when the file was last whole, by its URI. */
  readonly #lastValid = new Map<string, ReadonlySet<string>>()
  readonly #broken = new Set<string>()

  findings(analysis: Analysis): readonly Finding[] {
    const { uri } = analysis.unit.main
    if (hasBrokenSyntax(analysis)) this.#broken.add(uri)
    else this.#broken.delete(uri)
    const { findings } = analysis
    if (!this.#dependsOnBrokenSyntax(analysis)) {
      this.#lastValid.set(uri, new Set(findings.map(({ fingerprint }) => fingerprint)))
      return findings
    }
    const known = this.#lastValid.get(uri)
    return findings.filter(
      ({ rule, fingerprint }) => rule.kind === 'unit' || rule.kind === 'gap' || known?.has(fingerprint),
    )
  }

  /** A file that is closed is on disk as it was meant. */
  forget(uri: string): void {
    this.#broken.delete(uri)
    this.#lastValid.delete(uri)
  }

  #dependsOnBrokenSyntax({ unit, simulations }: Analysis): boolean {
    if (this.#broken.has(unit.main.uri)) return true
    return simulations.some(({ scenario: { root, cells } }) =>
      [root, ...cells].some(({ file }) => this.#broken.has(file.uri)),
    )
  }
}

/** Brackets, commas or conditionals are wrong, so that what follows may stand elsewhere than it seems. */
const hasBrokenSyntax = ({ unit }: Analysis): boolean =>
  unit.problems.some(
    ({ span: at, kind, severity }) =>
      at.file === unit.main && severity === 'error' && (kind === 'syntax' || kind === 'directive'),
  )
