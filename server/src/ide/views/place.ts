import { positionAt, type Span } from '../../text/source-file.ts'
import type { Place } from './model.ts'

/** How the reader of a view names places: an editor by its own spelling of URIs and columns. */
export type PlaceOf = (span: Span) => Place

/** The place as the core counts: UTF-16, canonical URI. */
export const plainPlace: PlaceOf = ({ file, start, end }) => ({
  uri: file.uri,
  range: { start: positionAt(file, start), end: positionAt(file, end) },
})

/** As an optional property; nobody wrote what has no file. */
export const placeProperty = (span: Span, placeOf: PlaceOf): { readonly place?: Place } =>
  span.file.uri === '' ? {} : { place: placeOf(span) }
