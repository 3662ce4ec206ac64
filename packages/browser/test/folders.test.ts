import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listObjectsV2 } from '@oss-js/core'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { pageWithUploads } from './page-with-uploads.ts'

let site: Awaited<ReturnType<typeof pageWithUploads>>
let page: Page
let folder: string
beforeAll(async () => {
  site = await pageWithUploads()
  folder = join(site.folder, 'holiday')
  await mkdir(join(folder, 'empty'), { recursive: true })
  await mkdir(join(folder, 'many'))
  await writeFile(join(folder, '影片 😀.mov'), 'film')
  for (let index = 0; index < 250; index++) await writeFile(join(folder, 'many', `${index}.txt`), String(index))
})
beforeEach(async () => {
  await site.reset()
  page = await site.open()
})
afterEach(() => page.close())
afterAll(() => site.close())

const keys = async () => {
  const { contents } = await listObjectsV2(site.admin, { bucket: 'files', maxKeys: 1000 })
  return contents.map(({ key }) => key)
}
/** In the order of OSS, that of their bytes. */
const numbers = Array.from({ length: 250 }, (_, index) => `up/holiday/many/${index}.txt`).sort()
const statuses = () => page.evaluate(async () => (await (globalThis as any).task).map(({ status }: any) => status))
const allDone = (count: number) => Array.from({ length: count }, () => 'done')

test('a picked folder goes up with the paths of its files', async () => {
  await page.evaluate(() => {
    const input = document.querySelector('input')!
    input.webkitdirectory = true
    input.onchange = () => {
      const { OSS, client } = globalThis as any
      const task = new OSS.Uploader(client).uploadFolder({ bucket: 'files', prefix: 'up/' }, input.files)
      Object.assign(globalThis, { task })
    }
  })

  await page.setInputFiles('input', folder)

  expect(await statuses()).toEqual(allDone(251))
  expect(await keys()).toEqual([...numbers, 'up/holiday/影片 😀.mov'])
  expect(String(await site.stored('up/holiday/many/249.txt'))).toBe('249')
})

test('files that were picked without a folder go up by their names', async () => {
  await page.evaluate(() => {
    const input = document.querySelector('input')!
    input.onchange = () => {
      const { OSS, client } = globalThis as any
      Object.assign(globalThis, { task: new OSS.Uploader(client).uploadFolder({ bucket: 'files' }, input.files) })
    }
  })

  await page.setInputFiles('input', join(folder, '影片 😀.mov'))

  expect(await statuses()).toEqual(['done'])
  expect(await keys()).toEqual(['影片 😀.mov'])
})

test('a dropped folder of more than 100 files goes up whole, its empty folder too', async () => {
  await page.evaluate(() => {
    Object.assign(document.body.style, { height: '100vh', margin: 0 })
    document.body.ondragover = (event) => event.preventDefault()
    document.body.ondrop = (event) => {
      event.preventDefault()
      const { OSS, client } = globalThis as any
      const request = { bucket: 'files', prefix: 'up/' }
      const task = new OSS.Uploader(client).uploadFolder(request, event.dataTransfer, { emptyFolders: true })
      Object.assign(globalThis, { task })
    }
  })

  const devtools = await site.context.newCDPSession(page)
  const data = { items: [], files: [folder, join(folder, '影片 😀.mov')], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data })
  }
  await page.waitForFunction(() => 'task' in globalThis)

  expect(await statuses()).toEqual(allDone(253))
  expect(await keys()).toEqual(['up/holiday/empty/', ...numbers, 'up/holiday/影片 😀.mov', 'up/影片 😀.mov'])
})

test('a folder of a handle goes up whole', async () => {
  await page.evaluate(async () => {
    const { OSS, client } = globalThis as any
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('up', { create: true })
    const inner = await root.getDirectoryHandle('inner', { create: true })
    await root.getDirectoryHandle('empty', { create: true })
    for (const directory of [root, inner]) {
      const writable = await (await directory.getFileHandle('a.txt', { create: true })).createWritable()
      await writable.write(directory.name)
      await writable.close()
    }
    const task = new OSS.Uploader(client).uploadFolder({ bucket: 'files' }, root, { emptyFolders: true })
    Object.assign(globalThis, { task })
  })

  expect(await statuses()).toEqual(['done', 'done', 'done'])
  expect(await keys()).toEqual(['a.txt', 'empty/', 'inner/a.txt'])
  expect(String(await site.stored('inner/a.txt'))).toBe('inner')
})

test('a folder with a name that is no key is refused before anything is sent', async () => {
  const message = await page.evaluate(async () => {
    const { OSS, client } = globalThis as any
    const entries = [new File(['x'], '..')]
    return new OSS.Uploader(client).uploadFolder({ bucket: 'files' }, entries).catch(({ message }: Error) => message)
  })

  expect(message).toBe('path: ".." has a .. segment')
  expect(await keys()).toEqual([])
})
