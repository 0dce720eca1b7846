// What the local gcc makes of a file.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of each object as gcc lays them out, by name; undefined when gcc refuses the file. */
export function compile(file, folder) {
  try {
    execFileSync('gcc', ['-c', '-w', '-o', join(folder, 'a.o'), file], { stdio: 'pipe' })
  } catch (refusal) {
    return {
      refusal: String(refusal.stderr)
        .split('\n')
        .find(line => line.includes('error')),
    }
  }
  execFileSync('objcopy', ['-O', 'binary', '-j', '.data', join(folder, 'a.o'), join(folder, 'a.bin')], {
    stdio: 'pipe',
  })
  let data
  try {
    data = readFileSync(join(folder, 'a.bin'))
  } catch {
    data = Buffer.alloc(0)
  }
  const objects = new Map()
  for (const line of execFileSync('nm', ['-S', join(folder, 'a.o')], { encoding: 'utf8' }).split('\n')) {
    const [, start, size, section, name] = /^(\w+) (\w+) (\w) (\w+)$/.exec(line) ?? []
    if (!name) continue
    const [from, length] = [Number.parseInt(start, 16), Number.parseInt(size, 16)]
    objects.set(name, section === 'D' ? data.subarray(from, from + length) : Buffer.alloc(length))
  }
  return { objects }
}
