/** For `credentialsProvider`: requests are sent unsigned and may do what the bucket allows everyone. */
export const anonymousCredentials = 'anonymous'
