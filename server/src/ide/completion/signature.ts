import type { Analysis } from '../../analyze.ts'
import { callsAround } from '../../c/raw/calls.ts'
import { constantDoc } from '../../config/reference/index.ts'

/** The call of a macro around an offset: its parameters, and the one that is being written. */
export interface Signature {
  /** `JAILHOUSE_SHMEM_NET_REGIONS(start, dev_id)` */
  readonly label: string
  readonly parameters: readonly string[]
  /** Index of the argument the offset is in; past the last parameter where there are too many. */
  readonly active: number
  readonly documentation: string
}

/** The innermost function-like macro whose parentheses hold the offset, closed or not. */
export function signatureAt({ unit }: Analysis, offset: number): Signature | undefined {
  for (const { name, argument } of callsAround(unit.main, offset)) {
    const macro = unit.macros.get(name)
    if (!macro?.parameters) continue
    const variadic = macro.parameters.at(-1)?.endsWith('...')
    const active = variadic ? Math.min(argument, macro.parameters.length - 1) : argument
    const doc = constantDoc(name)
    return {
      label: `${name}(${macro.parameters.join(', ')})`,
      parameters: macro.parameters,
      active,
      documentation: doc ? `${doc.brief}. ${doc.detail}`.trim() : '',
    }
  }
  return undefined
}
