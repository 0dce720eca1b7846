import { el, markup } from './drawing/element.ts'
import type { PageData } from './state.ts'

/** Where script and style come from, and the policy that lets in nothing else. */
export interface PageParts {
  readonly title: string
  readonly policy: string
  readonly language: string
  /** Elements of the head and body as text: links and scripts of the editor, or the things themselves. */
  readonly styles: string
  readonly script: string
  readonly data: PageData
}

/** The page of the system map, for the editor and for files. */
export const page = ({ title, policy, language, styles, script, data }: PageParts): string => `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
${markup(el('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }))}
<meta name="viewport" content="width=device-width, initial-scale=1">
${markup(el('title', {}, title))}
${styles}
</head>
<body>
<script type="application/json" id="data">${inScript(data)}</script>
${script}
</body>
</html>
`

/** No text of the user's ends the element it stands in. */
const inScript = (data: PageData): string => JSON.stringify(data).replaceAll('<', '\\u003c')
