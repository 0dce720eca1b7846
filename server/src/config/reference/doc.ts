/** What one field of the format means to the hypervisor. */
export interface FieldDoc {
  /** Tag of the struct or union, e.g. `jailhouse_memory`. */
  readonly struct: string
  /** Path from there, e.g. `size`, `platform_info.arm.gicd_base`. */
  readonly field: string
  readonly type: string
  readonly brief: string
  readonly detail: string
  /** First and last `JAILHOUSE_CONFIG_REVISION` that have the field under this name. */
  readonly since?: number
  readonly until?: number
  /** The code that gives the field its meaning, as `file:function`. */
  readonly follows?: string
}

/** What one constant or macro of the format stands for. */
export interface ConstantDoc {
  readonly name: string
  /** The fields it is meant for, as `struct.field`. */
  readonly group: readonly string[]
  /** As the newest revision that has it defines it. */
  readonly value?: string
  readonly brief: string
  readonly detail: string
  readonly since?: number
  readonly until?: number
}

export type Field = Omit<FieldDoc, 'struct'>
type Constant = Omit<ConstantDoc, 'group'>

export const fieldsOf = (struct: string, fields: readonly Field[]): readonly FieldDoc[] =>
  fields.map(field => ({ struct, ...field }))

export const constantsOf = (group: readonly string[], constants: readonly Constant[]): readonly ConstantDoc[] =>
  constants.map(constant => ({ group, ...constant }))
