import { ErrorCodes, type MessageStrategy, ResponseError } from 'vscode-languageserver'

/** What a client gets that sends something else than the protocol says. */
export const invalidParams = (words: string): ResponseError<void> => new ResponseError(ErrorCodes.InvalidParams, words)

/** Parameters that are `null` are none that are given: each method then says what it needs. */
export const noNullParams: MessageStrategy = {
  handleMessage: (message, next) => {
    const hasNull = 'params' in message && message.params === null
    next(hasNull ? ({ ...message, params: {} } as typeof message) : message)
  },
}

/** The URI of the document that parameters name. */
export function uriOf({ textDocument }: { readonly textDocument: { readonly uri: string } }): string {
  return uriIn(textDocument)
}

export function uriIn(given: { readonly uri: string } | undefined): string {
  if (!hasUri(given)) throw invalidParams('a document needs the text "uri"')
  return given.uri
}

export const hasUri = (given: unknown): given is { readonly uri: string } =>
  typeof given === 'object' && given !== null && 'uri' in given && typeof given.uri === 'string'

/** The member of parameters that is a list. */
export function listIn<Params, Name extends keyof Params & string>(given: Params, name: Name): Params[Name] {
  const list = given[name]
  if (!Array.isArray(list)) throw invalidParams(`the list "${name}" is missing`)
  return list
}

/** The member of parameters that is a text. */
export function textIn<Name extends string>(given: { readonly [name in Name]?: string }, name: Name): string {
  const text: unknown = given[name]
  if (typeof text !== 'string') throw invalidParams(`the text "${name}" is missing`)
  return text
}
