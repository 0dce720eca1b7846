import type { Settings } from '../config/project.ts'
import type { ProjectFile } from '../config/project-file.ts'
import { type Baseline, isKnown } from './baseline.ts'
import type { Finding, Rule, Severity } from './rule.ts'

/** What a project and a user decide about findings. */
export interface Policy {
  readonly settings: Pick<Settings, 'rules'>
  readonly projectFile: Pick<ProjectFile, 'rules'> | undefined
  readonly baseline?: Baseline
}

export const defaultPolicy: Policy = { settings: { rules: {} }, projectFile: undefined }

/** `JH2xx` for `JH203` */
export const bandOf = (code: string): string => `${code.slice(0, 3)}xx`

/** The names a rule goes by, the narrowest first. */
export const namesOf = (rule: Rule): readonly string[] => [rule.code, rule.id, bandOf(rule.code)]

/** The finding as the policy leaves it, or nothing. The user's settings precede the project's file. */
export function applyPolicy(policy: Policy, finding: Finding): readonly Finding[] {
  const severity = severityFor(policy, finding.rule)
  if (severity === 'off') return []
  if (isKnown(policy.baseline, finding)) return [{ ...finding, severity: 'hint', isKnown: true }]
  return [severity ? { ...finding, severity } : finding]
}

/** What a project or a user wants of a rule; undefined where nobody says. */
export const severityFor = (policy: Policy, rule: Rule): Severity | 'off' | undefined =>
  configuredSeverity(policy.settings.rules, rule) ?? configuredSeverity(policy.projectFile?.rules, rule)

export const SEVERITIES: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'] satisfies (
  | Severity
  | 'off'
)[]

function configuredSeverity(
  rules: Readonly<Record<string, string>> | undefined,
  rule: Rule,
): Severity | 'off' | undefined {
  const name = namesOf(rule).find(name => SEVERITIES.includes(rules?.[name] ?? ''))
  return name === undefined ? undefined : (rules?.[name] as Severity | 'off')
}
