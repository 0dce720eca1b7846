// Compiles the configurations of an upstream tree with its own headers and with the built-in ones, revision by revision,
// and compares the bytes. Needs gcc, objcopy, tar, and JAILHOUSE_TREE: a clone of Jailhouse with its history.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const tree = process.env.JAILHOUSE_TREE
if (!tree) throw new Error('JAILHOUSE_TREE is not set')

/** The last commit that has the layout of a revision; for the newest it is the tree's own. */
const states = {
  '13e': 'f2320d2e~1',
  '13d': '1dc6b9c0~1',
  '13c': 'b9db8db0~1',
  '13b': 'a744fadd~1',
  '13a': '3bbe8ec2~1',
  '12d': 'b9df7b98~1',
  '12c': 'b310eaa9~1',
  '12b': '3fac413f~1',
  '12a': '5ac5b95f~1',
  '11c': '0f2d9d3c~1',
  '11b': '52a995b2~1',
  '11a': '07baf39e~1',
  '10b': '654594bc~1',
  '10a': '8b8e460b~1',
  '9b': 'e2437adf~1',
  '9a': '37c7b05b~1',
  8: 'ee38448b~1',
  7: '42522ce7~1',
  6: '3f1eba5a~1',
  5: '5cef75c3~1',
  4: 'afa6c92f~1',
  '3c': '17fca6e0~1',
  '3b': 'bf79b721~1',
  '3a': '217b3a06~1',
  2: '3edd520d~1',
  1: '80226df5',
  none: '80226df5~1',
}

const bundle = await build({
  entryPoints: ['server/src/config/headers/index.ts'],
  bundle: true,
  format: 'esm',
  loader: { '.h': 'text' },
  write: false,
})
const source = Buffer.from(bundle.outputFiles[0].text).toString('base64')
const { revisions, builtinHeaders } = await import(`data:text/javascript;base64,${source}`)

const scratch = mkdtempSync(join(tmpdir(), 'jailhouse-warden-'))
const quiet = { stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 1 << 28 }

/** The bytes of a .cell file, or what kept it from being one. */
function cell(file, includes) {
  const object = join(scratch, 'config.o')
  const bytes = join(scratch, 'config.cell')
  try {
    execFileSync('gcc', ['-w', '-nostdinc', ...includes.map(dir => `-I${dir}`), '-c', file, '-o', object], quiet)
    execFileSync('objcopy', ['-O', 'binary', '--remove-section=.note.gnu.property', object, bytes], quiet)
    return readFileSync(bytes)
  } catch (problem) {
    return problem
  }
}

function extract(commit) {
  const folder = join(scratch, 'tree')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const listed = execFileSync('git', ['-C', tree, 'ls-tree', '--name-only', commit], quiet).toString().split('\n')
  const wanted = ['configs', 'hypervisor', 'include'].filter(name => listed.includes(name))
  execFileSync('tar', ['x', '-C', folder], {
    input: execFileSync('git', ['-C', tree, 'archive', commit, ...wanted], quiet),
  })
  return folder
}

function writeBuiltins(revision) {
  const folder = join(scratch, 'builtin', revision.id)
  for (const [name, text] of builtinHeaders(revision)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const isSame = (file, upstream, builtin) => {
  const ours = cell(file, [builtin])
  return ['arm64', 'arm', 'x86'].some(arch => {
    const arches = join(upstream, 'hypervisor/arch', arch, 'include')
    // The built-in folder stands behind theirs, for the kernel's <linux/types.h>.
    const own = cell(file, [arches, join(upstream, 'hypervisor/include'), join(upstream, 'include'), builtin])
    return Buffer.isBuffer(own) && Buffer.isBuffer(ours) && own.equals(ours)
  })
}

let different = 0
for (const revision of revisions) {
  const upstream = extract(states[revision.id] ?? 'HEAD')
  const builtin = writeBuiltins(revision)
  const configs = readdirSync(join(upstream, 'configs'), { recursive: true }).filter(name => name.endsWith('.c'))
  const bad = configs.filter(name => !isSame(join(upstream, 'configs', name), upstream, builtin))
  console.log(`${revision.id.padEnd(5)} ${configs.length - bad.length} of ${configs.length} identical`, ...bad)
  different += bad.length
}
rmSync(scratch, { recursive: true })
process.exitCode = different === 0 ? 0 : 1
