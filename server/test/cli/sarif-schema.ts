/** What SARIF 2.1.0 asks of the objects we write: names, types, ranges; nothing else may stand in them. */

type Schema = Readonly<Record<string, unknown>>

const object = (properties: Readonly<Record<string, Schema>>, ...required: readonly string[]): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})
const list = (items: Schema): Schema => ({ type: 'array', items })
const unique = (items: Schema, minItems = 0): Schema => ({ type: 'array', items, uniqueItems: true, minItems })
const text: Schema = { type: 'string' }
const atLeast = (minimum: number): Schema => ({ type: 'integer', minimum })

const message = object({ text, markdown: text }, 'text')
const markdown = object({ text, markdown: text }, 'text')
const level: Schema = { enum: ['none', 'note', 'warning', 'error'] }
const uri: Schema = { type: 'string', pattern: "^[A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=%]+$" }
const artifactLocation = object({ uri, uriBaseId: text }, 'uri')
const region = object(
  { startLine: atLeast(1), startColumn: atLeast(1), endLine: atLeast(1), endColumn: atLeast(1) },
  'startLine',
)
const physicalLocation = object({ artifactLocation, region }, 'artifactLocation')
const location = object({ id: atLeast(0), message, physicalLocation })
const replacement = object({ deletedRegion: region, insertedContent: object({ text }) }, 'deletedRegion')
const artifactChange = object(
  { artifactLocation, replacements: { ...list(replacement), minItems: 1 } },
  'artifactLocation',
  'replacements',
)
const properties: Schema = { type: 'object' }
const fix = object({ description: message, artifactChanges: unique(artifactChange, 1), properties }, 'artifactChanges')
const result = object(
  {
    ruleId: text,
    ruleIndex: atLeast(0),
    level,
    message,
    locations: list(location),
    relatedLocations: unique(location),
    partialFingerprints: { type: 'object', additionalProperties: text },
    fixes: unique(fix),
  },
  'message',
)
const rule = object(
  {
    id: text,
    name: text,
    shortDescription: markdown,
    fullDescription: markdown,
    help: markdown,
    defaultConfiguration: object({ level }),
  },
  'id',
)
const run = object(
  {
    tool: object({ driver: object({ name: text, version: text, rules: unique(rule) }, 'name') }, 'driver'),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    originalUriBaseIds: { type: 'object', additionalProperties: object({ uri, description: message }) },
    results: list(result),
  },
  'tool',
)

export const sarifSchema: Schema = object(
  { $schema: uri, version: { const: '2.1.0' }, runs: { ...list(run), minItems: 1 } },
  'version',
  'runs',
)
