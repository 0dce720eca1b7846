import type { Analysis } from '../../analyze.ts'
import { type CType, typeName } from '../../c/values/types.ts'
import type { Config } from '../../config/model.ts'
import { fieldDoc } from '../../config/reference/index.ts'
import { blankEnd } from '../../text/lines.ts'
import type { Span } from '../../text/source-file.ts'
import { neededValue } from '../needed-values.ts'
import { type Context, memberNames, typeOfMember } from './context.ts'
import type { Completion } from './items.ts'

type Members = Extract<Context, { kind: 'member' | 'designator' }>

/**
 * Members in the order of the struct that are not written yet; a struct may be named again for another member of it, and
 * comes last then.
 */
export function members({ config }: Analysis, context: Members): readonly Completion[] {
  const names = memberNames(context.of).filter(
    name => !isPadding(name) && !isForeign(config, context, name) && isOpen(context, name),
  )
  const dot = context.kind === 'member' ? '' : '.'
  const hasValue = isFollowedByValue(context.at)
  return names.map((name, index) => {
    const type = typeOfMember(context.of, name)
    return {
      label: `${dot}${name}`,
      ...(dot && { filter: name }),
      kind: 'field',
      ...described(context, name, type),
      at: context.at,
      insert: hasValue
        ? `${dot}${name}`
        : `${dot}${name} = ${valueSnippet(type, neededValue(config, context.of.tag ?? '', name))}`,
      isSnippet: !hasValue,
      order: context.written.has(name) ? names.length + index : index,
    }
  })
}

/** A second designator of the same member would override the first. */
const isOpen = ({ of, written }: Members, name: string): boolean =>
  !written.has(name) || isStruct(typeOfMember(of, name))

const isStruct = (type: CType | undefined): boolean => type?.kind === 'struct' || type?.kind === 'union'

/** What `platform_info` holds for the other architecture. */
function isForeign(config: Config | undefined, { path }: Members, name: string): boolean {
  if (path.steps.at(-1) !== 'platform_info' || !config?.architecture) return false
  return config.architecture === 'x86' ? name === 'arm' : name === 'x86'
}

/** `=` or `[` on the same line, or a dot right behind. */
function isFollowedByValue({ file, end }: Span): boolean {
  const next = file.text[blankEnd(file.text, end)]
  return next === '=' || next === '[' || file.text[end] === '.'
}

/** The type by the name the format gives it, and the words on the field. */
function described({ of, path }: Members, name: string, type: CType | undefined): Pick<Completion, 'about' | 'detail'> {
  const struct = of.tag ?? path.struct
  const field = of.tag === undefined ? [...path.field, name].join('.') : name
  const doc = struct === undefined ? undefined : fieldDoc(struct, field)
  return doc ? { detail: doc.type, about: { struct: doc.struct, field } } : { detail: type ? typeName(type) : '' }
}

/** Members as an expression names them. */
export const memberPaths = ({ of, at }: Extract<Context, { kind: 'path' }>): readonly Completion[] =>
  memberNames(of).map((label, order) => {
    const type = typeOfMember(of, label)
    return { label, kind: 'field', detail: type ? typeName(type) : '', at, insert: label, isSnippet: false, order }
  })

const isPadding = (name: string): boolean => /^(padding|reserved)\d*$/.test(name)

/** What a value of the type begins as. */
function valueSnippet(type: CType | undefined, needed: string | undefined): string {
  if (needed !== undefined) return `${needed},$0`
  if (isStruct(type)) return '{\n\t$0\n},'
  if (type?.kind === 'array') return isText(type.element) ? '"$1",$0' : '{\n\t$0\n},'
  return '$1,$0'
}

const isText = (type: CType): boolean => type.kind === 'int' && type.name === 'char'
