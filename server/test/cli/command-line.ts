import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { run } from '../../src/cli/run.ts'

export const fixtures = join(import.meta.dirname, '../../../test-fixtures')

interface Outcome {
  readonly status: number
  readonly out: string
  readonly err: string
}

/** Runs the command line as a shell would, in a folder. */
export async function jailhouseWarden(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  const printed = { out: '', err: '' }
  const status = await run(args, {
    cwd,
    colours: false,
    out: text => {
      printed.out += text
    },
    err: text => {
      printed.err += text
    },
  })
  return { status, ...printed }
}

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder of this test's own. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'jailhouse-warden-test-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export const readIn = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8')

/** The smallest cell, right as it stands; `extra` are further fields of its descriptor. */
export const cell = (extra = '') => `#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
} __attribute__((packed)) config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.architecture = JAILHOUSE_ARM64,
		.name = "tiny",
		.flags = JAILHOUSE_CELL_PASSIVE_COMMREG,
		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),${extra}
	},
	.cpus = { 0x2 },
	.mem_regions = {
		{
			.phys_start = 0x50000000,
			.size = 0x10000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE,
		},
		{
			.virt_start = 0x80000000,
			.size = 0x1000,
			.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION,
		},
	},
};
`
