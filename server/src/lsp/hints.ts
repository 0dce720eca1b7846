import type { CodeLens, Command, Connection, ServerCapabilities, SignatureHelp } from 'vscode-languageserver'
import { inlayHints } from '../ide/inlay-hints.ts'
import { type Lens, lenses } from '../ide/lenses.ts'
import { signatureAt } from '../ide/signature.ts'
import { type AtPosition, encodingOf, type OfDocument, ofFile, ofOffset } from './asking.ts'
import { toPosition, toRange, toSpan } from './convert.ts'
import type { Guard } from './guard.ts'
import type { Session } from './session.ts'
import { placeOf } from './shapes.ts'

/** What is shown beside the text: hints, lenses, the parameters of a macro. */
export const hintCapabilities: ServerCapabilities = {
  inlayHintProvider: true,
  codeLensProvider: {},
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
}

export function answerHints(connection: Connection, guard: Guard): void {
  connection.languages.inlayHint.on(
    guard((session, { textDocument, range }) =>
      ofFile(session, { textDocument }, analysis => {
        const { main } = analysis.unit
        const within = toSpan(main, range, encodingOf(session))
        return inlayHints(analysis, session.settingsFor(textDocument.uri).inlayHints, within).map(
          ({ offset, text }) => ({
            position: toPosition(main, offset, encodingOf(session)),
            label: text,
            paddingLeft: true,
          }),
        )
      }),
    ),
  )
  connection.onCodeLens(
    guard((session, params: OfDocument) =>
      ofFile(session, params, analysis =>
        lenses(analysis, session.settingsFor(params.textDocument.uri).codeLens)
          .filter(({ does, tells }) => tells || session.abilities.commands.includes(does.act))
          .map(lens => toCodeLens(lens, session)),
      ),
    ),
  )
  connection.onSignatureHelp(
    guard((session, params: AtPosition) =>
      ofOffset(session, params, (analysis, offset): SignatureHelp | null => {
        const found = signatureAt(analysis, offset)
        if (!found) return null
        const { label, parameters, active, documentation } = found
        const signature = { label, documentation, parameters: parameters.map(name => ({ label: name })) }
        return { signatures: [signature], activeSignature: 0, activeParameter: active }
      }),
    ),
  )
}

const toCodeLens = (lens: Lens, session: Session): CodeLens => ({
  range: toRange(lens.at, encodingOf(session)),
  command: commandOf(lens, session),
})

/** A lens of a client that lacks the command is words alone. */
function commandOf({ title, does, at }: Lens, session: Session): Command {
  if (!session.abilities.commands.includes(does.act)) return { title, command: '' }
  const command = `jailhouseWarden.${does.act}`
  if (does.act !== 'showPlaces') return { title, command }
  const { uri, range } = placeOf(at, session)
  return { title, command, arguments: [uri, range.start, does.places.map(place => placeOf(place, session))] }
}
