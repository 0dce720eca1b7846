import * as vscode from 'vscode'

/** What other extensions for C call themselves in their diagnostics. */
const NEIGHBOURS: Readonly<Record<string, string>> = { clang: 'clangd', clangd: 'clangd', 'C/C++': 'C/C++' }

const NOTIFIED = 'toldOfNeighbours'

/** Says once what to set where clangd or C/C++ complains about a configuration, since it does not find the headers. */
export function watchNeighbours(
  context: vscode.ExtensionContext,
  isOurs: (uri: vscode.Uri) => boolean,
): vscode.Disposable {
  return vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    if (context.globalState.get(NOTIFIED)) return
    const names = uris.filter(isOurs).flatMap(complainers)
    if (names[0] !== undefined) void notify(context, names[0])
  })
}

const complainers = (uri: vscode.Uri): readonly string[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
    .flatMap(({ source }) => NEIGHBOURS[source ?? ''] ?? [])

async function notify(context: vscode.ExtensionContext, name: string): Promise<void> {
  await context.globalState.update(NOTIFIED, true)
  const words =
    name === 'clangd'
      ? vscode.l10n.t(
          'clangd reports errors in this configuration, too. It needs the headers of Jailhouse: in .clangd, set CompileFlags: Add: [-I/path/to/jailhouse/include].',
        )
      : vscode.l10n.t(
          'C/C++ reports errors in this configuration, too. It needs the headers of Jailhouse: add /path/to/jailhouse/include to C_Cpp.default.includePath.',
        )
  await vscode.window.showInformationMessage(words)
}
