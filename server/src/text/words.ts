/** How numbers are written for people and in C. */

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`
