import { CON_ACCESS_MMIO } from '../../config/constants.ts'
import { at } from '../../config/places.ts'
import { hex } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './console-elsewhere.md'
import { consoleOf } from './consoles.ts'
import { basis, relatedFacts } from './words.ts'

export const consoleElsewhere: BoardRule = {
  kind: 'board',
  code: 'JH932',
  id: 'console-elsewhere',
  title: 'Debug console other than the console of the board',
  severity: 'information',
  constraints: [],
  page,
  *check(subject) {
    const { console, uart } = consoleOf(subject) ?? {}
    const { board, uarts } = subject.platform
    if (!console || !board || !(console.flags & CON_ACCESS_MMIO) || uarts.length === 0) return
    const stdout = uarts.find(({ path }) => path === board.stdout)
    if (uart && (!stdout || stdout.path === uart.path)) return
    const what = uart ? uart.name : 'not a UART of the device tree'
    yield {
      span: at(console, 'address'),
      headline: `the console at ${hex(console.address)} is ${what}, not the console of the board`,
      notes: [
        ...(stdout ? [`stdout-path is ${stdout.name}, at ${hex(stdout.range.start)} for the CPUs`] : []),
        basis(board),
      ],
      ...(stdout && relatedFacts([stdout, 'the console of the board'])),
      key: 'console',
    }
  },
}
