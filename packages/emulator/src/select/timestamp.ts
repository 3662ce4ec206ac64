import { Mismatch, sqlFault } from './select-fault.ts'

/** What a part of a format reads. */
const parts: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<year>\\d{2})',
  DD: '(?<day>\\d{2})',
  HH: '(?<hour>\\d{2})',
  SS: '(?<second>\\d{2})',
  mss: '(?<millisecond>\\d{1,3})',
}

/** Formats that a text may have without being told. */
const knownFormats = [
  'YYYYMMDD',
  'YYYY/MM/DD',
  'DD/MM/YYYY',
  'YYYY-MM-DD',
  'DD-MM-YYYY',
  'DD.MM.YYYY',
  'HH:MM:SS.mss',
  'HH:MM:SS',
  'YYYYMMDD HH:MM:SS.mss',
  'YYYY/MM/DD HH:MM:SS.mss',
  'DD/MM/YYYY HH:MM:SS.mss',
  'YYYYMMDD HH:MM:SS',
  'YYYY/MM/DD HH:MM:SS',
  'DD/MM/YYYY HH:MM:SS',
  'YYYY-MM-DD HH:MM:SS.mss',
  'DD-MM-YYYY HH:MM:SS.mss',
  'YYYY-MM-DD HH:MM:SS',
  'YYYYMMDDTHH:MM:SS',
  'YYYYMMDDTHH:MM:SS.mss',
  'YYYYMMDDTHHMM',
  'YYYYMMDDTHHMMSS',
]

/** Formats that must be named. */
const namedFormats = ['YYYYDDMM', 'YYYY/DD/MM', 'MM/DD/YYYY', 'YYYY-DD-MM', 'MM-DD-YYYY', 'MM.DD.YYYY']

function patternOf(format: string): RegExp {
  let hasHour = false
  const source = format.replace(/YYYY|YY|DD|HH|MM|SS|mss|[.]/g, (part) => {
    if (part === '.') return '\\.'
    if (part === 'HH') hasHour = true
    if (part === 'MM') return hasHour ? '(?<minute>\\d{2})' : '(?<month>\\d{2})'
    return parts[part] ?? part
  })
  return new RegExp(`^${source}$`)
}

function readAs(text: string, format: string): number | undefined {
  const groups = patternOf(format).exec(text)?.groups
  if (groups === undefined) return undefined
  const { year = '1970', month = '1', day = '1', hour = '0', minute = '0', second = '0', millisecond = '0' } = groups
  const fullYear = year.length === 2 ? 2000 + Number(year) : Number(year)
  const date = new Date(0)
  date.setUTCFullYear(fullYear, Number(month) - 1, Number(day))
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(millisecond.padEnd(3, '0')))
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? date.getTime() : undefined
}

const commonLog = /^(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})$/

/** Reads the formats that name their time zone: ISO 8601, RFC 822 and that of web server logs. */
function readZoned(text: string): number | undefined {
  const time = Date.parse(text.replace(commonLog, '$1 $2 $3 $4 $5'))
  return Number.isNaN(time) ? undefined : time
}

/** Throws 400 for a format that is not known. */
export function checkTimestampFormat(format: string): void {
  if ([...knownFormats, ...namedFormats].includes(format)) return
  throw sqlFault('SqlNotSupportedTimestampFormat', `The timestamp format ${format} is not supported.`)
}

/** Reads a time; throws a Mismatch for a text that is none. */
export function readTimestamp(text: string, format: string | undefined): Date {
  const formats = format === undefined ? knownFormats : [format]
  const times = formats.flatMap((candidate) => readAs(text, candidate) ?? [])
  const time = times[0] ?? (format === undefined ? readZoned(text) : undefined)
  if (time === undefined) throw new Mismatch(`'${text}' is no timestamp`)
  return new Date(time)
}
