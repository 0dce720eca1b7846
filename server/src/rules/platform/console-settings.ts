import {
  CON_MDR_QUIRK,
  CON_TYPE_8250,
  CON_TYPE_IMX,
  CON_TYPE_IMX_LPUART,
  CON_TYPE_MVEBU,
  CON_TYPE_SCIF,
  CON_TYPE_XUARTPS,
} from '../../config/constants.ts'
import { type Config, type Console, cellOf } from '../../config/model.ts'
import { at } from '../../config/places.ts'
import { hex } from '../../text/words.ts'
import { typeName } from '../board/consoles.ts'
import type { ConfigRule, RawFinding } from '../rule.ts'
import page from './console-settings.md'

/** The drivers that leave the speed as they find it, in the hypervisor as in the library of the inmates. */
const WITHOUT_DIVIDER: ReadonlySet<number> = new Set([
  CON_TYPE_XUARTPS,
  CON_TYPE_MVEBU,
  CON_TYPE_IMX,
  CON_TYPE_IMX_LPUART,
  CON_TYPE_SCIF,
])

/** Those with registers of their own, unlike the 8250. */
const isOther = (type: number): boolean => CON_TYPE_8250 < type && type <= CON_TYPE_SCIF

/** What is set for another driver shows that the type is not the one that was meant. */
export const consoleSettings: ConfigRule = {
  kind: 'config',
  code: 'JH711',
  id: 'console-settings',
  title: 'Console setting without effect',
  severity: 'warning',
  constraints: [],
  page,
  *check(config: Config) {
    const { header, console } = cellOf(config)
    const hasQuirk = header.constant('JAILHOUSE_CON_MDR_QUIRK') === BigInt(CON_MDR_QUIRK)
    for (const each of config.kind === 'system' ? [config.debug_console] : [console]) {
      if (!each.source?.fields.has('type') || !isOther(each.type)) continue
      if (hasQuirk && each.flags & CON_MDR_QUIRK) yield faultOf(each, 'JAILHOUSE_CON_MDR_QUIRK', 'flags')
      else if (each.divider !== 0 && WITHOUT_DIVIDER.has(each.type))
        yield faultOf(each, `divider ${hex(each.divider)}`, 'divider')
    }
  },
}

const faultOf = (console: Console, what: string, field: 'flags' | 'divider'): RawFinding => ({
  span: at(console, 'type'),
  headline: `the driver of ${typeName(console.type)} does not read ${what}`,
  notes: ['it is set for another UART: where that is what the board has, nothing is printed'],
  help: `correct the type, or remove ${what}`,
  related: [{ span: at(console, field), text: what }],
  key: field,
})
