/** The value of the `Content-MD5` header for an empty body. In a file of its own, so that it brings no MD5 with it. */
export const emptyContentMd5 = '1B2M2Y8AsgTpgAmY7PhCfg=='
