import type { Edit } from '../../text/source-file.ts'
import type { Fix } from '../rule.ts'

/** Edits that make one change, and the macro whose definition they touch. */
export interface Change {
  readonly edits: readonly Edit[]
  readonly macro?: { readonly name: string; readonly uses: number }
  /** Elements are added, split or removed. */
  readonly unsafe?: boolean
}

/** Several changes as one; undefined when one of them cannot be made. */
export function together(...changes: readonly (Change | undefined)[]): Change | undefined {
  const made = changes.filter(change => change !== undefined)
  if (made.length < changes.length) return undefined
  const macro = made.find(change => change.macro)?.macro
  const unsafe = made.some(change => change.unsafe)
  return { edits: made.flatMap(change => change.edits), ...(macro && { macro }), ...(unsafe && { unsafe }) }
}

/** Where the change touches a macro that is used elsewhere too, it says so and is not the obvious repair. */
export function fixOf(title: string, change: Change | undefined, preferred = true): Fix | undefined {
  if (!change) return undefined
  const unsafe = change.unsafe && { unsafe: true }
  if (!change.macro) return { title, edits: change.edits, preferred, ...unsafe }
  const { name, uses } = change.macro
  const where = uses === 1 ? `in the macro ${name}` : `in the macro ${name}, for all its ${uses} uses`
  return { title: `${title} ${where}`, edits: change.edits, preferred: preferred && uses === 1, ...unsafe }
}

/** For a fault: its fixes as far as they can be made. */
export function fixes(...offered: readonly (Fix | undefined)[]): { readonly fixes?: readonly Fix[] } {
  const possible = offered.filter(fix => fix !== undefined)
  return possible.length ? { fixes: possible } : {}
}
