import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** What gcc and objcopy made of a file: bytes, or gcc's first words of complaint. */
export type GccOutput = { readonly bytes: Uint8Array } | { readonly refused: string }

/** Folders and files a tree's own `configs/Makefile` gives the compiler for a configuration of that architecture. */
export interface TreeOptions {
  readonly includeDirs: readonly string[]
  readonly forceIncludes: readonly string[]
  readonly defines: Readonly<Record<string, string>>
}

/** As `configs/Makefile` has it; a configuration right in `configs/`, as in old trees, is one for x86. */
export function treeOptions(tree: string, source: string): TreeOptions {
  const [folder = '', ...deeper] = relative(join(tree, 'configs'), source).split(sep)
  const architecture = deeper.length > 0 ? folder : 'x86'
  const there = (paths: readonly string[]) => paths.map(path => join(tree, path)).filter(existsSync)
  return {
    includeDirs: there([
      `hypervisor/arch/${architecture}/include`,
      'hypervisor/include',
      'include',
      `configs/${architecture}/include`,
    ]),
    forceIncludes: there(['include/jailhouse/config.h', 'hypervisor/include/jailhouse/config.h']).slice(0, 1),
    defines: { __LINUX_COMPILER_TYPES_H: '1', ...(architecture === 'riscv' && { __riscv_xlen: '64', __riscv: '1' }) },
  }
}

/** Compiles with the local gcc into a scratch folder and copies the sections out, as the tree's own build does. */
export async function compileWithGcc(source: string, options: TreeOptions, scratch: string): Promise<GccOutput> {
  const object = join(scratch, 'config.o')
  const cell = join(scratch, 'config.cell')
  const flags = [
    ...Object.entries(options.defines).map(([name, value]) => `-D${name}=${value}`),
    ...options.includeDirs.map(folder => `-I${folder}`),
    ...options.forceIncludes.flatMap(file => ['-include', file]),
  ]
  try {
    await execute('gcc', ['-w', ...flags, '-c', source, '-o', object])
    await execute('objcopy', ['-O', 'binary', '--remove-section=.note.gnu.property', object, cell])
    return { bytes: readFileSync(cell) }
  } catch (error) {
    return { refused: firstError(error) }
  }
}

/** Whether gcc and objcopy are here at all. */
export async function hasGcc(): Promise<boolean> {
  try {
    await Promise.all([execute('gcc', ['--version']), execute('objcopy', ['--version'])])
    return true
  } catch {
    return false
  }
}

function firstError(error: unknown): string {
  const words = (error as { stderr?: string }).stderr ?? String(error)
  return words.split('\n').find(line => /error/.test(line)) ?? words.trim()
}
