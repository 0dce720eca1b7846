/** Plain JSON with each message in it replaced by its English, as a client reads it that does not translate. */
export const inEnglish = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) => (isMessage(each) ? each.text : each))

const isMessage = (value: unknown): value is { readonly text: string } =>
  typeof value === 'object' && value !== null && 'template' in value
