import { setFlagsFromString } from 'node:v8'

/**
 * Tells V8 that this process lives long, computes little and shall stay small. Each flag was measured; together they
 * take a third of the resident memory and most of its growth. A flag that a later V8 does not know is only complained of.
 */
export function keepHeapSmall(): void {
  for (const flag of FLAGS) setFlagsFromString(flag)
}

const FLAGS = [
  // The optimizing compiler needs 20 MiB for the parser's wasm, which malloc then keeps, and makes it no faster here.
  '--liftoff-only',
  '--no-wasm-tier-up',
  // Nor is a function worth it that only the first analysis makes look busy. Three times as much, and every keystroke
  // waits longer; V8's own choice takes 10 MiB more.
  '--interrupt-budget=400000',
  // The young generation stays as large as it is now, 2 MiB, instead of 16: it is resident whether it is used or not.
  '--semi-space-growth-factor=1',
  // Garbage may take half of what lives; V8 would let it grow tenfold.
  '--heap-growing-percent=50',
]
