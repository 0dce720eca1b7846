import type { Unit } from '../../c/unit.ts'
import { revisions } from '../../config/headers/index.ts'
import { builtinRevision } from '../../config/includes.ts'
import { decoded } from '../../text/uri.ts'
import { type HoverContent, text, title } from '../blocks.ts'
import { contains } from '../node-path.ts'

/** An `#include`: which file is read, and of a built-in header which layout it is. */
export function includeHover(unit: Unit, offset: number): HoverContent | undefined {
  const include = unit.includes.find(({ span: at }) => contains(at, unit.main, offset))
  if (!include) return undefined
  const { span: at, name, file } = include
  if (!file) return { at, blocks: [title(name), text('No such file here, and no built-in header of this name.')] }
  const revision = revisions.find(({ id }) => id === builtinRevision(file.uri))
  if (!revision) return { at, blocks: [title(name), text(`Read from ${readable(file.uri)}.`)] }
  const number = revision.number === undefined ? 'without a number' : `${revision.number}`
  return {
    at,
    blocks: [
      title(`${name}, built in`),
      text(
        'No such header was found beside this file or in the include paths, so a built-in one serves:',
        `configuration revision ${number}, layout ${revision.id}, since ${revision.since}.`,
      ),
      text(
        '"revision" in jailhouse.json or in the settings names another one; "jailhouse-warden build --verify" says why this one was taken.',
      ),
    ],
  }
}

const readable = (uri: string): string => decoded(uri.replace(/^file:\/\//, ''))
