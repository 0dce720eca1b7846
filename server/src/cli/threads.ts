import type { MessagePort, Worker } from 'node:worker_threads'
import { loadGrammar } from '../c/parse/grammar.ts'
import type { FileLookup } from '../c/unit.ts'
import { withBuiltins } from '../config/includes.ts'
import { checkShare, lostShare, type Question, type Share, type ShareResult } from './check-share.ts'
import { Files } from './files.ts'
import { type PackedResult, packed, unpacked } from './packed-result.ts'
import type { Terminal } from './terminal.ts'

/** What a thread gets to begin with: `next` is the index of the share that nobody has begun, for all threads together. */
interface Order {
  readonly question: Question
  readonly shares: readonly Share[]
  readonly next: SharedArrayBuffer
}

/** What a thread says: the share that it begins, by its index, and what came of it. */
interface Report {
  readonly index: number
  readonly result?: PackedResult
}

/** Takes shares until none is left. */
function* taken({ shares, next }: Order): Iterable<{ readonly index: number; readonly share: Share }> {
  const counter = new Int32Array(next)
  for (;;) {
    const index = Atomics.add(counter, 0, 1)
    const share = shares[index]
    if (!share) return
    yield { index, share }
  }
}

/** The life of a thread: one order. */
export function serve(port: MessagePort): void {
  port.once('message', async (order: Order) => {
    await loadGrammar()
    const files = new Files()
    for (const main of order.question.mains) files.put(main)
    for (const { index, share } of taken(order)) {
      const post = (report: Report) => port.postMessage(report)
      post({ index })
      post({ index, result: packed(await checkShare(share, order.question, files)) })
    }
    port.close()
  })
}

/** A thread from its beginning to its end, of which it may tell why it came. */
interface Thread {
  readonly worker: Worker
  readonly ended: Promise<unknown>
}

/** The threads beside this one, which load while it finds out what there is to do. */
export class Threads {
  readonly #others: readonly Thread[]

  constructor(count: number, { startThread }: Pick<Terminal, 'startThread'>) {
    this.#others = startThread ? Array.from({ length: count - 1 }, () => watched(startThread())) : []
  }

  get count(): number {
    return 1 + this.#others.length
  }

  /** Results in the order of the shares. A thread that fails costs the share it had begun. */
  async check(
    shares: readonly Share[],
    question: Question,
    files: Files,
    onProgress: (begun: number) => void = () => undefined,
  ): Promise<readonly ShareResult[]> {
    const order: Order = { question, shares, next: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) }
    const fileOf = withBuiltins(files.lookup)
    const others = this.#others.map(thread => resultsOf(thread, order, fileOf))
    const results = new Map<number, ShareResult>()
    for (const { index, share } of taken(order)) {
      onProgress(index)
      results.set(index, await checkShare(share, question, files))
    }
    for (const [index, result] of (await Promise.all(others)).flatMap(each => [...each])) results.set(index, result)
    return shares.map((share, index) => results.get(index) ?? lostShare(share, question, 'no thread began to check it'))
  }

  async end(): Promise<void> {
    await Promise.all(this.#others.map(({ worker }) => worker.terminate()))
  }
}

/** A thread may end before anybody asks it anything. */
const watched = (worker: Worker): Thread => ({
  worker,
  ended: new Promise(resolve => {
    worker.on('error', resolve)
    worker.on('exit', () => resolve('the thread ended'))
  }),
})

/** What a thread makes of its order, by the indices of the shares; of what it did not finish, why. */
async function resultsOf({ worker, ended }: Thread, order: Order, fileOf: FileLookup) {
  const begun = new Set<number>()
  const results = new Map<number, ShareResult>()
  worker.on('message', ({ index, result }: Report) => {
    if (result) results.set(index, unpacked(result, fileOf))
    else begun.add(index)
  })
  worker.postMessage(order)
  const reason = await ended
  for (const index of begun)
    if (!results.has(index)) results.set(index, lostShare(order.shares[index]!, order.question, reason))
  return results
}
