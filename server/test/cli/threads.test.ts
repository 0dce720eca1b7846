import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkShare, type Question } from '../../src/cli/check-share.ts'
import { Files, uriOf } from '../../src/cli/files.ts'
import { packed, unpacked } from '../../src/cli/packed-result.ts'
import { run } from '../../src/cli/run.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { inmate, root, withGrammar } from '../project.ts'
import { folderWith, jailhouseWarden } from './command-line.ts'

withGrammar()

const texts = (boards: readonly string[]) =>
  Object.fromEntries(
    boards.flatMap(board => [
      [`${board}.c`, root('.vpci_irq_bsae = 0,')],
      [`${board}-linux.c`, inmate(board, '.vpci_irq_bsae = 0,')],
    ]),
  )

/** A thread as `check` sees one, whose life is played here: it gets and sends copies. */
function threadThat(live: (order: Order, post: (report: object) => void) => unknown): Terminal['startThread'] {
  return () => {
    const listeners = new Map<string, (given: unknown) => void>()
    const emit = (event: string, given?: unknown) => listeners.get(event)?.(given)
    const thread = {
      on: (event: string, listener: (given: unknown) => void) => listeners.set(event, listener),
      postMessage: (order: Order) => {
        const ended = live(structuredClone(order), report => emit('message', structuredClone(report)))
        Promise.resolve(ended).then(
          () => emit('exit', 0),
          error => emit('error', error),
        )
      },
      terminate: async () => 0,
    }
    return thread as unknown as ReturnType<NonNullable<Terminal['startThread']>>
  }
}

interface Order {
  readonly question: Question
  readonly shares: readonly (readonly string[])[]
  readonly next: SharedArrayBuffer
}

async function checkWith(folder: string, startThread: Terminal['startThread'], ...args: readonly string[]) {
  const printed = { out: '', err: '' }
  const status = await run(['check', ...args, '.'], {
    cwd: folder,
    colours: false,
    out: text => {
      printed.out += text
    },
    err: text => {
      printed.err += text
    },
    ...(startThread && { startThread }),
  })
  return { status, ...printed }
}

/** Begins all shares before anybody else can. */
const takesAll = threadThat(async ({ question, shares, next }, post) => {
  Atomics.store(new Int32Array(next), 0, shares.length)
  const files = new Files()
  for (const main of question.mains) files.put(main)
  for (const [index, share] of shares.entries()) {
    post({ index })
    post({ index, result: packed(await checkShare(share, question, files)) })
  }
})

test.each(['text', 'json', 'sarif', 'junit'])('two threads print as %s what one prints', async format => {
  const folder = folderWith(texts(['a', 'b', 'c']))
  const alone = await checkWith(folder, undefined, '--format', format)
  expect(alone.out).toContain('vpci_irq_bsae')
  expect(await checkWith(folder, takesAll, '--format', format, '-j', '2')).toEqual(alone)
})

test('a thread that fails costs the share it had begun, and says so', async () => {
  const folder = folderWith(texts(['a', 'b', 'c']))
  const failing = threadThat(async ({ next }, post) => {
    post({ index: Atomics.add(new Int32Array(next), 0, 1) })
    throw new RangeError('no memory is left')
  })
  const alone = JSON.parse((await checkWith(folder, undefined, '--format', 'json')).out)
  const { status, out, err } = await checkWith(folder, failing, '--format', 'json', '-j', '2')
  const { findings } = JSON.parse(out)
  const lost = findings.filter(({ rule }: { rule: string }) => rule === 'incomplete-check')
  const files = lost.map(({ file }: { file: string }) => file)
  expect(files).toHaveLength(2)
  expect(err).toContain('no memory is left')
  expect(status).toBe(1)
  const ofOthers = ({ file }: { file: string }) => !files.includes(file)
  expect(findings.filter(ofOthers)).toEqual(alone.findings.filter(ofOthers))
})

test('a thread that ends before it is asked is not waited for', async () => {
  const folder = folderWith(texts(['a', 'b']))
  const alone = await checkWith(folder, undefined)
  const ended = {
    on: (event: string, listener: (given: unknown) => void) => event === 'exit' && listener(1),
    postMessage: () => undefined,
    terminate: async () => 0,
  }
  const startThread = () => ended as unknown as ReturnType<NonNullable<Terminal['startThread']>>
  expect(await checkWith(folder, startThread, '-j', '2')).toEqual(alone)
})

test('a result that travelled says the same, of the files of whoever gets it', async () => {
  const folder = folderWith(texts(['a']))
  const files = new Files()
  const share = readdirSync(folder).map(name => uriOf(join(folder, name)))
  const mains = share.flatMap(uri => {
    const file = files.lookup(uri)
    return typeof file === 'object' ? [file] : []
  })
  const choice = { level: 'hint', isFolded: true } as const
  const result = await checkShare(share, { settings: {}, mains, repairsOf: choice, threads: 1 }, files)
  const arrived = unpacked(structuredClone(packed(result)), files.lookup)
  expect(arrived).toEqual(result)
  expect(arrived.offers.size).toBeGreaterThan(0)
  for (const { span, rule, fixes } of arrived.findings.flat()) {
    expect(span.file).toBe(files.lookup(span.file.uri))
    expect(rule).toBe(result.findings.flat().find(each => each.rule.code === rule.code)?.rule)
    if (fixes) expect(arrived.offers.has(fixes)).toBe(true)
  }
})

test('the number of threads is a number', async () => {
  const folder = folderWith(texts(['a']))
  for (const jobs of ['0', '-1', 'two', '1.5', '1000']) {
    const { status, err } = await jailhouseWarden(folder, 'check', `--jobs=${jobs}`, '.')
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(`--jobs: "${jobs}"`) })
  }
})

test('a header that another thread alone has read is no place for a baseline', async () => {
  const header = '#define IRQS 0\n'
  const folder = folderWith({
    ...texts(['a', 'b']),
    'b-linux.c': `#include "irqs.h"\n${inmate('b', '.vpci_irq_base = IRQS,')}`,
    'irqs.h': header,
  })
  const { status, err } = await checkWith(folder, takesAll, '-j', '2', '--write-baseline', 'irqs.h')
  expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining('it is the file that was read') })
  expect(readFileSync(join(folder, 'irqs.h'), 'utf8')).toBe(header)
})
