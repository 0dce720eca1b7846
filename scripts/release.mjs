// Prepares a release and stops before publishing: checks that all is in order, tests, packages, and says what is left.
//   node scripts/release.mjs
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from './ensure-installed.mjs'

const { name, version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'))

function must(what, ok) {
  if (!ok) {
    console.error(`not ready: ${what}`)
    process.exit(1)
  }
  console.log(`ok: ${what}`)
}

const git = (...args) => spawnSync('git', args, { cwd: checkout, encoding: 'utf8' }).stdout.trim()
const runs = (command, ...args) => spawnSync(command, args, { cwd: checkout, stdio: 'inherit' }).status === 0
const versionOf = folder => JSON.parse(readFileSync(join(checkout, folder, 'package.json'), 'utf8')).version

must('the work tree is clean', git('status', '--porcelain') === '')
must(`the tag v${version} is free`, git('tag', '--list', `v${version}`) === '')
must(
  `client and server are ${version} too`,
  ['client', 'server'].every(folder => versionOf(folder) === version),
)
const changes = readFileSync(join(checkout, 'CHANGELOG.md'), 'utf8')
must(
  `CHANGELOG.md has a dated section ${version}`,
  new RegExp(`^## \\[${version}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(changes),
)
must('the tests pass', runs('npm', 'test'))
must('the packages are made', runs(process.execPath, join('scripts', 'package.mjs')))
console.log(`
Nothing has been published. What is left, by hand:
  git tag v${version} && git push origin v${version}
  npx vsce publish --packagePath jailhouse-warden.vsix
  npm publish ${name}-${version}.tgz`)
