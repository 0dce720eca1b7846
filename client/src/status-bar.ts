import * as vscode from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { type DocumentUri, STATUS, type Status } from '../../server/src/lsp/protocol.ts'
import { localized } from './localized.ts'

/** Shows the root cell and the facts of the machine that the active file is checked with, and why. */
export class StatusBar implements vscode.Disposable {
  readonly #client: BaseLanguageClient
  readonly #item = vscode.window.createStatusBarItem('jailhouseWarden.root', vscode.StatusBarAlignment.Right, 100)
  readonly #facts = vscode.window.createStatusBarItem('jailhouseWarden.facts', vscode.StatusBarAlignment.Right, 99)
  readonly #listening: readonly vscode.Disposable[]

  constructor(client: BaseLanguageClient, analyzed: vscode.Event<string>) {
    this.#client = client
    this.#item.name = vscode.l10n.t('Jailhouse root cell')
    this.#item.command = 'jailhouseWarden.selectRoot'
    this.#facts.command = 'jailhouseWarden.chooseFacts'
    this.#facts.name = vscode.l10n.t('Jailhouse facts of the machine')
    this.#listening = [
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      analyzed(uri => {
        if (uri === activeUri()) void this.refresh()
      }),
    ]
  }

  async refresh(): Promise<void> {
    const uri = activeUri()
    const status = uri && this.#client.isRunning() ? await this.#ask(uri) : null
    if (uri !== activeUri()) return
    void vscode.commands.executeCommand('setContext', 'jailhouseWarden.isConfiguration', status !== null)
    this.#showFacts(status?.facts)
    if (!status) return this.#item.hide()
    this.#item.text = `$(shield) ${localized(status.text)}`
    this.#item.tooltip = tooltipOf(status)
    this.#item.show()
  }

  #showFacts(facts: Status['facts']): void {
    if (!facts) {
      this.#facts.hide()
      return
    }
    this.#facts.text = `$(circuit-board) ${localized(facts.text)}`
    this.#facts.tooltip = localized(facts.detail)
    this.#facts.show()
  }

  #ask(uri: string): Promise<Status | null> {
    return this.#client.sendRequest<Status | null>(STATUS, { uri } satisfies DocumentUri).catch(() => null)
  }

  dispose(): void {
    for (const listening of this.#listening) listening.dispose()
    this.#item.dispose()
    this.#facts.dispose()
  }
}

function activeUri(): string | undefined {
  const document = vscode.window.activeTextEditor?.document
  return document?.languageId === 'c' ? document.uri.toString() : undefined
}

const LINKED: readonly string[] = ['showMemoryMap', 'chooseFacts', 'showOutput']

/** Why this root, and what else a click could do. */
function tooltipOf({ detail }: Status): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true)
  tooltip.isTrusted = { enabledCommands: LINKED.map(name => `jailhouseWarden.${name}`) }
  tooltip.appendText(localized(detail))
  const links = [
    [vscode.l10n.t('Show System Map'), 'showMemoryMap'],
    [vscode.l10n.t('Choose Facts of the Machine…'), 'chooseFacts'],
    [vscode.l10n.t('Show Log'), 'showOutput'],
  ]
  tooltip.appendMarkdown(
    `\n\n${links.map(([words, command]) => `[${words}](command:jailhouseWarden.${command})`).join(' · ')}`,
  )
  return tooltip
}
