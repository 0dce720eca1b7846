import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser'
import { noNullParams } from './params.ts'
import { serve } from './server.ts'

const worker = self as unknown as DedicatedWorkerGlobalScope

// A worker sees no files: all of them come from the client, whatever their scheme.
const connection = createConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker), {
  messageStrategy: noNullParams,
})
serve(connection, { files: client => client })
