import { expect, test } from 'vitest'
import { contentTypeOf } from '../src/content-type.ts'
import vectors from './conformance/vectors/content-type.json' with { type: 'json' }

const detected = (name: string) => contentTypeOf(name) ?? vectors.default

test.each(Object.entries(vectors.agreed))('.%s is %s', (extension, type) => {
  expect(detected(`dir/name.${extension}`)).toBe(type)
  expect(detected(`NAME.${extension.toUpperCase()}`)).toBe(type)
})

test.each(Object.entries(vectors.either))('.%s is one of two types in use', (extension, types) => {
  expect(Object.values(types)).toContain(contentTypeOf(`name.${extension}`))
})

test.each(Object.entries({ ...vectors.pythonOnly, ...vectors.goOnly }))('.%s is %s or unknown', (extension, type) => {
  expect([type, undefined]).toContain(contentTypeOf(`name.${extension}`))
})

test.each(vectors.names)('the name "$name" decides by its last extension', ({ name, contentType, differ }) => {
  expect([contentType, ...Object.values(differ ?? {})]).toContain(detected(name))
})

test.each([
  ['app.js', 'text/javascript'],
  ['module.MJS', 'text/javascript'],
  ['favicon.ico', 'image/vnd.microsoft.icon'],
  ['clip.3gp', 'video/3gpp'],
  ['live.m3u8', 'application/vnd.apple.mpegurl'],
  ['table.csv', 'text/csv'],
  ['photo.heic', 'image/heic'],
  ['photo.webp', 'image/webp'],
  ['site.webmanifest', 'application/manifest+json'],
  ['a.tar.gz', 'application/x-gzip'],
  ['talk.opus', 'audio/opus'],
])('%s is %s', (name, type) => {
  expect(contentTypeOf(name)).toBe(type)
})

test.each(['', 'a', 'a.', 'a.b/c', 'a.x-', 'a.application', 'a.vnd', 'a.xml\n', 'a.constructor', 'a. txt', 'a..'])(
  'the name %j has no known type',
  (name) => {
    expect(contentTypeOf(name)).toBeUndefined()
  },
)
