import type { StructValue, Value } from '../../c/values/value.ts'
import { MEM_COMM_REGION } from '../../config/constants.ts'
import type { Config } from '../../config/model.ts'
import { hasAny } from '../../config/ranges.ts'
import { declaresField, isPartlyWritten } from '../../config/written.ts'
import { insertFields } from '../../edit/fields.ts'
import { primarySpan } from '../../text/origin.ts'
import { textOf } from '../../text/source-file.ts'
import { neededValue } from '../needed-values.ts'
import type { RefactorContext, Refactoring } from './refactoring.ts'

/** Writes the fields of the struct around that it needs and that follow from the rest of the file. */
export function missingFields({ analysis: { config }, path }: RefactorContext): readonly Refactoring[] {
  const struct = path.steps.findLast(({ value }) => value.kind === 'struct' && value.type.kind === 'struct')?.value
  if (struct?.kind !== 'struct' || !isDesignated(struct)) return []
  const missing = missingIn(config, struct)
  const change = missing.length > 0 ? insertFields({ source: struct }, missing) : undefined
  const names = missing.map(({ path }) => path).join(', ')
  return change ? [{ title: `Add missing ${names}`, kind: 'rewrite', edits: change.edits }] : []
}

/** Behind values without names a designator might go back. */
const isDesignated = (struct: StructValue): boolean =>
  [...struct.fields.values()].every(({ value, designator }) => designator !== undefined || value.origin === undefined)

function missingIn(config: Config | undefined, struct: StructValue) {
  const { tag = '', members } = struct.type
  return members.flatMap(({ name }) => {
    if (name === undefined || !declaresField(struct, name) || isPartlyWritten({ source: struct }, name)) return []
    const text = tag === 'jailhouse_memory' ? sameAddress(struct, name) : neededValue(config, tag, name)
    return text === undefined ? [] : [{ path: name, text }]
  })
}

/** A region that names one of its addresses is most often seen where it lies; a communication region lies nowhere. */
function sameAddress({ fields }: StructValue, name: string): string | undefined {
  const flags = fields.get('flags')?.value
  if (flags?.kind === 'int' && hasAny({ flags: flags.value }, MEM_COMM_REGION)) return undefined
  const other = name === 'phys_start' ? 'virt_start' : name === 'virt_start' ? 'phys_start' : undefined
  return other === undefined ? undefined : spelled(fields.get(other)?.value)
}

const spelled = (value: Value | undefined): string | undefined =>
  value?.origin && !value.origin.expandedAt ? textOf(primarySpan(value.origin)) : undefined
