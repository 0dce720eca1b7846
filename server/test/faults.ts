import { vi } from 'vitest'
import type * as Bind from '../src/config/bind.ts'
import type * as Suppressions from '../src/config/suppressions.ts'
import type * as Boot from '../src/machine/boot.ts'
import type { CellRule, Finding } from '../src/rules/rule.ts'

/** Errors of ours, planted: a stage throws for every cell whose file or name holds its word. */

export const planted = (word: string, name: string): void => {
  if (name.includes(word)) throw new TypeError(`planted in ${word}`)
}

/** For `vi.mock('…/config/bind.ts', …)`, and so on; imported there, since mocks come before imports. */
export async function faultyBind(importOriginal: () => Promise<typeof Bind>): Promise<typeof Bind> {
  const original = await importOriginal()
  return {
    ...original,
    bindConfig: unit => {
      planted('no-bind', unit.main.uri)
      return original.bindConfig(unit)
    },
  }
}

export async function faultyBoot(importOriginal: () => Promise<typeof Boot>): Promise<typeof Boot> {
  const original = await importOriginal()
  return {
    ...original,
    boot: (scenario, options) => {
      for (const { name } of scenario.cells) planted('no-boot', name)
      return original.boot(scenario, options)
    },
  }
}

export async function faultySuppressions(
  importOriginal: () => Promise<typeof Suppressions>,
): Promise<typeof Suppressions> {
  const original = await importOriginal()
  return {
    ...original,
    suppressionsIn: file => {
      planted('no-comments', file.uri)
      return original.suppressionsIn(file)
    },
  }
}

/** A rule about cells that throws. */
export function plantIn(rule: CellRule): void {
  const { check } = rule
  vi.spyOn(rule, 'check').mockImplementation(function* (cell) {
    planted('no-rule', cell.name)
    yield* check(cell)
  })
}

export const internalErrors = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ rule }) => rule.id === 'incomplete-check')
    .map(({ span, headline }) => `${nameOf(span.file.uri)}: ${headline}`)

const nameOf = (uri: string): string => uri.slice(uri.lastIndexOf('/') + 1)
