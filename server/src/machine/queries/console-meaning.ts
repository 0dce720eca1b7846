import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { phys } from '../../config/ranges.ts'
import { message, type Words } from '../../text/message.ts'
import type { ConsoleLine } from '../hypervisor.ts'
import type { Machine, Stage } from '../stage.ts'
import type { LineMeaning } from './answers.ts'
import { contextsOf, cpuReach, dmaReachOf } from './reach.ts'

/** The lines a stage printed and what each means in this very state. */
export const consoleMeanings = (machine: Machine, stage: Stage): readonly LineMeaning[] =>
  stage.console.map(line => meaningOf(machine, stage, line))

function meaningOf(machine: Machine, stage: Stage, line: ConsoleLine): LineMeaning {
  const meaning = (weight: LineMeaning['weight'], meaning: Words): LineMeaning => ({ line, weight, meaning })
  switch (line.topic) {
    case 'progress':
      return meaning('progress', message('a step was done'))
    case 'shared-memory':
      return meaning('progress', message('a second cell joined the shared memory link'))
    case 'stream-assigned':
      return meaning('progress', message('the stream now belongs to the cell named'))
    case 'pvu-cannot-unmap':
      return cannotUnmap(machine, stage, line)
    case 'pvu-entries':
      return meaning(
        'serious',
        message('the list of 128 PVU entries is full: the region is not mapped and the command fails'),
      )
    case 'pvu-alignment':
      return meaning(
        'serious',
        message('no PVU page size fits the addresses: the region is not mapped and the command fails'),
      )
    case 'pvu-tlbs':
      return meaning('serious', message('the driver counts too few free TLBs to chain: the command fails'))
    case 'pvu-virtid':
      return meaning(
        'serious',
        message('the PVU has fewer TLBs than the driver needs for eight stream IDs: Jailhouse stays off'),
      )
    case 'remap-failed':
      return remapFailed(stage, line)
    case 'pci-device-lost':
      return meaning('serious', message('this device is not returned to the root cell'))
    case 'mmio-overflow':
      return meaning('serious', message('the table of trapped regions is full: accesses to this region stop the CPU'))
    case 'message-timeout':
      return meaning('serious', message('the cell did not reply and is now marked as failed; the command continued'))
    case 'cpu-parked':
      return meaning('serious', message('nothing may be executed where the cell begins: its first CPU is parked'))
    case 'driver':
      return meaning('serious', message('logged by Linux: the command reports success, but there is no such cell'))
    case 'fatal':
      return meaning('serious', message('the hypervisor stopped; the machine needs a reset'))
    default:
      return line.topic satisfies never
  }
}

/**
 * The driver prints this whenever a region with the DMA flag leaves a running cell. Whether anything stays behind is to
 * be seen in the entries of the cell's streams.
 */
function cannotUnmap(machine: Machine, stage: Stage, line: ConsoleLine): LineMeaning {
  const { cell, region } = line
  const kept = cell && region ? streamsThatKeep(machine, stage, cell, region) : []
  if (!cell || !region || kept.length === 0)
    return {
      line,
      weight: 'harmless',
      meaning: message(
        'harmless here: no PVU entry of "{0}" covers this memory; the driver looks only at the flags of the region it is given',
        cell?.name ?? '',
      ),
    }
  return {
    line,
    weight: 'serious',
    meaning: message(
      'devices of "{0}" behind stream {1} still reach region {2}: their entries stay until Jailhouse is disabled',
      cell.name,
      kept.join(', '),
      region.index,
    ),
  }
}

function streamsThatKeep(machine: Machine, stage: Stage, cell: CellConfig, region: MemoryRegion): readonly number[] {
  const reaching = contextsOf(stage.state, machine.scenario)
    .filter(({ owners }) => owners.includes(cell))
    .filter(context => context.translation.kind === 'entries' && dmaReachOf(context, phys(region)).length > 0)
    .map(({ streamId }) => streamId ?? 0)
  return [...new Set(reaching)]
}

function remapFailed(stage: Stage, line: ConsoleLine): LineMeaning {
  const { region } = line
  const mapsIt = region && cpuReach(stage.state, phys(region)).some(({ cell }) => cell.isRoot)
  const meaning = mapsIt
    ? message('the root cell got only part of this memory back')
    : message('the root cell does not get this memory back: touching it stops a CPU of the root cell')
  return { line, weight: 'serious', meaning }
}
