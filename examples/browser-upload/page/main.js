/* global OSS */
const { abortMultipartUpload, completeMultipartUpload, getObject, initiateMultipartUpload, listObjectsV2 } = OSS
const { createClient, paginate, putObject, stsFromUrl, uploadPart } = OSS

const query = new URLSearchParams(location.search)
const partSize = Number(query.get('partSize') ?? 5 * 1024 * 1024)
const partsAtOnce = 3
const filesAtOnce = 2

const element = (id) => document.getElementById(id)
const { endpoint, region, bucket, prefix } = await (await fetch('settings')).json()
const client = createClient({
  region,
  endpoint,
  credentialsProvider: stsFromUrl('sts'),
  ...(query.has('attempts') && { retryMaxAttempts: Number(query.get('attempts')) }),
  // oss-js learns the right time from OSS and goes on; the person should know nevertheless.
  logger: { warn: (message) => /clock/.test(message) && noticeClock(message) },
})

function noticeClock(message) {
  element('notice').textContent = `Uploads work, but ${message}. To fix it, let the device set its time by itself.`
  element('notice').hidden = false
}

/** A small file goes in one request, a large one in parts. */
function upload(file, signal, onProgress) {
  const target = { bucket, key: prefix + file.name }
  const contentType = file.type || undefined
  if (file.size > partSize) return uploadInParts(file, { ...target, contentType }, signal, onProgress)
  const report = ({ transferred }) => onProgress(transferred)
  return putObject(client, { ...target, contentType, body: file }, { signal, onProgress: report })
}

async function uploadInParts(file, { bucket, key, contentType }, signal, onProgress) {
  const { uploadId } = await initiateMultipartUpload(client, { bucket, key, contentType }, { signal })
  const sent = []
  const sendPart = async (index, partSignal) => {
    const body = file.slice(index * partSize, (index + 1) * partSize)
    const report = ({ transferred }) => {
      sent[index] = transferred
      onProgress(sent.reduce((sum, bytes) => sum + bytes, 0))
    }
    const part = { bucket, key, uploadId, partNumber: index + 1, body }
    const { etag } = await uploadPart(client, part, { signal: partSignal, onProgress: report })
    return { partNumber: index + 1, etag }
  }
  try {
    const parts = await inParallel(Math.ceil(file.size / partSize), signal, sendPart)
    const whole = { bucket, key, uploadId, completeMultipartUpload: { parts } }
    await completeMultipartUpload(client, whole, { signal })
  } catch (error) {
    await abortMultipartUpload(client, { bucket, key, uploadId }).catch(() => {})
    throw error
  }
}

/** Calls `work(0)` to `work(count - 1)`, a few at a time. The first failure stops the others. */
async function inParallel(count, signal, work) {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const results = []
  let next = 0
  const takeNext = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index, either)
  }
  const workers = Array.from({ length: partsAtOnce }, () =>
    takeNext().catch((error) => {
      stop.abort(error)
      throw error
    }),
  )
  await Promise.allSettled(workers)
  await Promise.all(workers)
  return results
}

const waiting = []
let running = 0

async function runNext() {
  if (running >= filesAtOnce || waiting.length === 0) return
  running++
  await waiting.shift()()
  running--
  void runNext()
}

function addUpload(file) {
  const row = fromTemplate('upload-row')
  const [name, button, bar, state, error] = row.children
  let controller
  name.textContent = file.name
  bar.setAttribute('aria-label', `Upload of ${file.name}`)

  const show = (status, action, text) => {
    row.dataset.status = status
    button.textContent = action
    button.setAttribute('aria-label', `${action} ${file.name}`)
    state.textContent = text
    if (action === '') button.remove()
  }
  const start = () => {
    controller = new AbortController()
    const { signal } = controller
    bar.value = 0
    error.hidden = true
    show('waiting', 'Cancel', 'Waiting')
    waiting.push(() => run(signal))
    void runNext()
  }
  const run = async (signal) => {
    if (signal.aborted) return
    const startedAt = performance.now()
    try {
      await upload(file, signal, (sent) => {
        const perSecond = (sent / (performance.now() - startedAt)) * 1000
        bar.value = sent / file.size
        state.textContent = `${inBytes(sent)} of ${inBytes(file.size)}, ${inBytes(perSecond)}/s`
      })
      bar.value = 1
      show('done', '', inBytes(file.size))
      announce(`${file.name} is uploaded`)
      await showObjects()
    } catch (failure) {
      if (signal.aborted) return
      error.textContent = failure.message
      error.hidden = false
      show('failed', 'Try again', 'Failed')
    }
  }
  button.onclick = () => {
    if (button.textContent !== 'Cancel') return start()
    controller.abort()
    show('cancelled', 'Try again', 'Cancelled')
  }
  element('uploads').append(row)
  element('uploads-section').hidden = false
  start()
}

async function showObjects() {
  try {
    const rows = []
    for await (const page of paginate(client, listObjectsV2, { bucket, prefix })) {
      rows.push(...(page.contents ?? []).map(objectRow))
    }
    element('objects').replaceChildren(...rows)
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
  const { body, contentType } = await getObject(client, { bucket, key })
  const url = URL.createObjectURL(await body.blob(contentType))
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
  for (const file of target.files) addUpload(file)
  target.value = ''
}
drop.ondragover = (event) => {
  event.preventDefault()
  drop.classList.add('over')
}
drop.ondragleave = () => drop.classList.remove('over')
drop.ondrop = (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  for (const file of event.dataTransfer.files) addUpload(file)
}

element('bucket').textContent = bucket
await showObjects()
