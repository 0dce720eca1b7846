// node scripts/edit-sweep.mjs SWEEP TREE... [--unsafe] [--each=N] [--verbose]
// Tries what the editor would write on every configuration of Jailhouse trees; nothing on disk changes.
//   offers    asks for all that may be offered in each file as it is spelled elsewhere, half typed or wrong, in `--states=N`
//             states of it by `--seed=S`, and takes it: nothing gets worse, by the engine or by gcc
//   innocent  writes one wrong number at a time and repairs it: no other number changes
//   snippets  takes each completion of an element, in front, in the middle and at the end of every array
//   repairs   makes all repairs of each file as `check --fix` does, and has gcc compile what it could compile before
//   faults    plants random faults in each file, `--faults=N` of them by `--seed=S`, and repairs what they cause
//   cells     makes a new inmate of each kind for every root, and has gcc compile what is not refused
//   fixes     tries each fix that a finding has, and counts how it is proven, by rule
// Exits with 1 where anything ends worse than it began.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadCore } from './load-core.mjs'

const [what, ...rest] = process.argv.slice(2)
const trees = rest.filter(word => !word.startsWith('--')).map(path => resolve(path))
const unsafe = rest.includes('--unsafe')
const verbose = rest.includes('--verbose')
const option = (name, fallback) => Number(rest.find(word => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)
const each = option('each', 1)
const sweeps = {
  offers: sweepOffers,
  innocent: sweepInnocent,
  snippets: sweepSnippets,
  repairs: sweepRepairs,
  fixes: sweepFixes,
  faults: sweepFaults,
  cells: sweepCells,
}
if (!sweeps[what] || trees.length === 0)
  throw new Error(`usage: edit-sweep.mjs ${Object.keys(sweeps).join('|')} TREE... [--unsafe] [--each=N] [--verbose]`)

const core = await loadCore(
  'src/ide/generate/cell.ts',
  'src/ide/generate/given.ts',
  'src/repair/new-file.ts',
  'src/repair/proof.ts',
  'src/repair/repair-until-stable.ts',
  'src/repair/trial.ts',
  'test/ide/snippet-trials.ts',
  'test/machine/numbers.ts',
  'test/repair/bad-inputs.ts',
  'test/repair/every-offer.ts',
  'test/repair/random-faults.ts',
  'test/repair/random-states.ts',
  'test/repair/wrong-numbers.ts',
)
const { analyze, assess, defaultSettings, filesAround, isConfigFile, numbers, plantFault, prove, repairHarm } = core
const { cellsBeside, differing, KEEPING, newCell, numbersIn, OFFERS, proveNewFile, randomState } = core
const { repairUntilStable, snippetTrials, withEdits, worse, WRONG_NUMBERS } = core

const files = new Map()
function lookup(uri) {
  const path = fileURLToPath(uri)
  if (!files.has(uri))
    files.set(uri, existsSync(path) && statSync(path).isFile() ? { uri, text: readFileSync(path, 'utf8') } : 'absent')
  return files.get(uri)
}
const list = uri => readdirSync(fileURLToPath(uri)).map(name => uri + encodeURIComponent(name))
const project = { lookup, list, settings: defaultSettings, pins: new Map(), known: [] }

const configsOf = tree =>
  readdirSync(join(tree, 'configs'), { recursive: true })
    .filter(path => path.endsWith('.c'))
    .toSorted()
    .map(path => lookup(pathToFileURL(join(tree, 'configs', path)).href))
    .filter(isConfigFile)
    .filter((_, i) => i % each === 0)

const isComplaint = ({ severity }) => severity === 'error' || severity === 'warning'
let harm = 0

function sweepSnippets(tree) {
  const counts = new Map()
  for (const file of configsOf(tree))
    for (const trial of snippetTrials(analyze(file, project), project)) {
      const key = `${trial.array}: ${trial.label}`
      const count = counts.get(key) ?? { taken: 0, reported: 0, harmful: 0, codes: new Map() }
      counts.set(key, count)
      count.taken++
      if (trial.harm.length === 0) continue
      if (trial.reported) count.reported++
      else {
        count.harmful++
        harm++
      }
      for (const each of trial.harm) {
        const code = each.slice(0, 5)
        count.codes.set(code, (count.codes.get(code) ?? 0) + 1)
      }
      if (verbose)
        console.log(
          relative(tree, fileURLToPath(file.uri)),
          trial.place,
          JSON.stringify(trial.typed),
          trial.label,
          trial.harm,
          trial.text,
        )
    }
  for (const [key, { taken, reported, harmful, codes }] of [...counts].toSorted())
    console.log(
      `${key.padEnd(45)} ${String(taken).padStart(5)} taken ${String(reported).padStart(5)} harmful and reported ${String(harmful).padStart(5)} not reported`,
      Object.fromEntries(codes),
    )
}

/** As `configs/Makefile` compiles it; quoted includes are looked for in `overlay` first, where other files have changed too. */
function compilerFlags(tree, path, overlay) {
  const architecture = basename(dirname(path)) === 'configs' ? 'x86' : basename(dirname(path))
  const includes = [
    `${tree}/include`,
    `${tree}/hypervisor/include`,
    `${tree}/hypervisor/arch/${architecture}/include`,
    `${tree}/configs/${architecture}/include`,
  ]
  const forced = [`${tree}/include/jailhouse/config.h`, `${tree}/hypervisor/include/jailhouse/config.h`]
  return [
    ...['-Wall', '-Wextra', '-D__LINUX_COMPILER_TYPES_H=1', '-x', 'c', '-'],
    ...[overlay, dirname(path)].filter(each => each !== undefined).flatMap(each => ['-iquote', each]),
    ...includes.map(each => `-I${each}`),
    ...forced
      .filter(existsSync)
      .slice(0, 1)
      .flatMap(each => ['-include', each]),
  ]
}

/** The compiler's own word on a text at the place of a file: the bytes it makes, and how often it warns of what. */
function compiled(tree, { uri, text }, overlay) {
  const folder = mkdtempSync(join(tmpdir(), 'edit-sweep-'))
  const object = join(folder, 'config.o')
  const flags = [...compilerFlags(tree, fileURLToPath(uri), overlay), '-c', '-o', object]
  const { status, stderr } = spawnSync('gcc', flags, { input: text, encoding: 'utf8' })
  const warnings = new Map()
  for (const [, kind] of stderr.matchAll(/warning: .*?(\[-W[\w=-]+\])?$/gm)) {
    const name = kind ?? 'a warning'
    warnings.set(name, (warnings.get(name) ?? 0) + 1)
  }
  const cell = join(folder, 'config.cell')
  if (status === 0) execFileSync('objcopy', ['-O', 'binary', '--remove-section=.note.gnu.property', object, cell])
  const bytes = status === 0 ? readFileSync(cell, 'hex') : undefined
  rmSync(folder, { recursive: true })
  return { bytes, warnings, error: /error: (.*)/.exec(stderr)?.[1] }
}

const compiles = (tree, file, text) => compiled(tree, { uri: file.uri, text }).bytes !== undefined

/** What the compiler says of some edits that it did not say before, or bytes that ought to be the same. */
function worseToCompiler(tree, edits, within, keepsBytes) {
  const edited = withEdits(within, edits)
  const uris = [...new Set(edits.map(({ span }) => span.file.uri))]
  const overlay = mkdtempSync(join(tmpdir(), 'edit-sweep-'))
  for (const uri of uris) writeFileSync(join(overlay, basename(fileURLToPath(uri))), edited.lookup(uri).text)
  const found = uris
    .filter(uri => uri.endsWith('.c'))
    .flatMap(uri => {
      const [before, after] = [compiled(tree, within.lookup(uri)), compiled(tree, edited.lookup(uri), overlay)]
      if (before.bytes === undefined) return []
      if (after.bytes === undefined) return [`gcc refuses ${basename(uri)}: ${after.error}`]
      const news = [...after.warnings].filter(([kind, count]) => (before.warnings.get(kind) ?? 0) < count)
      const isOther = keepsBytes && before.bytes !== after.bytes
      return [...news.map(([kind]) => `gcc warns ${kind} of ${basename(uri)}`), ...(isOther ? ['other bytes'] : [])]
    })
  rmSync(overlay, { recursive: true })
  return found
}

/** The project with another text of a file, and all files that can matter to it known. */
function projectWith(file) {
  const within = { ...project, lookup: uri => (uri === file.uri ? file : lookup(uri)) }
  return { ...within, known: [...filesAround([file.uri], within)].map(uri => within.lookup(uri)) }
}

function sweepOffers(tree) {
  const random = numbers(option('seed', 1))
  const counts = new Map()
  for (const file of configsOf(tree))
    for (let i = 0; i < option('states', 1); i++) {
      const { kind: state, text } = randomState(file.text, random)
      const within = projectWith({ uri: file.uri, text })
      const analysis = analyze(within.lookup(file.uri), within)
      for (const [kind, offers] of Object.entries(OFFERS))
        for (const { title, edits } of offers(analysis, within, option('stride', 97))) {
          if (edits.length === 0) continue
          const count = counts.get(kind) ?? { taken: 0, worse: 0 }
          counts.set(kind, count)
          count.taken++
          const faults = [...worse(within, edits), ...worseToCompiler(tree, edits, within, KEEPING.includes(kind))]
          if (faults.length === 0) continue
          count.worse++
          harm++
          console.log(relative(tree, fileURLToPath(file.uri)), `(${state})`, kind, title, faults)
        }
    }
  for (const [kind, count] of counts) console.log(kind.padEnd(20), count)
}

function sweepInnocent(tree) {
  const random = numbers(option('seed', 1))
  const counts = new Map()
  const numbersAfter = (file, text, repaired) => {
    const within = projectWith({ uri: file.uri, text })
    const choice = { isChosen: ({ severity }) => severity !== 'hint', unsafe }
    const [changed] = repaired ? repairUntilStable([file.uri], within, choice).files : []
    return numbersIn(analyze(changed?.after ?? within.lookup(file.uri), within).unit)
  }
  for (const file of configsOf(tree)) {
    const [written, sound] = [false, true].map(repaired => numbersAfter(file, file.text, repaired))
    for (const [kind, pattern, change] of WRONG_NUMBERS) {
      const places = [...file.text.matchAll(pattern)]
      const { 0: found, index } = places[random(places.length || 1)] ?? {}
      if (found === undefined) continue
      const text = file.text.slice(0, index) + change(found) + file.text.slice(index + found.length)
      const [wrong, after] = [false, true].map(repaired => numbersAfter(file, text, repaired))
      const own = differing(wrong, written)
      const others = differing(wrong, after).filter(path => !own.includes(path) && after.get(path) !== sound.get(path))
      const count = counts.get(kind) ?? { planted: 0, blamed: 0 }
      counts.set(kind, count)
      count.planted++
      if (others.length === 0) continue
      count.blamed++
      if (verbose) console.log(relative(tree, fileURLToPath(file.uri)), kind, found, others)
    }
  }
  for (const [kind, count] of counts) console.log(kind.padEnd(35), count)
}

function sweepRepairs(tree) {
  const total = { changed: 0, better: 0, same: 0, worse: 0, gcc: 0, refused: 0 }
  const mains = configsOf(tree)
  for (const file of mains) {
    const { files: changed, refused } = repairUntilStable([file.uri], project, {
      isChosen: ({ severity }) => severity !== 'hint',
      unsafe,
    })
    total.refused += refused.length
    if (changed.length === 0) continue
    total.changed++
    const uris = filesAround([file.uri], project)
    const after = changed[0].after
    const edited = { ...project, lookup: uri => (uri === after.uri ? after : lookup(uri)) }
    const [old, now] = [assess(uris, project), assess(uris, edited)].map(
      each => each.findings.filter(isComplaint).length,
    )
    if (now < old) total.better++
    else if (now === old) total.same++
    else total.worse++
    const isBroken = compiles(tree, file, file.text) && !compiles(tree, file, after.text)
    if (isBroken) total.gcc++
    if (old < now || isBroken) harm++
    if (verbose)
      console.log(relative(tree, fileURLToPath(file.uri)), `${old} -> ${now}`, isBroken ? 'gcc refuses it' : '')
  }
  console.log(`${basename(tree)}: ${mains.length} files,`, total)
}

function sweepFixes(tree) {
  const counts = new Map()
  for (const file of configsOf(tree))
    for (const finding of analyze(file, project).findings.filter(({ span }) => span.file.uri === file.uri))
      for (const fix of finding.fixes ?? []) {
        const proof = prove([finding], fix.edits, project, fix)
        const key = `${finding.rule.code} ${finding.rule.id}`
        const count = counts.get(key) ?? { proven: 0, partial: 0, refuted: 0 }
        counts.set(key, count)
        count[proof.kind]++
        if (verbose && proof.kind !== 'proven')
          console.log(relative(tree, fileURLToPath(file.uri)), key, fix.title, proof.kind, proof.reason)
      }
  for (const [key, count] of [...counts].toSorted()) console.log(key.padEnd(40), count)
}

function sweepFaults(tree) {
  const random = numbers(option('seed', 1))
  const counts = new Map()
  for (const file of configsOf(tree))
    for (let i = 0; i < option('faults', 3); i++) {
      const fault = plantFault(file.text, random)
      if (!fault) continue
      const planted = { uri: file.uri, text: fault.text }
      const faulty = { ...project, lookup: uri => (uri === planted.uri ? planted : lookup(uri)) }
      const found = repairHarm([planted.uri], faulty)
      const count = counts.get(fault.kind) ?? { planted: 0, worse: 0 }
      counts.set(fault.kind, count)
      count.planted++
      if (found.length === 0) continue
      count.worse++
      harm++
      console.log(relative(tree, fileURLToPath(file.uri)), fault.kind, found)
    }
  for (const [kind, count] of [...counts].toSorted()) console.log(kind.padEnd(20), count)
}

function sweepCells(tree) {
  const total = { made: 0, lacking: 0, refused: 0, gcc: 0 }
  for (const root of configsOf(tree)) {
    const analysis = analyze(root, project)
    if (analysis.config?.kind !== 'system') continue
    for (const kind of ['bare-metal', 'linux', 'zephyr']) {
      const made = newCell(analysis.config, cellsBeside(analysis), undefined, { name: 'new', kind, devices: [] })
      const where = `${relative(tree, fileURLToPath(root.uri))} ${kind}`
      if ('missing' in made) {
        total.lacking++
        if (verbose) console.log(where, 'lacks', made.missing)
        continue
      }
      const file = { uri: root.uri.replace(/\.c$/, '-new.c'), text: made.text }
      const { refusal, warnings } = proveNewFile({ file, root }, project)
      if (verbose && (refusal || warnings.length > 0)) console.log(where, refusal, warnings)
      if (refusal) {
        total.refused++
        continue
      }
      total.made++
      if (compiles(tree, file, made.text)) continue
      total.gcc++
      harm++
      console.log(where, 'gcc refuses it')
    }
  }
  console.log(`${basename(tree)}:`, total)
}

for (const tree of trees) {
  console.log(`== ${what}${unsafe ? ' (unsafe)' : ''} of ${tree}`)
  sweeps[what](tree)
}
process.exitCode = harm === 0 ? 0 : 1
