import type { Connection } from 'vscode-languageserver'
import type { Finding } from '../../rules/rule.ts'
import { english } from '../../text/message.ts'
import { nameOf } from '../../text/uri.ts'
import { visibleLines } from '../../text/visible.ts'
import { count } from '../../text/words.ts'
import { logError } from '../log.ts'
import type { AnalyzedDocument } from '../session.ts'
import { shownFindings } from './diagnostics.ts'

/** Writes to the client's log how each open configuration is checked and what came of it, whenever that changes. */
export class FindingsLog {
  readonly #connection: Connection
  readonly #last = new Map<string, string>()
  readonly #traces = new Set<string>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  write(answer: AnalyzedDocument): void {
    this.writeTraces(answer.findings)
    const line = `${nameOf(answer.document.file.uri)}: ${partners(answer)}; ${counts(answer)}`
    if (this.#last.get(answer.document.uri) === line) return
    this.#last.set(answer.document.uri, line)
    this.#connection.console.info(visibleLines(line))
  }

  /** Where errors of ours happened, each once. */
  writeTraces(findings: readonly Finding[]): void {
    for (const { span, headline, trace } of findings) {
      if (trace === undefined || this.#traces.has(trace)) continue
      this.#traces.add(trace)
      logError(this.#connection, `${nameOf(span.file.uri)}: ${headline}\n${trace}`)
    }
  }
}

function partners({ analysis: { config, root, simulations } }: AnalyzedDocument): string {
  if (config?.kind === 'system') {
    const cells = new Set(simulations.flatMap(({ scenario }) => scenario.cells.map(({ name }) => name)))
    return cells.size > 0 ? `root cell, checked with ${[...cells].join(', ')}` : 'root cell without inmates'
  }
  if (!config) return 'not a readable cell configuration'
  return root
    ? `checked with ${nameOf(root.uri)}, because ${english(root.reason)}`
    : 'no root cell found, checked alone'
}

function counts(answer: AnalyzedDocument): string {
  const found = shownFindings(answer)
  const of = (severity: string) => found.filter(each => each.severity === severity).length
  return `${count(of('error'), 'error')}, ${count(of('warning'), 'warning')}, ${count(of('information'), 'note')}`
}
