/** A module of the pages without imports of its own, as the browser gets it. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'

export function module(path) {
  const { outputText } = ts.transpileModule(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), {
    compilerOptions: { module: 'ESNext', target: 'ES2022', verbatimModuleSyntax: true },
  })
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`)
}
