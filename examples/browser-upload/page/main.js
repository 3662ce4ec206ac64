/* global OSS, showOpenFilePicker */
const { createClient, discardCheckpoint, Downloader, expiringCheckpoints, folderEntries, indexedDbCheckpoints } = OSS
const { keyFromPath, listObjectsV2, paginate, stsFromUrl, Uploader } = OSS

const query = new URLSearchParams(location.search)
const partSize = Number(query.get('partSize') ?? 5 * 1024 * 1024)
const filesAtOnce = 2
const weekMs = 7 * 24 * 3_600_000

const element = (id) => document.getElementById(id)
const { endpoint, region, bucket, prefix } = await (await fetch('settings')).json()
const client = createClient({
  region,
  endpoint,
  credentialsProvider: stsFromUrl('sts'),
  ...(query.has('attempts') && { retryMaxAttempts: Number(query.get('attempts')) }),
  // oss-js learns the right time from OSS and goes on; the person should know nevertheless.
  logger: { warn: (_, { error }) => noticeClock(/the clock of this device: it is ([^.]+)/.exec(error)) },
})

function noticeClock(found) {
  if (!found) return
  const problem = `the clock of this device is ${found[1]}`
  notice(`Uploads work, but ${problem}. To fix it, let the device set its time by itself.`)
}

function notice(text) {
  element('notice').textContent = text
  element('notice').hidden = false
}

/** Where the page remembers what it is uploading, so that a reload, or a closed tab, loses nothing. */
const checkpointStore = expiringCheckpoints(indexedDbCheckpoints(), { timeToLiveMs: weekMs, client })
const uploader = new Uploader(client, { partSize, enableCheckpoint: true, checkpointStore })

const waiting = []
let running = 0

async function runNext() {
  if (running >= filesAtOnce || waiting.length === 0) return
  running++
  await waiting.shift()()
  running--
  void runNext()
}

/** One file whose name OSS would refuse does not keep the others back. */
function addUploads(files) {
  const refusals = []
  for (const [file, path] of files) {
    try {
      addUpload(file, path)
    } catch (refusal) {
      refusals.push(refusal.message)
    }
  }
  if (refusals.length > 0) notice(`Not uploaded: ${refusals.join('; ')}`)
}

/** Whoever uses the keyboard keeps their place when what has the focus goes away. */
function removeElement(removed, next) {
  const hadFocus = removed.contains(document.activeElement)
  removed.remove()
  if (hadFocus) next?.focus()
}

/** @param {File | FileSystemFileHandle} file */
function addUpload(file, path = file.name) {
  const key = keyFromPath(path, { prefix })
  const name = key.slice(prefix.length)
  const row = fromTemplate('upload-row')
  const [title, button, bar, state, error] = row.children
  const [speed] = state.children
  let attempt = 0
  let task
  title.textContent = name
  title.tabIndex = -1
  bar.setAttribute('aria-label', `Upload of ${name}`)

  const show = (status, action, text) => {
    row.dataset.status = status
    button.textContent = action
    button.setAttribute('aria-label', `${action} ${name}`)
    state.textContent = text
    if (action === '') removeElement(button, title)
  }
  const start = () => {
    const mine = ++attempt
    task = undefined
    bar.value = 0
    error.hidden = true
    show('waiting', 'Cancel', 'Waiting')
    waiting.push(() => run(mine))
    void runNext()
  }
  const showProgress = ({ transferred, total, phase, bytesPerSecond }) => {
    bar.value = total > 0 ? transferred / total : 0
    speed.textContent = phase === 'hashing' ? ', comparing' : `, ${inBytes(bytesPerSecond)}/s`
    state.replaceChildren(`${inBytes(transferred)} of ${inBytes(total)}`, speed)
  }
  const run = async (mine) => {
    if (mine !== attempt) return
    try {
      task = uploader.uploadFile({ bucket, key }, file, { onProgress: showProgress })
      await task
      bar.value = 1
      show('done', '', inBytes(task.progress.total))
      announce(`${name} is uploaded`)
      await showObjects()
    } catch (failure) {
      if (mine !== attempt) return
      error.textContent = failure.message
      error.hidden = false
      show('failed', 'Try again', 'Failed')
      announce(`${name} is not uploaded`)
    }
  }
  button.onclick = () => {
    if (button.textContent !== 'Cancel') return start()
    attempt++
    void task?.abort({ keepParts: false })
    show('cancelled', 'Try again', 'Cancelled')
  }
  element('uploads').append(row)
  if (interruptedRows.has(key)) removeElement(interruptedRows.get(key), button)
  interruptedRows.delete(key)
  start()
}

const interruptedRows = new Map()

/** What an earlier page did not finish. Where the browser kept the file's handle, a click goes on. */
async function showInterrupted() {
  for (const { checkpoint, handle } of await uploader.interruptedUploads()) {
    const row = fromTemplate('interrupted-row')
    const [title, goOn, discard, hint] = row.children
    const name = checkpoint.key.slice(prefix.length)
    title.textContent = name
    goOn.textContent = handle ? 'Continue' : 'Choose again'
    goOn.setAttribute('aria-label', `${goOn.textContent} ${name}`)
    discard.setAttribute('aria-label', `Discard ${name}`)
    hint.textContent = handle ? 'Not finished' : 'Not finished: choose the same file, and it goes on where it stopped'
    goOn.onclick = () => (handle ? addUpload(handle, name) : element('picker').click())
    discard.onclick = () => {
      removeElement(row, element('picker'))
      announce(`${name} is discarded`)
      void discardCheckpoint(checkpointStore, checkpoint, client)
    }
    interruptedRows.set(checkpoint.key, row)
    element('uploads').append(row)
  }
}

let listing = 0

/** Of two lists that are under way at once, the later one is right. */
async function showObjects() {
  const mine = ++listing
  try {
    const rows = []
    for await (const page of paginate(client, listObjectsV2, { bucket, prefix })) {
      rows.push(...(page.contents ?? []).map(objectRow))
    }
    if (mine !== listing) return
    const focused = element('objects').contains(document.activeElement) && document.activeElement.ariaLabel
    element('objects').replaceChildren(...rows)
    if (focused) rows.find(({ lastElementChild }) => lastElementChild.ariaLabel === focused)?.lastElementChild.focus()
    element('empty').hidden = rows.length > 0
    element('list-error').hidden = true
  } catch (error) {
    showListError(error)
  }
}

function showListError({ message }) {
  element('list-error').textContent = message
  element('list-error').hidden = false
}

function objectRow({ key, size, lastModified }) {
  const row = fromTemplate('object-row')
  const [name, facts, button] = row.children
  const date = lastModified.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  name.textContent = key.slice(prefix.length)
  facts.textContent = `${inBytes(size)}, ${date.replaceAll(' ', '\u00a0')}`
  button.setAttribute('aria-label', `Download ${name.textContent}`)
  button.onclick = () => download(key).catch(showListError)
  return row
}

/** Fetched with signed headers, so no key ever stands in a URL. */
async function download(key) {
  const url = URL.createObjectURL(await new Downloader(client).downloadBlob({ bucket, key }))
  Object.assign(document.createElement('a'), { href: url, download: key.slice(prefix.length) }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

const fromTemplate = (id) => element(id).content.firstElementChild.cloneNode(true)

const announce = (text) => {
  element('announcer').textContent = text
}

function inBytes(bytes) {
  const unit = bytes < 1e6 ? 'kilobyte' : bytes < 1e9 ? 'megabyte' : 'gigabyte'
  const scale = { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit]
  const format = { style: 'unit', unit, maximumFractionDigits: 1 }
  return bytes < 1e3 ? `${Math.round(bytes)} bytes` : new Intl.NumberFormat(undefined, format).format(bytes / scale)
}

const drop = element('drop')
element('picker').onchange = ({ target }) => {
  addUploads(Array.from(target.files, (file) => [file]))
  target.value = ''
}
// Handles are kept with what is being uploaded; the files of an <input> have to be chosen again.
drop.onclick = async (event) => {
  if (!globalThis.showOpenFilePicker) return
  event.preventDefault()
  const handles = await showOpenFilePicker({ multiple: true }).catch(() => [])
  addUploads(handles.map((handle) => [handle]))
}
// All of the page takes files: a browser would open one that is dropped beside the field, in place of the page.
addEventListener('dragover', (event) => {
  event.preventDefault()
  drop.classList.add('over')
})
addEventListener('dragleave', ({ relatedTarget }) => {
  if (!relatedTarget) drop.classList.remove('over')
})
addEventListener('drop', async (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  // Must be asked for before anything is waited for: what was dropped is forgotten then.
  const entries = folderEntries(event.dataTransfer)
  const found = await entries.catch(({ message }) => notice(`What was dropped cannot be read: ${message}`))
  addUploads((found ?? []).map(({ path, source }) => [source, path]))
})
for (const type of ['online', 'offline']) {
  addEventListener(type, () => {
    element('offline').hidden = navigator.onLine
    document.body.classList.toggle('offline', !navigator.onLine)
  })
}

element('bucket').textContent = bucket
await showInterrupted()
await showObjects()
