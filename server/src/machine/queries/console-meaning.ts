import type { CellConfig, MemoryRegion } from '../../config/model.ts'
import { phys } from '../../config/ranges.ts'
import type { ConsoleLine } from '../hypervisor.ts'
import type { Machine, Stage } from '../stage.ts'
import type { LineMeaning } from './answers.ts'
import { contextsOf, cpuReach, dmaReachOf } from './reach.ts'

/** The lines a stage printed and what each means in this very state. */
export const consoleMeanings = (machine: Machine, stage: Stage): readonly LineMeaning[] =>
  stage.console.map(line => meaningOf(machine, stage, line))

function meaningOf(machine: Machine, stage: Stage, line: ConsoleLine): LineMeaning {
  const meaning = (weight: LineMeaning['weight'], meaning: string): LineMeaning => ({ line, weight, meaning })
  switch (line.topic) {
    case 'progress':
      return meaning('progress', 'a step was done')
    case 'shared-memory':
      return meaning('progress', 'a second cell joined the shared memory link')
    case 'stream-assigned':
      return meaning('progress', 'the stream now belongs to the cell named')
    case 'pvu-cannot-unmap':
      return cannotUnmap(machine, stage, line)
    case 'pvu-entries':
      return meaning('serious', 'the list of 128 PVU entries is full: the region is not mapped and the command fails')
    case 'pvu-alignment':
      return meaning('serious', 'no PVU page size fits the addresses: the region is not mapped and the command fails')
    case 'pvu-tlbs':
      return meaning('serious', 'the driver counts too few free TLBs to chain: the command fails')
    case 'pvu-virtid':
      return meaning(
        'serious',
        'the PVU has fewer TLBs than the driver needs for eight stream IDs: Jailhouse stays off',
      )
    case 'remap-failed':
      return remapFailed(stage, line)
    case 'pci-device-lost':
      return meaning('serious', 'this device is not returned to the root cell')
    case 'mmio-overflow':
      return meaning('serious', 'the table of trapped regions is full: accesses to this region stop the CPU')
    case 'message-timeout':
      return meaning('serious', 'the cell did not reply and is now marked as failed; the command continued')
    case 'driver':
      return meaning('serious', 'logged by Linux: the command reports success, but there is no such cell')
    case 'fatal':
      return meaning('serious', 'the hypervisor stopped; the machine needs a reset')
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
      meaning: `harmless here: no PVU entry of "${cell?.name ?? 'the cell'}" covers this memory; the driver looks only at the flags of the region it is given`,
    }
  return {
    line,
    weight: 'serious',
    meaning: `devices of "${cell.name}" behind stream ${kept.join(', ')} still reach region ${region.index}: their entries stay until Jailhouse is disabled`,
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
    ? 'the root cell got only part of this memory back'
    : 'the root cell does not get this memory back: touching it stops a CPU of the root cell'
  return { line, weight: 'serious', meaning }
}
