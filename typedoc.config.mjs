/** `npm run docs`: the reference of every public entry, in docs/api. What packages re-export is described once. */

import { Converter } from 'typedoc'
import { buildOrder, entries } from './scripts/workspace.mjs'

// Core comes first: what the others re-export is described there.
const publicEntries = buildOrder().flat().flatMap(entries)

/** Calls a module what users import, instead of where its file lies. @param {import('typedoc').Application} app */
function nameModulesAsImported(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const path = module.sources?.[0]?.fullFileName
      module.name = publicEntries.find(({ source }) => source === path)?.specifier ?? module.name
    }
  })
}

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'oss-js',
  entryPoints: publicEntries.map(({ source }) => source),
  tsconfig: 'tsconfig.json',
  plugin: [nameModulesAsImported],
  readme: 'none',
  excludePrivate: true,
  out: 'docs/api',
}
