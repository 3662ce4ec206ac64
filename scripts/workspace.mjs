/** What the workspace holds: its packages, their public entries, the order in which they are built. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [bin]
 * @property {string} [unpkg] the file for a script tag
 */

/**
 * @typedef {object} Package
 * @property {string} name as in `@oss-js/core`
 * @property {string} directory absolute
 * @property {Manifest} manifest
 */

/**
 * @typedef {object} Entry
 * @property {string} specifier as in `@oss-js/core/vectors`
 * @property {string} name `index` for the package itself, else as in `vectors`
 * @property {string} source absolute path of its TypeScript file
 * @property {boolean} isRequirable whether CommonJS can have it too
 */

/** Absolute path of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} directory @returns {Manifest} */
export const readManifest = (directory) => JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))

/** Every published package. @returns {Package[]} */
export function packages() {
  return readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => ({ directory, manifest: readManifest(directory) }))
    .map(({ directory, manifest }) => ({ name: manifest.name, directory, manifest }))
}

/**
 * The public entries of a package: `"./vectors"` in its exports map is `src/vectors.ts`.
 *
 * @param {Pick<Package, 'directory' | 'manifest'>} of
 * @returns {Entry[]}
 */
export function entries({ directory, manifest }) {
  return Object.entries(manifest.exports)
    .filter(([subpath]) => subpath !== './package.json')
    .map(([subpath, targets]) => {
      const name = subpath === '.' ? 'index' : subpath.slice(2)
      const source = join(directory, 'src', `${name}.ts`)
      return { specifier: manifest.name + subpath.slice(1), name, source, isRequirable: 'require' in Object(targets) }
    })
}

/**
 * The files that a manifest names, absolute: modules, programs, the script for pages.
 *
 * @param {Pick<Package, 'directory' | 'manifest'>} of
 */
export function builtFiles({ directory, manifest }) {
  /** @param {unknown} target @returns {string[]} */
  const paths = (target) => (typeof target === 'string' ? [target] : Object.values(target ?? {}).flatMap(paths))
  return paths([manifest.exports, manifest.bin, manifest.unpkg])
    .filter((path) => path.startsWith('./dist/'))
    .map((path) => join(directory, path))
}

/** The packages in groups: each group needs only the groups before it. @returns {Package[][]} */
export function buildOrder() {
  const all = packages()
  const names = new Set(all.map(({ name }) => name))
  const done = new Set()
  const groups = []
  while (done.size < all.length) {
    const group = all.filter(
      ({ name, manifest }) =>
        !done.has(name) &&
        Object.keys(manifest.dependencies ?? {}).every((needed) => !names.has(needed) || done.has(needed)),
    )
    if (group.length === 0) throw new Error('the packages depend on each other in a circle')
    for (const { name } of group) done.add(name)
    groups.push(group)
  }
  return groups
}
