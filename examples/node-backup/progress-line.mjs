/** One line of a terminal that says how far something is. Where there is no terminal, it says nothing. */

/** @param {NodeJS.WriteStream} output */
export function progressLine(output) {
  let shown = ''
  /** @param {string} text */
  const show = (text) => {
    if (!output.isTTY || text === shown) return
    shown = text
    output.write(`\r\x1b[K${text.slice(0, output.columns - 1)}`)
  }
  return { show, clear: () => show('') }
}
