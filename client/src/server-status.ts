import * as vscode from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'

/** How the server is, in the language status of C files: a click shows its log, the pin offers to start it again. */
export class ServerStatus implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem('jailhouseWarden.server', { language: 'c' })
  readonly #listening: vscode.Disposable

  constructor(client: BaseLanguageClient) {
    this.#item.name = 'Jailhouse Warden'
    this.#item.command = { command: 'jailhouseWarden.showOutput', title: vscode.l10n.t('Show Log') }
    this.#listening = client.onDidChangeState(() => this.#show(client.isRunning()))
    this.#show(client.isRunning())
  }

  #show(isRunning: boolean): void {
    this.#item.text = isRunning
      ? vscode.l10n.t('Jailhouse Warden is running')
      : vscode.l10n.t('Jailhouse Warden is not running')
  }

  dispose(): void {
    this.#listening.dispose()
    this.#item.dispose()
  }
}
