import { catalogue } from '../rules/catalogue.ts'
import { isNamedBy } from '../rules/policy.ts'
import { type Command, Misuse, readArguments } from './command.ts'

const help = `usage: jailhouse-warden explain [RULE]

Prints the page of a rule, named by code (JH301) or id; without a name, the list of all rules.
`

export const explain: Command = {
  name: 'explain',
  summary: 'print the page of a rule',
  help,
  run(args, terminal) {
    const [name] = readArguments(args, {}).positionals
    if (name === undefined) {
      for (const { code, id, severity, title } of catalogue)
        terminal.out(`${code}  ${severity.padEnd(11)}  ${id.padEnd(34)}  ${title}\n`)
      return 0
    }
    const rules = catalogue.filter(rule => isNamedBy(rule, name))
    if (rules.length === 0) throw new Misuse(`no rule is called "${name}"; "jailhouse-warden explain" lists them all`)
    for (const { page } of rules) terminal.out(page)
    return 0
  },
}
