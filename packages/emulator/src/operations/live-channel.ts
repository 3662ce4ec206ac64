import type { Call } from '../call.ts'
import {
  configurationsNamed,
  configurationsOf,
  forgetConfiguration,
  keepConfiguration,
} from '../configurations/stored.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { readLimit } from '../listing.ts'
import { requireBucket } from '../lookup.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { percentEncode } from '../percent-encode.ts'
import {
  branch,
  childrenOf,
  elementAt,
  leaf,
  readXml,
  textOf,
  writeElement,
  type XmlElement,
  xmlDocument,
} from '../xml.ts'

const recordName = 'LiveChannel'

const noSuchLiveChannel = (name: string): ServiceFault =>
  new ServiceFault(404, 'NoSuchLiveChannel', 'The specified live channel does not exist.', {
    details: { LiveChannel: name },
  })

/** The record of a channel: its configuration, and when it was last changed. */
function channelOf(call: Call, name = call.key): XmlElement {
  const document = readXml(configurationsOf(call)[`${recordName}/${name}`] ?? '', recordName)
  if (document === undefined) throw noSuchLiveChannel(name)
  return document
}

const playlistOf = (channel: XmlElement): string =>
  elementAt(channel, 'LiveChannelConfiguration/Target/PlaylistName')?.text ?? ''

function urls(call: Call, name: string, playlist: string): string {
  const host = `${call.bucket}.oss-${call.settings.region}.aliyuncs.com`
  const channel = percentEncode(name)
  return [
    branch('PublishUrls', leaf('Url', `rtmp://${host}/live/${channel}`)),
    branch('PlayUrls', leaf('Url', `http://${host}/${channel}/${percentEncode(playlist)}`)),
  ].join('')
}

function readNumber(target: XmlElement, name: string, byDefault: number): number {
  const text = textOf(target, name)?.trim() || String(byDefault)
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 100) return Number(text)
  throw invalidArgument(name, text, `The ${name} must be between 1 and 100.`)
}

function readStatus(text: string): string {
  if (text === 'enabled' || text === 'disabled') return text
  throw invalidArgument('Status', text, 'The status of a live channel must be enabled or disabled.')
}

function readConfiguration(document: XmlElement | undefined): string {
  const target = document && elementAt(document, 'Target')
  if (document === undefined || target === undefined || textOf(target, 'Type')?.trim() !== 'HLS') throw malformedXml()
  const playlist = textOf(target, 'PlaylistName')?.trim() || 'playlist.m3u8'
  if (!/^[^/]{1,122}\.m3u8$/.test(playlist)) {
    throw invalidArgument('PlaylistName', playlist, 'The name of the playlist must end with .m3u8.')
  }
  return branch(
    'LiveChannelConfiguration',
    leaf('Description', textOf(document, 'Description') ?? ''),
    leaf('Status', readStatus(textOf(document, 'Status')?.trim() || 'enabled')),
    branch(
      'Target',
      leaf('Type', 'HLS'),
      leaf('FragDuration', readNumber(target, 'FragDuration', 5)),
      leaf('FragCount', readNumber(target, 'FragCount', 3)),
      leaf('PlaylistName', playlist),
    ),
    ...childrenOf(document, 'Snapshot').map(writeElement),
  )
}

const keep = (call: Call, configuration: string): Promise<void> =>
  keepConfiguration(
    call,
    `${recordName}/${call.key}`,
    branch(recordName, configuration, leaf('LastModified', call.now.toISOString())),
  )

/** PutLiveChannel: makes a live channel, in place of one with the same name. Nothing can be streamed to it. */
export async function putLiveChannel(call: Call): Promise<OssResponse> {
  if (call.key.includes('/')) {
    throw invalidArgument('ChannelName', call.key, 'The name of a live channel must not contain a slash.')
  }
  requireBucket(call.store, call.bucket)
  const configuration = readConfiguration(readXml(await readBody(call.request), 'LiveChannelConfiguration'))
  await keep(call, configuration)
  const result = branch('CreateLiveChannelResult', urls(call, call.key, playlistOf(channelOf(call))))
  return xmlAnswer(xmlDocument(result))
}

/** PutLiveChannelStatus: enables or disables a live channel. */
export async function putLiveChannelStatus(call: Call): Promise<OssResponse> {
  const configuration = elementAt(channelOf(call), 'LiveChannelConfiguration')!
  const status = readStatus(call.query.get('status') ?? '')
  const children = configuration.children.map((child) => (child.name === 'Status' ? { ...child, text: status } : child))
  await keep(call, writeElement({ ...configuration, children }))
  return empty()
}

/** GetLiveChannelInfo: the configuration of a live channel. */
export const getLiveChannelInfo = (call: Call): OssResponse =>
  xmlAnswer(xmlDocument(childrenOf(channelOf(call), 'LiveChannelConfiguration').map(writeElement).join('')))

/** GetLiveChannelStat: whether a live channel is enabled; nothing is ever streamed to it. */
export function getLiveChannelStat(call: Call): OssResponse {
  const isEnabled = elementAt(channelOf(call), 'LiveChannelConfiguration/Status')?.text === 'enabled'
  return xmlAnswer(xmlDocument(branch('LiveChannelStat', leaf('Status', isEnabled ? 'Idle' : 'Disabled'))))
}

/** GetLiveChannelHistory: what was streamed to a live channel, which is nothing. */
export function getLiveChannelHistory(call: Call): OssResponse {
  channelOf(call)
  return xmlAnswer(xmlDocument(leaf('LiveChannelHistory', '')))
}

/** DeleteLiveChannel: forgets a live channel. */
export async function deleteLiveChannel(call: Call): Promise<OssResponse> {
  await forgetConfiguration(call, `${recordName}/${call.key}`)
  return empty(204)
}

function listedChannel(call: Call, name: string, text: string): string {
  const channel = readXml(text, recordName)!
  const configuration = elementAt(channel, 'LiveChannelConfiguration')!
  return branch(
    'LiveChannel',
    leaf('Name', name),
    leaf('Description', textOf(configuration, 'Description') ?? ''),
    leaf('Status', textOf(configuration, 'Status') ?? ''),
    leaf('LastModified', textOf(channel, 'LastModified') ?? ''),
    urls(call, name, playlistOf(channel)),
  )
}

/** ListLiveChannel: the live channels of a bucket, by name. */
export function listLiveChannel(call: Call): OssResponse {
  const limit = readLimit('max-keys', call.query.get('max-keys'), 100)
  const [prefix, marker] = [call.query.get('prefix') ?? '', call.query.get('marker') ?? '']
  const found = configurationsNamed(configurationsOf(call), recordName).filter(
    ([name]) => name.startsWith(prefix) && name > marker,
  )
  const page = found.slice(0, limit)
  const isTruncated = found.length > limit
  const result = branch(
    'ListLiveChannelResult',
    leaf('Prefix', prefix),
    leaf('Marker', marker),
    leaf('MaxKeys', limit),
    leaf('IsTruncated', isTruncated),
    leaf('NextMarker', isTruncated ? (page.at(-1)?.[0] ?? '') : ''),
    ...page.map(([name, text]) => listedChannel(call, name, text)),
  )
  return xmlAnswer(xmlDocument(result))
}

function readTimes({ query }: Call): void {
  const [start, end] = ['startTime', 'endTime'].map((name) => query.get(name) ?? '') as [string, string]
  if (/^\d+$/.test(start) && /^\d+$/.test(end) && Number(start) < Number(end)) return
  throw invalidArgument('startTime', start, 'The times of a playlist must be seconds, the first before the last.')
}

const noSegments = (): ServiceFault =>
  new ServiceFault(400, 'InvalidArgument', 'No ts file found in specified time span.', { ec: '0044-00000308' })

/** PostVodPlaylist: refused, since no live channel has anything to be played. */
export function postVodPlaylist(call: Call): OssResponse {
  channelOf(call, call.key.split('/')[0])
  readTimes(call)
  throw noSegments()
}

/** GetVodPlaylist: refused, since no live channel has anything to be played. */
export function getVodPlaylist(call: Call): OssResponse {
  channelOf(call)
  readTimes(call)
  throw noSegments()
}
