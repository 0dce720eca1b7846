import { at } from '../../config/places.ts'
import { english } from '../../text/message.ts'
import { nameOf } from '../../text/uri.ts'
import type { RootlessCell, RootlessRule } from '../rule.ts'
import page from './root-unusable.md'

/** Without its root only half of an inmate is checked: a choice that leads nowhere must not look like a clean file. */
export const rootUnusable: RootlessRule = {
  kind: 'rootless',
  code: 'JH135',
  id: 'root-unusable',
  title: 'Chosen root cell without a root configuration',
  severity: 'warning',
  constraints: [],
  page,
  *check(subject) {
    const { cell, choice } = subject
    if (!choice || isOther(subject)) return
    yield {
      span: choice.span ?? at(cell, 'name'),
      headline: `${nameOf(choice.uri)}, chosen as the root cell, ${faultOf(subject)}`,
      notes: [`${english(choice.reason)}; without a root cell only single-file checks were run`],
      help: 'name the file of the root cell',
      key: 'root',
    }
  },
}

/** A root that is none of ours to simulate is one all the same. */
const isOther = ({ cell, chosen }: RootlessCell): boolean => chosen?.kind === 'system' && chosen.file !== cell.file

const faultOf = ({ cell, choice, chosen }: RootlessCell): string => {
  if (chosen?.file === cell.file || choice?.uri === cell.file.uri) return 'is this file itself'
  return chosen ? 'is the configuration of an inmate' : 'does not exist or holds no configuration'
}
