/** What an editor shows of a program that uses the built packages: the language service that editors ask, without the editor. */

import { join } from 'node:path'
import ts from 'typescript'
import { root } from './workspace.mjs'

/** A page's script, where the packages resolve as users' do. */
const path = join(root, 'test/types/page/edited.ts')

/**
 * @typedef {object} Editor
 * @property {(phrase: string) => string} hover the documentation, tags included, of the word that a phrase of the program ends with
 * @property {(phrase: string) => string[]} complete what can follow a phrase of the program
 * @property {(text: string) => void} type replaces the program, as when somebody types on
 */

/**
 * Opens a program. Of a phrase that is there twice, the first is meant.
 *
 * @param {string} text
 * @returns {Editor}
 */
export function openEditor(text) {
  let current = text
  let version = 0
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'test/types/page/tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    join(root, 'test/types/page'),
  )
  const service = ts.createLanguageService({
    ...ts.sys,
    getCompilationSettings: () => ({
      ...options,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    }),
    getScriptFileNames: () => [path],
    getScriptVersion: (name) => (name === path ? String(version) : '0'),
    getScriptSnapshot: (name) => {
      const content = name === path ? current : ts.sys.readFile(name)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    fileExists: (name) => name === path || ts.sys.fileExists(name),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getCurrentDirectory: () => root,
  })
  return {
    hover(phrase) {
      const info = service.getQuickInfoAtPosition(path, endOf(current, phrase) - 1)
      const tags = (info?.tags ?? []).map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`)
      return [ts.displayPartsToString(info?.documentation), ...tags].join('\n')
    },
    complete(phrase) {
      const { entries = [] } = service.getCompletionsAtPosition(path, endOf(current, phrase), undefined) ?? {}
      return entries.map(({ name }) => name)
    },
    type(next) {
      current = next
      version += 1
    },
  }
}

/** @param {string} text @param {string} phrase */
function endOf(text, phrase) {
  const at = text.indexOf(phrase)
  if (at < 0) throw new Error(`not in the program: ${phrase}`)
  return at + phrase.length
}
