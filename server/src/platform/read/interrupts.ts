import type { SourceFile } from '../../text/source-file.ts'
import type { InterruptUse, Source } from '../model.ts'
import { linesOf, wordsOf } from './lines.ts'

/** `/proc/interrupts`, and the table of `/sys/kernel/irq` that our collector makes. */

const GIC_CHIPS: ReadonlySet<string> = new Set(['GIC', 'GIC-0', 'GICv2', 'GICv3', 'GICv4'])
const IOAPIC_CHIPS: ReadonlySet<string> = new Set(['IO-APIC', 'IR-IO-APIC'])

const controllerOf = (chip: string): InterruptUse['controller'] | undefined =>
  GIC_CHIPS.has(chip) ? 'gic' : IOAPIC_CHIPS.has(chip) ? 'ioapic' : undefined

export const isInterruptsHeader = (text: string): boolean => {
  const words = wordsOf(text)
  return words.length > 0 && words.every(word => /^CPU\d+$/.test(word))
}

/** Lines of controllers that number themselves (MSI, GPIO) are left out. Undefined without the header. */
export function readInterrupts(file: SourceFile, source: Source): readonly InterruptUse[] | undefined {
  const lines = linesOf(file)
  const header = lines.findIndex(({ text }) => isInterruptsHeader(text))
  if (header < 0) return undefined
  const cpus = wordsOf(lines[header]?.text ?? '').length
  return lines.slice(header + 1).flatMap(({ text, span }) => {
    const words = wordsOf(text)
    if (!/^\d+:$/.test(words[0] ?? '')) return []
    const [chip = '', ...rest] = words.slice(1 + cpus)
    const controller = controllerOf(chip)
    const id = Number.parseInt(rest[0] ?? '', 10)
    if (!controller || !Number.isSafeInteger(id) || id < 0) return []
    // `33 Level uart` or `2-edge timer`
    const actions = rest.slice(/^\d+-/.test(rest[0] ?? '') ? 1 : 2).join(' ')
    return [{ source, span, id, controller, actions }]
  })
}

/** Chip, line, trigger and actions, divided by tabs. Lines without an action have nobody behind them. */
export const readIrqTable = (file: SourceFile, source: Source): readonly InterruptUse[] =>
  linesOf(file).flatMap(({ text, span }) => {
    const [chip = '', line = '', , actions = ''] = text.split('\t')
    const controller = controllerOf(chip)
    if (!controller || !/^\d{1,9}$/.test(line) || actions === '' || actions === '(null)') return []
    return [{ source, span, id: Number(line), controller, actions }]
  })
