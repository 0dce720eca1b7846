import { beforeAll, expect, test } from 'vitest'
import { loadGrammar } from '../../src/c/parse/grammar.ts'
import { readUnit } from '../../src/c/read-unit.ts'
import { asStruct } from '../../src/c/unit.ts'
import { type CType, findMember } from '../../src/c/values/types.ts'
import { revisions } from '../../src/config/headers/index.ts'
import { meanings } from '../../src/config/headers/meanings.ts'
import { BUILTIN, withBuiltins } from '../../src/config/includes.ts'
import { layouts } from './header-layouts.ts'

beforeAll(loadGrammar)

/** The types that the built-in headers of a revision declare. */
function typesOf(id: string): ReadonlyMap<string, CType> {
  const text = '#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n'
  const options = { includeDirs: [`${BUILTIN}/${id}/`], defines: {}, forceIncludes: [] }
  const unit = readUnit(
    { uri: 'file:///cell.c', text },
    options,
    withBuiltins(() => 'absent'),
  )
  expect(unit.problems).toEqual([])
  return unit.types
}

/** Offset of a member, looked for through anonymous structs and unions too. */
function offsetOf(type: CType | undefined, path: readonly string[]): number | undefined {
  if (path.length === 0) return 0
  for (const { name, type: inner, offset } of (type && asStruct(type))?.members ?? []) {
    if (name !== undefined && name !== path[0]) continue
    const rest = offsetOf(inner, name === undefined ? path : path.slice(1))
    if (rest !== undefined) return offset + rest
  }
  return undefined
}

/** `first 0 second 8` for the fields that a line of the table names. */
const offsetsIn = (type: CType | undefined, line: string): string =>
  [...line.matchAll(/([a-z]\S*) \d+/g)].map(([, field]) => `${field} ${offsetOf(type, field!.split('.'))}`).join(' ')

for (const { id } of revisions)
  test(`the headers of revision ${id} lay structs out as a C compiler does upstream's`, () => {
    const types = typesOf(id)
    const ofThis = layouts.filter(({ revisions }) => revisions.split(' ').includes(id))
    expect(ofThis.length).toBeGreaterThan(7)
    for (const { type, size, offsets } of ofThis) {
      expect(types.get(type), type).toMatchObject({ size, align: 1 })
      expect(offsetsIn(types.get(type), offsets), type).toBe(offsets)
    }
  })

test.each(meanings)('$subject: $sign came with revision $since', ({ sign, since }) => {
  const [tag = '', member = ''] = sign.split('.')
  const declaring = revisions.filter(({ id }) => {
    const type = typesOf(id).get(`struct ${tag}`)
    const struct = type && asStruct(type)
    return struct !== undefined && findMember(struct, member) !== undefined
  })
  const age = revisions.findIndex(({ id }) => id === since)
  expect(declaring).toEqual(revisions.slice(0, age + 1))
})
