import type { Edit } from '../text/source-file.ts'

/** One offer to change text, in any number of files. Its edits never overlap. */
export interface EditSet {
  readonly title: string
  readonly edits: readonly Edit[]
  /** The one that is right when there is nothing else to know; applied by fix-all once it is proven. */
  readonly preferred?: boolean
  /** It adds, splits, cuts or removes elements: fix-all makes it only where unsafe repairs are asked for. */
  readonly unsafe?: boolean
}

/** Edits that make one change, and the macro whose definition they touch. */
export interface Change {
  readonly edits: readonly Edit[]
  readonly macro?: { readonly name: string; readonly uses: number }
  /** Elements are added, split, cut or removed. */
  readonly unsafe?: boolean
}

export const NO_CHANGE: Change = { edits: [] }

/** Several changes as one; undefined when one of them cannot be made. */
export function together(...changes: readonly (Change | undefined)[]): Change | undefined {
  const made = changes.filter(change => change !== undefined)
  if (made.length < changes.length) return undefined
  const macro = made.find(change => change.macro)?.macro
  const unsafe = made.some(change => change.unsafe)
  return { edits: made.flatMap(change => change.edits), ...(macro && { macro }), ...(unsafe && { unsafe }) }
}

/** Where the change touches a macro that is used elsewhere too, it says so and is not the obvious repair. */
export function fixOf(title: string, change: Change | undefined, preferred = true): EditSet | undefined {
  if (!change) return undefined
  const unsafe = change.unsafe && { unsafe: true }
  if (!change.macro) return { title, edits: change.edits, preferred, ...unsafe }
  const { name, uses } = change.macro
  const where = uses === 1 ? `in the macro ${name}` : `in the macro ${name}, for all its ${uses} uses`
  return { title: `${title} ${where}`, edits: change.edits, preferred: preferred && uses === 1, ...unsafe }
}

/** For a finding: its fixes as far as they can be made. */
export function fixes(...offered: readonly (EditSet | undefined)[]): { readonly fixes?: readonly EditSet[] } {
  const possible = offered.filter(fix => fix !== undefined)
  return possible.length ? { fixes: possible } : {}
}
