import type { CancellationToken } from 'vscode-languageserver'

/** Counts what happens to documents, files and settings, for those who wait for something new. */
export class Changes {
  #count = 0
  #waiting: (() => void)[] = []

  get count(): number {
    return this.#count
  }

  notice(): void {
    this.#count++
    for (const resume of this.#waiting.splice(0)) resume()
  }

  /** Resolves once more has happened than `count`, or nobody wants to know any more. */
  async after(count: number, token: CancellationToken): Promise<void> {
    if (count < this.#count || token.isCancellationRequested) return
    await new Promise<void>(resolve => {
      this.#waiting.push(resolve)
      token.onCancellationRequested(() => resolve())
    })
  }
}
