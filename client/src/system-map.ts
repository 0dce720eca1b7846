import * as vscode from 'vscode'
import type { BaseLanguageClient, Position } from 'vscode-languageclient'
import {
  HOVER_BLOCKS,
  type HoverBlocksParams,
  type Place,
  type SimpleBlock,
  SYSTEM_MAP,
  type SystemMapAnswer,
  type SystemMapParams,
} from '../../server/src/lsp/protocol.ts'
import { reveal } from './places.ts'
import { withProgress } from './progress.ts'
import { nameOf } from './uris.ts'
import { page } from './webview/page.ts'
import type { FromPage, ToPage } from './webview/state.ts'

const VIEW_TYPE = 'jailhouseWarden.systemMap'

/** The system map beside the editor: one panel, which follows the configuration that is edited. Closed, it costs nothing. */
export class SystemMapView implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #client: BaseLanguageClient
  readonly #run: () => Promise<void>
  readonly #extension: vscode.Uri
  readonly #disposables: vscode.Disposable[]
  #panel: vscode.WebviewPanel | undefined
  #uri = ''
  #question: Omit<SystemMapParams, 'uri'> = {}
  /** Files of the system that is shown. */
  #files: ReadonlySet<string> = new Set()
  /** What to select in the map that is asked for. */
  #position: Position | undefined
  /** What a page is sent that begins to listen: the server is asked while it loads. */
  #unsent: readonly ToPage[] = []
  #isListening = false
  #isPending = false
  #isStale = false

  constructor(
    client: BaseLanguageClient,
    run: () => Promise<void>,
    analyzed: vscode.Event<string>,
    extension: vscode.Uri,
  ) {
    this.#client = client
    this.#run = run
    this.#extension = extension
    this.#disposables = [
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
      vscode.window.onDidChangeActiveTextEditor(editor => this.#follow(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#cursor(textEditor)),
      analyzed(uri => {
        if (uri === this.#uri || this.#files.has(uri)) void this.#refresh()
      }),
    ]
  }

  /** Opens the panel, or brings it to the front, for a file; the region at a position of it is selected. */
  async show(uri: vscode.Uri, position?: Position): Promise<void> {
    this.#turnTo(uri.toString())
    this.#position = position
    if (this.#panel) this.#panel.reveal(undefined, true)
    else this.#open(this.#newPanel())
    await withProgress(this.#refresh())
  }

  /** The editor was started again with the panel open. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const uri = (state as { readonly uri?: unknown } | undefined)?.uri
    if (typeof uri !== 'string') return panel.dispose()
    this.#panel?.dispose()
    this.#turnTo(uri)
    this.#open(panel)
    await this.#run()
    await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)).then(undefined, () => undefined)
    await this.#refresh()
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose()
    this.#panel?.dispose()
  }

  #newPanel(): vscode.WebviewPanel {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }
    return vscode.window.createWebviewPanel(VIEW_TYPE, vscode.l10n.t('System map'), column, {
      enableScripts: true,
      localResourceRoots: [this.#folder()],
      retainContextWhenHidden: true,
    })
  }

  #folder(): vscode.Uri {
    return vscode.Uri.joinPath(this.#extension, 'dist', 'webview')
  }

  #open(panel: vscode.WebviewPanel): void {
    this.#panel = panel
    this.#isListening = false
    this.#unsent = []
    const { webview } = panel
    const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.#folder(), name)).toString()
    webview.options = { enableScripts: true, localResourceRoots: [this.#folder()] }
    webview.html = page({
      title: panel.title,
      language: vscode.env.language,
      policy: `default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource}; img-src data:`,
      styles: ['map.css', 'panel.css'].map(name => `<link rel="stylesheet" href="${file(name)}">`).join('\n'),
      script: `<script src="${file('main.js')}"></script>`,
      data: { words: vscode.l10n.bundle ?? {}, uri: this.#uri },
    })
    webview.onDidReceiveMessage((message: FromPage) => this.#receive(message))
    panel.onDidChangeViewState(() => {
      if (this.#isStale && panel.visible) void this.#refresh()
    })
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined
    })
  }

  #turnTo(uri: string): void {
    if (uri === this.#uri) return
    this.#uri = uri
    this.#question = {}
    this.#files = new Set()
  }

  /** One question at a time; what changes meanwhile is asked once more. Nothing is asked that nobody sees. */
  async #refresh(): Promise<void> {
    this.#isStale = true
    if (this.#isPending || !this.#panel?.visible) return
    this.#isPending = true
    try {
      while (this.#isStale && this.#panel) {
        this.#isStale = false
        await this.#ask()
      }
    } finally {
      this.#isPending = false
    }
  }

  async #ask(): Promise<void> {
    const params: SystemMapParams = { uri: this.#uri, ...this.#question }
    const answer = await this.#client.sendRequest<SystemMapAnswer | null>(SYSTEM_MAP, params).catch(() => null)
    if (params.uri !== this.#uri) return
    // The system that was chosen stays the one that is shown, whatever is edited in it.
    if (answer?.map) this.#question = { ...this.#question, alternative: answer.chosen }
    const places = answer?.map?.boxes.flatMap(({ place }) => place?.uri ?? []) ?? []
    if (places.length > 0) this.#files = new Set(places)
    if (this.#panel) this.#panel.title = vscode.l10n.t('Map of {0}', nameOf(vscode.Uri.parse(this.#uri)))
    this.#send({ type: 'map', uri: params.uri, answer })
    if (this.#position) this.#select(this.#uri, this.#position)
    this.#position = undefined
  }

  #send(message: ToPage): void {
    if (message.type === 'map') this.#unsent = [message]
    else if (!this.#isListening) this.#unsent = [...this.#unsent, message]
    if (this.#isListening) void this.#panel?.webview.postMessage(message)
  }

  #start(): void {
    this.#isListening = true
    for (const message of this.#unsent) void this.#panel?.webview.postMessage(message)
  }

  async #receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'start':
        return this.#start()
      case 'ask':
        this.#question = questionOf(message)
        return this.#refresh()
      case 'reveal':
        return reveal(message.place)
      case 'hover':
        return this.#hover(message.box, message.place)
      case 'save':
        return save(message.name, message.format, message.data)
      default:
        return message satisfies never
    }
  }

  /** The same words as the editor's own hover on the region's addresses. */
  async #hover(box: number, { uri, range }: Place): Promise<void> {
    const params: HoverBlocksParams = { uri, position: range.start }
    const blocks = await this.#client.sendRequest<readonly SimpleBlock[]>(HOVER_BLOCKS, params).catch(() => [])
    this.#send({ type: 'hover', box, blocks: blocks ?? [] })
  }

  /** A configuration outside the system that is shown becomes the one that is shown. */
  #follow(editor: vscode.TextEditor | undefined): void {
    const uri = editor?.document.languageId === 'c' ? editor.document.uri.toString() : undefined
    if (!this.#panel?.visible || uri === undefined || uri === this.#uri || this.#files.has(uri)) return
    void this.#followIfMap(uri)
  }

  async #followIfMap(uri: string): Promise<void> {
    const answer = await this.#client.sendRequest<SystemMapAnswer | null>(SYSTEM_MAP, { uri }).catch(() => null)
    if (!answer?.map || !this.#panel) return
    this.#turnTo(uri)
    await this.#refresh()
  }

  #cursor({ document, selection }: vscode.TextEditor): void {
    const uri = document.uri.toString()
    if (!this.#panel?.visible || !this.#files.has(uri)) return
    this.#select(uri, selection.active)
  }

  #select(uri: string, { line, character }: Position): void {
    const range = { start: { line, character }, end: { line, character } }
    this.#send({ type: 'cursor', place: { uri, range } })
  }
}

const questionOf = ({ alternative, commands }: Extract<FromPage, { type: 'ask' }>): Omit<SystemMapParams, 'uri'> => ({
  ...(alternative !== undefined && { alternative }),
  commands,
})

async function save(name: string, format: 'svg' | 'png', data: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.parse('file:///')
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, `${name}.${format}`),
    filters: { [format.toUpperCase()]: [format] },
  })
  if (target) await vscode.workspace.fs.writeFile(target, bytesOf(data))
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
