import type { SourceFile } from '../text/source-file.ts'
import { folderOf, foldersAbove } from '../text/uri.ts'
import { IRQ_BITMAP_BITS } from './pins.ts'
import { fileAt, type MissingFiles, type Project } from './project.ts'

/** What the `configs/Makefile` of a tree gives the compiler, beside what stands in the file itself. */
export interface TreeBuild {
  /** The folder of `cell-config.h`. */
  readonly headers: string
  readonly includeDirs: readonly string[]
  readonly forceIncludes: readonly string[]
  readonly defines: Readonly<Record<string, string>>
}

const CELL_CONFIG = 'jailhouse/cell-config.h'

/** Where a tree keeps it: since version 0.8, and before. */
const HOMES: readonly string[] = ['include/', 'hypervisor/include/']

/** The rules of the nearest tree above a file; undefined where there is none. */
export function treeBuild(main: SourceFile, project: Project, missing: MissingFiles): TreeBuild | undefined {
  for (const base of foldersAbove(main.uri))
    for (const home of HOMES)
      if (fileAt(base + home + CELL_CONFIG, project, missing)) return buildIn(base, base + home, main, project, missing)
  return undefined
}

function buildIn(base: string, headers: string, main: SourceFile, project: Project, missing: MissingFiles): TreeBuild {
  const architecture = architectureFolder(base, main)
  const config = `${headers}jailhouse/config.h`
  return {
    headers,
    includeDirs: [
      ...(architecture ? [`${base}hypervisor/arch/${architecture}/include/`] : []),
      `${base}hypervisor/include/`,
      ...(headers === `${base}hypervisor/include/` ? [] : [headers]),
      ...(architecture ? [`${base}configs/${architecture}/include/`] : []),
    ],
    forceIncludes: fileAt(config, project, missing) ? [config] : [],
    defines: {
      __LINUX_COMPILER_TYPES_H: '1',
      ...(architecture === 'riscv' && RISCV),
      ...(architecture?.startsWith('arm') && hypervisorSizes(base, project, missing)),
    },
  }
}

/** What the hypervisor of the tree has room for, where it is not upstream's: `irq_bitmap` of its `struct arch_cell`. */
function hypervisorSizes(base: string, project: Project, missing: MissingFiles): TreeBuild['defines'] {
  const file = fileAt(`${base}hypervisor/arch/arm-common/include/asm/cell.h`, project, missing)
  const bits = /\birq_bitmap\[(\d{1,5}) ?\/ ?32\]/.exec(file?.text ?? '')?.[1]
  return bits === undefined || bits === '1024' ? {} : { [IRQ_BITMAP_BITS]: bits }
}

/** What the compiler for this architecture defines and headers of forks ask. */
const RISCV = { __riscv: '1', __riscv_xlen: '64' } as const

/** `$(SRCARCH)`: the folder below `configs/`; old trees have all configurations in one. */
function architectureFolder(base: string, main: SourceFile): string | undefined {
  const folder = folderOf(main.uri)
  const configs = `${base}configs/`
  const [architecture] = folder.startsWith(configs) ? folder.slice(configs.length).split('/') : []
  return architecture || undefined
}
