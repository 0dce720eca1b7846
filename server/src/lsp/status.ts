import { cellOf } from '../config/model.ts'
import { nameOf } from '../text/uri.ts'
import type { NamedUri, Status } from './protocol.ts'
import type { Answer, Session } from './session.ts'

/** What the status bar says of a file. */
export function statusOf(answer: Answer | undefined, session: Session): Status | null {
  if (!answer?.analysis.config) return null
  const { config, root, cases } = answer.analysis
  const { name } = cellOf(config)
  if (config.kind === 'system') {
    const cells = [...new Set(cases.flatMap(({ scenario }) => scenario.cells.map(cell => `"${cell.name}"`)))]
    const detail =
      cells.length > 0
        ? `This root cell is checked with ${cells.join(', ')}.`
        : 'No inmate of this root cell was found.'
    return { kind: 'root', text: `root cell ${name}`, detail }
  }
  if (!root)
    return {
      kind: 'cell',
      text: 'no root cell',
      detail: `Only "${name}" itself is checked: nothing says which root cell it runs under.`,
    }
  const chosen: NamedUri = { uri: session.spelling(root.uri), name: nameOf(root.uri) }
  const detail = `"${name}" is checked with ${chosen.name}, because ${root.because}.`
  const isThere = cases.length > 0
  return {
    kind: 'cell',
    text: `root: ${chosen.name}`,
    detail: isThere ? detail : `${detail} It could not be read as a root cell.`,
    root: chosen,
  }
}
