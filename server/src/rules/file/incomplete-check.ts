import { shortened } from '../../text/words.ts'
import type { GapRule } from '../rule.ts'
import page from './incomplete-check.md'

/** A message may quote a file, and be as long as it likes. */
const MAX_MESSAGE = 200

const TIME_WAS_UP = {
  notes: [
    'an editor gives a check 1.5 s of processor time and logs what took long; the command line gives each file 10 s',
  ],
  help: 'divide the configuration, or check it on the command line',
  key: 'time',
} as const

const TOO_MANY = {
  notes: ['no machine is divided among so many; docs/limits.md lists the bounds'],
  help: 'list what runs together in systems of their own, in files of their own',
} as const

/** A check that ended early must not pass for a clean one. */
export const incompleteCheck: GapRule = {
  kind: 'gap',
  code: 'JH192',
  id: 'incomplete-check',
  title: 'Incomplete check',
  severity: 'error',
  constraints: [],
  page,
  *check({ file, stage, bound, ...failure }) {
    const span = { file, start: 0, end: 0 }
    if (bound !== undefined) {
      yield { span, severity: 'warning', headline: bound, ...TOO_MANY, key: stage }
      return
    }
    if (!('error' in failure)) {
      yield { span, severity: 'warning', headline: `given up ${stage}: the check takes too long`, ...TIME_WAS_UP }
      return
    }
    const { error } = failure
    const message = shortened(String(error), MAX_MESSAGE)
    yield {
      span,
      headline: `internal error while ${stage}: this check is incomplete`,
      notes: [message],
      help: 'report it with its stack trace, which is in the log',
      key: message,
      trace: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  },
}
