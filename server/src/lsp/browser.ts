import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser'
import { serve } from './server.ts'

const worker = self as unknown as DedicatedWorkerGlobalScope

// A worker sees no files: all of them come from the client, whatever their scheme.
serve(createConnection(new BrowserMessageReader(worker), new BrowserMessageWriter(worker)), { files: client => client })
