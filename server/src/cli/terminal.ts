import { styleText } from 'node:util'
import type { Worker } from 'node:worker_threads'
import { visibleLines } from '../text/visible.ts'

/** What a command talks to. Tests lend it arrays; `main.ts` the process. */
export interface Terminal {
  /** Folder that relative paths count from. */
  readonly cwd: string
  readonly colours: boolean
  out(text: string): void
  err(text: string): void
  /** Bytes as they are, where a file or another program takes them. */
  outBytes?(bytes: Uint8Array): void
  /** Wipes what is seen, where somebody looks. */
  clear?(): void
  /** Shows how far it is in a line that goes with the next, where somebody looks; without words it goes. */
  progress?(words?: string): void
  /** Another thread of this program, where it has a file of its own: `serve` is its life. */
  startThread?(): Worker
}

/** What files say reaches the terminal as text only; colours are the only escape sequences that pass. */
export const guarded = (terminal: Terminal): Terminal => {
  const shown = (text: string) =>
    terminal.colours
      ? text
          .split(COLOUR)
          .map((part, i) => (i % 2 ? part : visibleLines(part)))
          .join('')
      : visibleLines(text)
  return { ...terminal, out: text => terminal.out(shown(text)), err: text => terminal.err(shown(text)) }
}

const COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[[0-9;]{1,12}m)`)

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green' | 'magenta'

export const styled = (
  { colours }: Pick<Terminal, 'colours'>,
  style: Style | readonly Style[],
  text: string,
): string => (colours ? styleText(style as Parameters<typeof styleText>[0], text, { validateStream: false }) : text)

/** Colours where somebody looks, unless the environment says otherwise. */
export function supportsColours(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return isTerminal && TERM !== 'dumb'
}
