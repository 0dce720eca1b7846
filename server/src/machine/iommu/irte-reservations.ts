/** Entries of VT-d's interrupt remapping table that belong to devices: `vtd_reserve_int_remap_region` and its reverse. */

/** Entries `[from, to)` are assigned to `device` (a bdf, or the id of an I/O APIC). Ascending and disjoint. */
export interface Reservation {
  readonly device: number
  readonly from: number
  readonly to: number
}

export type Reservations = readonly Reservation[]

export const indexOf = (reservations: Reservations, device: number): number | undefined =>
  reservations.find(reservation => reservation.device === device)?.from

/** First fit of `length` entries below `limit`; undefined if there is no such gap. */
export function vtd_reserve_int_remap_region(
  reservations: Reservations,
  limit: number,
  device: number,
  length: number,
): Reservations | undefined {
  let from = 0
  let position = 0
  for (const taken of reservations) {
    if (from + length <= taken.from) break
    from = taken.to
    position++
  }
  return limit < from + length ? undefined : reservations.toSpliced(position, 0, { device, from, to: from + length })
}

/** Clears `length` entries from the device's first one on, whoever they belong to. */
export function vtd_free_int_remap_region(reservations: Reservations, device: number, length: number): Reservations {
  const from = indexOf(reservations, device)
  if (from === undefined) return reservations
  const to = from + length
  return reservations.flatMap(one =>
    [
      { ...one, to: Math.min(one.to, from) },
      { ...one, from: Math.max(one.from, to) },
    ].filter(rest => rest.from < rest.to),
  )
}
