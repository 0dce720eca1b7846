/** Asking the system takes longer than a rule does, and what takes less than this needs no better measure. */
const STEP_MS = 100

/** Milliseconds of the processor that the process has taken. */
export class ProcessorTime {
  #next = 0
  #spent = 0

  readonly now = (): number => {
    const now = performance.now()
    if (now < this.#next) return this.#spent
    const { user, system } = process.cpuUsage()
    this.#next = now + STEP_MS
    this.#spent = (user + system) / 1000
    return this.#spent
  }
}
