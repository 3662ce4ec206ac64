/**
 * How every package is built, run with the package as working directory. For each entry of its exports map: ES module,
 * CommonJS module, source maps and declarations for both. Entries are built together, so what they share exists once.
 */

import { chmodSync, existsSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { dts } from 'rollup-plugin-dts'
import esbuild, { minify } from 'rollup-plugin-esbuild'
import { fieldDocs } from './scripts/field-docs.mjs'
import { namespaceDocs } from './scripts/namespace-docs.mjs'
import { findWords, pureCalls } from './scripts/pure-calls.mjs'
import { entries, readManifest, root } from './scripts/workspace.mjs'

/** @typedef {import('rollup').RollupOptions} RollupOptions */

const target = 'es2022'
const directory = process.cwd()
const manifest = readManifest(directory)
const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
const all = entries({ directory, manifest })
const publicEntries = Object.fromEntries(all.map(({ name, source }) => [name, source]))
const importedAlone = all.filter(({ isRequirable }) => !isRequirable).map(({ name }) => name)
const program = join(directory, 'src/cli.ts')

const words = findWords(join(root, 'packages/core/src'))

/** @param {string} id */
const external = (id) => isBuiltin(id) || dependencies.some((name) => id === name || id.startsWith(`${name}/`))

/**
 * Warnings are errors, except that a package may be empty, and that declarations which entries share may hold types that none of
 * them exports: those are the inner workings of the words.
 *
 * @type {RollupOptions['onwarn']}
 */
const onwarn = ({ code, message }) => {
  if (code === 'EMPTY_BUNDLE' || message.includes('private shared type exports')) return
  throw new Error(message)
}

const source = [esbuild({ target, sourceMap: true }), pureCalls({ words, from: '@oss-js/core' })]

/** @type {RollupOptions} */
const modules = {
  input: publicEntries,
  external,
  onwarn,
  // As the manifests say: a module does something when it is imported only if it is a polyfill.
  treeshake: { moduleSideEffects: (id) => id.includes('polyfill') },
  plugins: source,
  output: [
    {
      dir: 'dist',
      format: 'es',
      sourcemap: true,
      // Bundlers split an application by whole files: what is loaded later has to be in a file of its own.
      preserveModules: true,
      preserveModulesRoot: 'src',
      entryFileNames: '[name].js',
    },
    {
      dir: 'dist',
      format: 'cjs',
      sourcemap: true,
      exports: 'named',
      // Node's own `import()` stays what it is; ours becomes a `require` of the chunk beside it.
      dynamicImportInCjs: false,
      hoistTransitiveImports: false,
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      plugins: [without(importedAlone.flatMap((name) => [`${name}.cjs`, `${name}.cjs.map`]))],
    },
  ],
}

/** @type {RollupOptions} */
const declarations = {
  input: publicEntries,
  external,
  onwarn,
  // Other packages of the workspace are seen as users see them: built.
  plugins: [
    dts({ tsconfig: 'tsconfig.json', compilerOptions: { paths: {} } }),
    fieldDocs({ entries: Object.values(publicEntries), tsconfig: 'tsconfig.json' }),
    namespaceDocs(),
  ],
  output: [
    { dir: 'dist', format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: '[name].d.ts' },
    {
      dir: 'dist',
      format: 'es',
      entryFileNames: '[name].d.cts',
      chunkFileNames: '[name].d.cts',
      plugins: [without(importedAlone.map((name) => `${name}.d.cts`))],
    },
  ],
}

/** One file for a script tag, everything included. @type {RollupOptions} */
const script = {
  input: join(directory, 'src/index.ts'),
  onwarn,
  plugins: [nodeResolve({ browser: true }), ...source],
  output: ['oss-js.iife.js', 'oss-js.iife.min.js'].map((name) => ({
    file: join('dist', name),
    format: /** @type {const} */ ('iife'),
    name: 'OSS',
    sourcemap: true,
    inlineDynamicImports: true,
    plugins: name.endsWith('.min.js') ? [minify({ target })] : [],
  })),
}

/** @type {RollupOptions} */
const commandLine = {
  input: program,
  external: (id) => external(id) || id === join(directory, 'src/index.ts'),
  onwarn,
  plugins: [...source, executable()],
  output: {
    file: 'dist/cli.js',
    format: 'es',
    sourcemap: true,
    paths: { [join(directory, 'src/index.ts')]: './index.js' },
  },
}

/** Leaves files unwritten. @param {string[]} files @returns {import('rollup').OutputPlugin} */
function without(files) {
  return {
    name: 'without',
    generateBundle(_options, bundle) {
      for (const file of files) delete bundle[file]
    },
  }
}

/** Makes an entry a program that Node runs. @returns {import('rollup').Plugin} */
function executable() {
  return {
    name: 'executable',
    banner: '#!/usr/bin/env node',
    writeBundle({ file }) {
      if (file) chmodSync(file, 0o755)
    },
  }
}

export default [
  modules,
  declarations,
  ...(manifest.name === '@oss-js/browser' ? [script] : []),
  ...(existsSync(program) ? [commandLine] : []),
]
