import * as vscode from 'vscode'
import type { BaseLanguageClient } from 'vscode-languageclient'
import { EXPLAIN, type ExplainedBlock, type ExplainParams, type Place } from '../../server/src/lsp/protocol.ts'
import { reveal } from './places.ts'
import { withProgress } from './progress.ts'
import { nameOf } from './uris.ts'
import { blockElement } from './webview/blocks.ts'
import { type Element, el, markup } from './webview/drawing/element.ts'
import { withRuleLinks } from './webview/rule-links.ts'

const VIEW_TYPE = 'jailhouseWarden.consoleOutput'

/** All that a link of the page can do. */
const SHOW_PLACE = 'jailhouseWarden.showPlace'
const SHOW_RULE = 'jailhouseWarden.showRulePage'

/** What is printed, and where it comes from. */
interface Printed {
  readonly name: string
  readonly text: string
}

/** Explains what hypervisor, driver or tools printed: a line, what lies in the clipboard, or a log. One panel, no scripts. */
export class ConsoleExplainer implements vscode.Disposable {
  readonly #client: BaseLanguageClient
  readonly #extension: vscode.Uri
  readonly #subscriptions: readonly vscode.Disposable[]
  #panel: vscode.WebviewPanel | undefined
  #asked: ExplainParams | undefined
  #latest: vscode.TextDocument | undefined
  #isStale = false

  constructor(client: BaseLanguageClient, extension: vscode.Uri) {
    this.#client = client
    this.#extension = extension
    this.#subscriptions = [
      vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
        if (languageId === 'c') void this.#refresh()
      }),
      vscode.window.onDidChangeActiveTextEditor(editor => this.#remember(editor)),
      vscode.commands.registerCommand(SHOW_PLACE, reveal),
    ]
    this.#remember(vscode.window.activeTextEditor)
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose()
    this.#panel?.dispose()
  }

  /** Asks what to explain, and shows what it means beside the configuration in front. */
  async explain(): Promise<void> {
    const about = configurationInSight() ?? this.#configurationBehind()
    const printed = await askForText()
    if (!printed) return
    this.#asked = { text: printed.text, ...(about && { uri: about.toString() }) }
    this.#panel ??= this.#newPanel()
    this.#panel.title = vscode.l10n.t('{0} explained', printed.name)
    this.#panel.reveal(undefined, true)
    await withProgress(this.#refresh())
  }

  #remember(editor: vscode.TextEditor | undefined): void {
    if (editor?.document.languageId === 'c') this.#latest = editor.document
  }

  /** The configuration edited last: a log, or this very panel, may lie in front of it. */
  #configurationBehind(): vscode.Uri | undefined {
    return this.#latest?.isClosed === false ? this.#latest.uri : undefined
  }

  #newPanel(): vscode.WebviewPanel {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }
    const panel = vscode.window.createWebviewPanel(VIEW_TYPE, '', column, {
      enableCommandUris: [SHOW_PLACE, SHOW_RULE],
      enableFindWidget: true,
      localResourceRoots: [this.#styles()],
    })
    panel.onDidChangeViewState(() => {
      if (this.#isStale) void this.#refresh()
    })
    panel.onDidDispose(() => {
      this.#panel = undefined
    })
    return panel
  }

  #styles(): vscode.Uri {
    return vscode.Uri.joinPath(this.#extension, 'dist', 'webview')
  }

  /** Asks again, as configurations were saved: a log is too long to be read at every key. Nothing is asked that nobody sees. */
  async #refresh(): Promise<void> {
    const [panel, asked] = [this.#panel, this.#asked]
    this.#isStale = panel?.visible === false
    if (!panel?.visible || !asked) return
    const blocks = await this.#client.sendRequest<readonly ExplainedBlock[]>(EXPLAIN, asked)
    if (asked !== this.#asked || panel !== this.#panel) return
    const style = panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#styles(), 'blocks.css')).toString()
    panel.webview.html = pageOf(blocks, panel, style)
  }
}

const pageOf = (blocks: readonly ExplainedBlock[], { title, webview }: vscode.WebviewPanel, style: string): string =>
  `<!DOCTYPE html>${markup(
    el(
      'html',
      { lang: 'en' },
      el(
        'head',
        {},
        el('meta', { charset: 'utf-8' }),
        el('meta', {
          'http-equiv': 'Content-Security-Policy',
          content: `default-src 'none'; style-src ${webview.cspSource}`,
        }),
        el('title', {}, title),
        el('link', { rel: 'stylesheet', href: style }),
      ),
      el('body', {}, blocks.map(explainedElement)),
    ),
  )}`

function explainedElement(block: ExplainedBlock): Element {
  if (block.kind === 'title') return el('h2', {}, block.text)
  if (block.kind !== 'place') return withRuleLinks(blockElement(block), code => commandUri(SHOW_RULE, code))
  return el('p', {}, el('a', { href: commandUri(SHOW_PLACE, block.place) }, block.text))
}

/** Where files are is the extension's to say: on a remote, the window knows them under other names. */
const commandUri = (command: string, argument: Place | string): string =>
  `command:${command}?${encodeURIComponent(JSON.stringify([argument]))}`

/** The configuration that is edited, or else one that can be seen. */
function configurationInSight(): vscode.Uri | undefined {
  const { activeTextEditor: active, visibleTextEditors: visible } = vscode.window
  const documents = [...(active ? [active] : []), ...visible].map(({ document }) => document)
  return documents.find(({ languageId }) => languageId === 'c')?.uri
}

/** Asks where the text is that was printed. */
async function askForText(): Promise<Printed | undefined> {
  const sources: readonly Source[] = [
    ...textInFront(),
    { label: vscode.l10n.t('$(edit) Type or paste a line'), take: askForLine },
    { label: vscode.l10n.t('$(clippy) Clipboard'), take: textOfClipboard },
    { label: vscode.l10n.t('$(file) Open a log file…'), take: askForFile },
  ]
  const title = vscode.l10n.t('Explain Console Output')
  const chosen = await vscode.window.showQuickPick(sources, { title })
  return chosen?.take()
}

interface Source extends vscode.QuickPickItem {
  readonly take: () => Promise<Printed | undefined>
}

/** What is selected in the text in front, or all of it where it is no configuration. */
function textInFront(): readonly Source[] {
  const { document, selection } = vscode.window.activeTextEditor ?? {}
  if (!document || document.languageId === 'c') return []
  const isPart = selection !== undefined && !selection.isEmpty
  const name = nameOf(document.uri)
  return [
    {
      label: isPart ? vscode.l10n.t('$(selection) Selection in {0}', name) : `$(output) ${name}`,
      take: async () => ({ name, text: document.getText(isPart ? selection : undefined) }),
    },
  ]
}

/** Read when it is chosen: browsers ask before a page may see it. */
async function textOfClipboard(): Promise<Printed | undefined> {
  const text = await vscode.env.clipboard.readText()
  if (text.trim() !== '') return { name: vscode.l10n.t('Clipboard'), text }
  await vscode.window.showInformationMessage(vscode.l10n.t('The clipboard holds no text.'))
  return undefined
}

async function askForLine(): Promise<Printed | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Explain Console Output'),
    prompt: vscode.l10n.t('One or more lines printed by hypervisor, driver or tools'),
    placeHolder: 'Unhandled data read at 0x1c25014(4)',
  })
  return text ? { name: vscode.l10n.t('Console line'), text } : undefined
}

async function askForFile(): Promise<Printed | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Log of Console or Kernel') })) ?? []
  if (!uri) return undefined
  return { name: nameOf(uri), text: (await vscode.workspace.openTextDocument(uri)).getText() }
}
