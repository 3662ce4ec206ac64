import { expect, test } from 'vitest'
import { byLocalClock } from '../../src/credentials/by-local-clock.ts'

const credentials = { accessKeyId: 'id', accessKeySecret: 'secret', expiration: new Date('2026-03-04T06:06:07Z') }
const now = Date.parse('2026-03-04T05:06:07Z')

test.each([
  ['Wed, 04 Mar 2026 04:06:07 GMT', '2026-03-04T07:06:07Z'],
  ['Wed, 04 Mar 2026 06:06:07 GMT', '2026-03-04T05:06:07Z'],
  // Some proxies write such dates.
  ['Thu, 01 Jan 1970 00:00:00 GMT', '2026-03-04T06:06:07Z'],
  ['Fri, 01 Jan 2100 00:00:00 GMT', '2026-03-04T06:06:07Z'],
  ['yesterday', '2026-03-04T06:06:07Z'],
  [undefined, '2026-03-04T06:06:07Z'],
])('the end is moved to the clock here by a date that can be one: %s', (date, expiration) => {
  expect(byLocalClock(credentials, date, now).expiration).toEqual(new Date(expiration))
})
