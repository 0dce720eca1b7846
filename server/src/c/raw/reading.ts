import { memoize } from '../../text/memo.ts'
import type { SourceFile } from '../../text/source-file.ts'
import type { Unit } from '../unit.ts'

const lastReading = memoize((_: SourceFile): { unit?: Unit } => ({}))

/** What the preprocessor made of a version of a file is remembered with it, for questions about its text. */
export const rememberReading = (unit: Unit): void => {
  lastReading(unit.main).unit = unit
}

/** The last reading of a version of a file as the main file; undefined where it was only included, or never read. */
export const readingOf = (file: SourceFile): Unit | undefined => lastReading(file).unit
