/** `bb:dd.f` */
export const bdfText = (bdf: number): string => `${hexByte((bdf >> 8) & 0xff)}:${hexByte((bdf >> 3) & 0x1f)}.${bdf & 7}`

const hexByte = (value: number): string => value.toString(16).padStart(2, '0')
