import type { Platform } from '../../platform/model.ts'
import { hex } from '../../text/words.ts'
import type { Made, RootOptions } from './made.ts'
import { type MemoryPlan, planMemory, ramOf } from './memory-plan.ts'
import { armRoot } from './root-arm.ts'
import { pcRoot } from './root-pc.ts'

/** A new root cell from facts of its machine. */

export function newRoot(platform: Platform, options: RootOptions): Made {
  if (!platform.architecture) return { missing: 'the architecture; give a device tree, or a tarball of a PC' }
  const plan = planMemory(platform, options.memory)
  if (!plan)
    return {
      missing: `${ramOf(platform).length > 0 ? 'RAM with room for Jailhouse and its cells' : 'RAM; give /proc/iomem'}, or give the memory for Jailhouse with --memory START,SIZE`,
    }
  const made = platform.architecture === 'x86' ? pcRoot(platform, plan, options) : armRoot(platform, plan, options)
  return 'missing' in made ? made : { ...made, notes: [...notesOn(plan, platform), ...made.notes] }
}

function notesOn({ isProposal, reserved }: MemoryPlan, { architecture }: Platform): readonly string[] {
  if (!isProposal) return []
  const size = (reserved.end - reserved.start) >> 20n
  const start = `${hex(reserved.start)}`
  return [
    architecture === 'x86'
      ? `nothing reserves memory yet: start the kernel with memmap=${size}M$${start} (in /etc/default/grub: memmap=${size}M\\\\\\$${start})`
      : `nothing reserves memory yet: add a reserved-memory node jailhouse@${start.slice(2)} of ${size} MiB with no-map to the device tree`,
  ]
}
