import { BlockList, isIP } from 'node:net'

/** An address as IPv4 where it is one in the clothes of IPv6. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '')

/** Whether an address is one of the given, or in one of the given ranges such as `10.0.0.0/8`. */
export function isInRanges(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [base = '', bits] = range.split('/')
    const family = isIP(base)
    const most = family === 6 ? 128 : 32
    const length = Number(bits ?? most)
    if (family === 0 || !Number.isInteger(length) || length < 0 || length > most) continue
    list.addSubnet(base, length, family === 6 ? 'ipv6' : 'ipv4')
  }
  const plain = plainAddress(address)
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

/** The first address of the range of `bits` that an IPv4 address is in; one of IPv6 as it is. */
export function networkOf(address: string, bits: number): string {
  const plain = plainAddress(address)
  if (isIP(plain) !== 4) return plain
  return plain
    .split('.')
    .map((byte, index) => {
      const kept = Math.min(Math.max(bits - index * 8, 0), 8)
      return Number(byte) & (0xff00 >> kept) & 0xff
    })
    .join('.')
}
