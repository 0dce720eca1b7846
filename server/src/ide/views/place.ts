import { positionAt, type Span } from '../../text/source-file.ts'
import type { Place } from './model.ts'

/** How the reader of a view names places: an editor by its own spelling of URIs and columns. */
export type ToPlace = (span: Span) => Place

/** The place as the core counts: UTF-16, canonical URI. */
export const plainPlace: ToPlace = ({ file, start, end }) => ({
  uri: file.uri,
  range: { start: positionAt(file, start), end: positionAt(file, end) },
})

/** As an optional property; nobody wrote what has no file. */
export const placeProperty = (span: Span, toPlace: ToPlace): { readonly place?: Place } =>
  span.file.uri === '' ? {} : { place: toPlace(span) }
