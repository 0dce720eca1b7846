export { type BootOptions, boot, defaultCommands } from './boot.ts'
export type { Command, Machine, Outcome, Stage } from './stage.ts'
