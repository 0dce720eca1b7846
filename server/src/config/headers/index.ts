import { parts } from './parts.ts'
import type { Revision } from './revisions.ts'

export { type Guess, guessRevision } from './guess.ts'
export { type Revision, revisions } from './revisions.ts'

const throughCellConfig = '#include <jailhouse/cell-config.h>\n'

/** The headers that serve a configuration of this revision, by the name it includes them under. */
export const builtinHeaders = (of: Revision): ReadonlyMap<string, string> =>
  new Map([
    ['jailhouse/cell-config.h', of.header],
    ['jailhouse/console.h', throughCellConfig],
    ['jailhouse/pci_defs.h', throughCellConfig],
    ['jailhouse/types.h', '#include <jailhouse/parts/types.h>\n'],
    ['asm/types.h', '#include <jailhouse/parts/types.h>\n'],
    ['linux/types.h', '#include <jailhouse/parts/types.h>\n'],
    ...Object.entries(parts).map(([name, text]): [string, string] => [`jailhouse/parts/${name}.h`, text]),
  ])
