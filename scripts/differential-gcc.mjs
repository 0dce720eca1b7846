// Compares the front end with the local gcc on random declarations and initializers.
//   node scripts/differential-gcc.mjs [--files N] [--seed S] [--keep DIR]
// Prints each object whose bytes differ with its source, and `N of M objects identical`.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadFrontEnd } from './front-end.mjs'
import { Generator } from './fuzz/declarations.mjs'
import { compile } from './fuzz/gcc.mjs'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]
}

const { readUnit, emit, fieldAt } = await loadFrontEnd()
const folder = mkdtempSync(join(tmpdir(), 'differential-'))
const [files, seed] = [Number(option('files', 100)), Number(option('seed', 1))]
let [same, all, refused] = [0, 0, 0]
for (let i = 0; i < files; i++) {
  const text = new Generator(seed + i).file(8)
  const path = join(folder, 'a.c')
  writeFileSync(path, text)
  const { objects, refusal } = compile(path, folder)
  const unit = readUnit(
    { uri: 'file:///a.c', text },
    { includeDirs: [], defines: {}, forceIncludes: [] },
    () => 'absent',
  )
  const error = unit.problems.find(each => each.severity === 'error')
  if (!objects) {
    refused++
    if (!error) console.log(`seed ${seed + i}: only gcc refuses it: ${refusal}`)
    continue
  }
  if (error) console.log(`seed ${seed + i}: gcc takes it, we say ${error.message}`)
  for (const [name, expected] of objects) {
    all++
    const object = unit.objects.find(each => each.name === name)
    const bytes = object && emit(object.value)
    if (bytes && Buffer.compare(Buffer.from(bytes), expected) === 0) {
      same++
      continue
    }
    const at = bytes ? [...expected].findIndex((byte, k) => byte !== bytes[k]) : -1
    console.log(
      `seed ${seed + i} ${name}: ${bytes ? `first difference at ${at}, ${fieldAt(name, object.value, Math.max(0, at))}; ${bytes.length} bytes, gcc ${expected.length}` : 'no value'}`,
    )
    console.log(
      `  gcc  ${Buffer.from(expected).toString('hex')}\n  ours ${bytes ? Buffer.from(bytes).toString('hex') : error?.message}`,
    )
  }
}
console.log(`${same} of ${all} objects identical; gcc refused ${refused} of ${files} files`)
