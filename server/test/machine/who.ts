import type { DmaContext } from '../../src/machine/hypervisor.ts'
import { contextsOf, dmaReach } from '../../src/machine/queries/reach.ts'
import type { Machine, Stage } from '../../src/machine/stage.ts'

/** What devices see, in words that fit a line. */

function translationText({ translation }: DmaContext): string {
  if (translation.kind !== 'tables') return translation.kind
  const { of, shared, isAbandoned, stale } = translation
  const whose = shared ? `CPU tables of ${of.name}` : `device tables of ${of.name}`
  return `${isAbandoned ? 'abandoned ' : ''}${whose}${stale ? ', stale ones cached' : ''}`
}

/** Each stream or device with how it is translated. */
export const translations = ({ scenario }: Machine, { state }: Stage): readonly string[] =>
  contextsOf(state, scenario).map(context => `${context.device}: ${translationText(context)}`)

/** Devices that reach the byte at `address`, with `w` where they may write. */
export const devicesAt = ({ scenario }: Machine, { state }: Stage, address: bigint): readonly string[] =>
  dmaReach(state, scenario, { start: address, end: address + 1n }).map(({ device, write }) =>
    write ? `${device} w` : device,
  )
