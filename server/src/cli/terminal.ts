import { styleText } from 'node:util'

/** What a command talks to. Tests lend it arrays; `main.ts` the process. */
export interface Terminal {
  /** Folder that relative paths count from. */
  readonly cwd: string
  readonly colours: boolean
  out(text: string): void
  err(text: string): void
}

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'cyan' | 'green' | 'magenta'

export const styled = (
  { colours }: Pick<Terminal, 'colours'>,
  style: Style | readonly Style[],
  text: string,
): string => (colours ? styleText(style as Parameters<typeof styleText>[0], text, { validateStream: false }) : text)

/** Colours where somebody looks, unless the environment says otherwise. */
export function wantsColours(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return isTerminal && TERM !== 'dumb'
}
