import { beforeAll } from 'vitest'
import { type Analysis, analyze } from '../src/analyze.ts'
import { loadGrammar } from '../src/c/parse/grammar.ts'
import { defaultSettings, type Project, type Settings } from '../src/config/project.ts'
import type { SourceFile } from '../src/text/source-file.ts'
import { folderOf } from '../src/text/uri.ts'

/** Files in memory, by their path below `file:///`. Nothing else exists. */
export interface Files {
  readonly [path: string]: string
}

export interface Desk {
  readonly project: Project
  file(path: string): SourceFile
  analyze(path: string): Analysis
}

/** A project over files in memory. */
export function desk(
  files: Files,
  { settings = {}, pins = {} }: { settings?: Partial<Settings>; pins?: Record<string, string> } = {},
): Desk {
  const byUri = new Map(Object.entries(files).map(([path, text]) => [uriOf(path), { uri: uriOf(path), text }]))
  const project: Project = {
    lookup: uri => byUri.get(uri) ?? 'absent',
    list: folder => [...byUri.keys()].filter(uri => folderOf(uri) === folder),
    settings: { ...defaultSettings, ...settings },
    pins: new Map(Object.entries(pins).map(([cell, root]) => [uriOf(cell), uriOf(root)])),
    known: [...byUri.values()],
  }
  const file = (path: string) => byUri.get(uriOf(path))!
  return { project, file, analyze: path => analyze(file(path), project) }
}

export const uriOf = (path: string): string => `file:///${path}`

/** The parser is wasm: it must be there before the first analysis. */
export const withGrammar = (): void => {
  beforeAll(loadGrammar)
}

/** A root of one region and one CPU, with whatever else a test needs; designators as in the file. */
export const root = (header = '', arrays = '', declarations = ''): string => `
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct {
  struct jailhouse_system header;
  __u64 cpus[1];
  struct jailhouse_memory mem_regions[1];
  ${declarations}
} __attribute__((packed)) config = {
  .header = {
    .signature = JAILHOUSE_SYSTEM_SIGNATURE,
    .revision = JAILHOUSE_CONFIG_REVISION,
    .architecture = JAILHOUSE_ARM64,
    .hypervisor_memory = { .phys_start = 0x70000000, .size = 0x400000 },
    .platform_info.arm = { .gic_version = 3, .gicd_base = 0x1800000, .gicr_base = 0x1900000, .maintenance_irq = 25 },
    .root_cell = {
      .name = "root",
      .cpu_set_size = sizeof(config.cpus),
      .num_memory_regions = ARRAY_SIZE(config.mem_regions),
      ${header}
    },
  },
  .cpus = { 0xf },
  .mem_regions = {
    {
      .phys_start = 0x80000000, .virt_start = 0x80000000, .size = 0x10000000,
      .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA,
    },
  },
  ${arrays}
};
`

/** An inmate of one region and one CPU. */
export const inmate = (name: string, header = '', arrays = '', declarations = ''): string => `
#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>
struct {
  struct jailhouse_cell_desc cell;
  __u64 cpus[1];
  struct jailhouse_memory mem_regions[1];
  ${declarations}
} __attribute__((packed)) config = {
  .cell = {
    .signature = JAILHOUSE_CELL_DESC_SIGNATURE,
    .revision = JAILHOUSE_CONFIG_REVISION,
    .architecture = JAILHOUSE_ARM64,
    .name = "${name}",
    .cpu_set_size = sizeof(config.cpus),
    .num_memory_regions = ARRAY_SIZE(config.mem_regions),
    ${header}
  },
  .cpus = { 0x8 },
  .mem_regions = {
    {
      .phys_start = 0x88000000, .virt_start = 0x88000000, .size = 0x1000000,
      .flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,
    },
  },
  ${arrays}
};
`
