export { type Emulator, startEmulator } from './emulator.ts'
export type { Fault, FaultRequest, Faults } from './faults.ts'
export type { JournalEntry } from './journal.ts'
export { type Account, defaultAccount, type EmulatorOptions, type Logger } from './settings.ts'
