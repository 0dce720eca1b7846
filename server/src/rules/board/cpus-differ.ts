import { at } from '../../config/places.ts'
import { listed } from '../../text/words.ts'
import type { BoardRule } from '../rule.ts'
import page from './cpus-differ.md'
import { isLive } from './subject.ts'
import { atArray, basis } from './words.ts'

export const cpusDiffer: BoardRule = {
  kind: 'board',
  code: 'JH937',
  id: 'cpus-differ',
  title: 'CPUs differ from those of the machine',
  severity: 'warning',
  constraints: [],
  page,
  *check({ platform, scenario }) {
    const { root_cell } = scenario.root
    const [first] = platform.cpus ?? []
    if (!platform.cpus || !first) return
    const present = new Set(platform.cpus.map(({ number }) => number))
    const absent = root_cell.cpus.filter(cpu => !present.has(cpu))
    const left = [...present].filter(cpu => !root_cell.cpus.includes(cpu))
    const place = atArray(root_cell, 'cpus')
    const severity = isLive(first) ? 'warning' : 'hint'
    if (absent.length > 0)
      yield {
        span: place,
        severity,
        headline: `the root cell names CPU ${listed(absent.map(String))}, which the ${isLive(first) ? 'machine' : 'device tree'} does not have`,
        notes: [
          '"jailhouse disable" fails with -EBUSY while fewer CPUs are online than the root cell has',
          basis(first),
        ],
        key: 'absent',
      }
    if (left.length > 0)
      yield {
        span: place,
        severity,
        headline: `CPU ${listed(left.map(String))} of the machine is not in the root cell`,
        notes: ['"jailhouse enable" fails with -EINVAL while a CPU of Linux is not in the root cell', basis(first)],
        related: [{ span: at(root_cell, 'cpu_set_size'), text: 'the size of the CPU set' }],
        key: 'left out',
      }
  },
}
