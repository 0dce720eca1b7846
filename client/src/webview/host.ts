import type { SystemMapAnswer } from '../../../server/src/lsp/protocol.ts'
import type { FromPage, PageData, ToPage } from './state.ts'

/** Who stands behind the page: the editor, or nobody, when the page is a file with its answers inside. */
export interface Host {
  readonly isAlone: boolean
  send(message: FromPage): void
  /** What the page began with. */
  start(receive: (message: ToPage) => void): void
}

declare function acquireVsCodeApi(): { postMessage(message: unknown): void; setState(state: unknown): void }

export function pageData(): PageData {
  const text = document.getElementById('data')?.textContent
  return text ? (JSON.parse(text) as PageData) : {}
}

export const hostOf = (data: PageData): Host => (data.answers ? alone(data.answers) : editor(data))

function editor({ uri }: PageData): Host {
  const api = acquireVsCodeApi()
  if (uri !== undefined) api.setState({ uri })
  return {
    isAlone: false,
    send: message => api.postMessage(message),
    start: receive => {
      window.addEventListener('message', ({ data }: { readonly data: ToPage }) => {
        // The file that is followed now is the one to open again.
        if (data.type === 'map') api.setState({ uri: data.uri })
        receive(data)
      })
      api.postMessage({ type: 'start' } satisfies FromPage)
    },
  }
}

function alone(answers: readonly SystemMapAnswer[]): Host {
  let receive: (message: ToPage) => void = () => undefined
  const answer = (alternative: number) => receive({ type: 'map', uri: '', answer: answers[alternative] ?? null })
  return {
    isAlone: true,
    send: message => {
      if (message.type === 'ask') answer(message.alternative ?? 0)
      if (message.type === 'save') download(message.name, message.data, message.format)
    },
    start: to => {
      receive = to
      answer(0)
    },
  }
}

/** `data` is base64. */
function download(name: string, data: string, format: 'svg' | 'png'): void {
  const link = document.createElement('a')
  link.download = `${name}.${format}`
  link.href = `data:image/${format === 'svg' ? 'svg+xml' : 'png'};base64,${data}`
  link.click()
}
