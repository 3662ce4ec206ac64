/** Whether what OSS refused may succeed if it is sent again: the service is busy or failed, or the clock was wrong. */
export const isTransient = (status: number, code: string): boolean =>
  status >= 500 || [401, 408, 429].includes(status) || ['RequestTimeTooSkewed', 'BadRequest'].includes(code)
