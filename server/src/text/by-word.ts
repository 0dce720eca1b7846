/** A table that is asked for words of a file, among which may be `constructor` or `__proto__`: it knows its own alone. */
export const byWord = <Known>(known: Readonly<Record<string, Known>>): Readonly<Record<string, Known>> =>
  Object.freeze(Object.assign(Object.create(null) as Record<string, Known>, known))
