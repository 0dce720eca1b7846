import { at } from '../../config/places.ts'
import { hex } from '../../text/words.ts'
import type { FactsRule } from '../rule.ts'
import page from './facts-of-another-machine.md'
import { isOtherMachine } from './subject.ts'

/** All other board rules stay silent then. */
export const factsOfAnotherMachine: FactsRule = {
  kind: 'facts',
  code: 'JH902',
  id: 'facts-of-another-machine',
  title: 'Facts of another machine',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    if (!isOtherMachine(subject)) return
    const { scenario, platform } = subject
    const { architecture, platform_info, debug_console } = scenario.root
    const isOtherArchitecture = architecture !== platform.architecture && platform.architecture !== undefined
    yield {
      span: isOtherArchitecture ? at(scenario.root, 'architecture') : at(platform_info, 'arm.gicd_base'),
      headline: isOtherArchitecture
        ? `the facts are of ${platform.architecture}, the configuration is for ${architecture}`
        : 'the facts are of another machine: neither interrupt controller nor console fit',
      notes: isOtherArchitecture
        ? ['nothing else of the facts is checked']
        : [
            `GICD is ${hex(platform.gic?.gicd.start ?? 0n)} there and ${hex(platform_info.arm?.gicd_base ?? 0n)} here; no UART is at ${hex(debug_console.address)}`,
            'nothing else of the facts is checked',
          ],
      key: 'machine',
    }
  },
}
