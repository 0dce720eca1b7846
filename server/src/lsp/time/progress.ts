import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver'
import type { Session } from '../session.ts'

/** How far some work is, for the user to see. */
export interface Progress {
  /** `part` is between 0 and 1. */
  report(part: number, words: string): void
  done(): void
}

/** What is done sooner is not worth a word. */
const PROGRESS_DELAY_MS = 500

/** Tells of work once it has taken a while, where the client shows such things. */
export function progressAfter(connection: Connection, { capabilities }: Session, title: string): Progress {
  if (!capabilities.workDoneProgress) return { report: () => undefined, done: () => undefined }
  const since = Date.now()
  let reporter: Promise<WorkDoneProgressServerReporter | undefined> | undefined
  let isDone = false
  const begin = async (): Promise<WorkDoneProgressServerReporter | undefined> => {
    const created = await connection.window.createWorkDoneProgress().catch(() => undefined)
    created?.begin(title, 0)
    return created
  }
  return {
    report(part, words) {
      if (Date.now() - since < PROGRESS_DELAY_MS) return
      reporter ??= begin()
      void reporter.then(shown => !isDone && shown?.report(Math.round(part * 100), words))
    },
    done() {
      isDone = true
      void reporter?.then(shown => shown?.done())
    },
  }
}
