/** What to do about an error code, where oss-js knows. */
export const hints: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'Check the access key secret, and that nothing between here and OSS changes the request.',
  InvalidAccessKeyId: 'Check the access key id; a temporary key also needs its security token.',
  SecurityTokenExpired: 'Fetch a new STS token; `refreshing` does it by itself.',
  RequestTimeTooSkewed: 'Set the clock of this device: it is more than 15 minutes off.',
  AccessDenied: 'Grant the action in the RAM role, the session policy of the token, and the bucket policy.',
}
