const byMessage: readonly (readonly [RegExp, string])[] = [
  [/signing region/i, 'Set region to the id of that of the bucket, as in cn-hangzhou.'],
  [
    /referer policy/i,
    "Add this address to those of the bucket's referer configuration, or let it allow an empty Referer.",
  ],
]

const byCode: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'Check the access key secret, and that nothing between here and OSS changes the request.',
  InvalidAccessKeyId: 'Check the access key id; a temporary key also needs its security token.',
  SecurityTokenExpired: 'Fetch a new STS token; `refreshing` does it by itself.',
  RequestTimeTooSkewed: 'Set the clock of this device: it is more than 15 minutes off.',
  AccessDenied: 'Grant the action in the RAM role, the session policy of the token, and the bucket policy.',
  SecondLevelDomainForbidden: 'Leave usePathStyle out.',
  ApkDownloadForbidden: 'Bind a domain of your own to the bucket, and give it as endpoint with useCname.',
}

/** What to do about a refusal, where oss-js knows: by its own words, else by its code. */
export function hintFor(
  { Code = '', Message = '', Endpoint }: Readonly<Record<string, string>>,
  serverTime: Date | undefined,
) {
  if (Code === 'RequestTimeTooSkewed' && serverTime) return clockHint(serverTime)
  if (Code === 'AccessDenied' && Endpoint) return `The bucket is at ${Endpoint}: set region or endpoint accordingly.`
  return byMessage.find(([words]) => words.test(Message))?.[1] ?? byCode[Code]
}

function clockHint(serverTime: Date): string {
  const minutes = Math.round((Date.now() - serverTime.getTime()) / 60_000)
  return `Set the clock of this device: it is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead' : 'behind'}.`
}
