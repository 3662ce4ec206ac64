import { oneAtATime } from '@oss-js/core'
import { expect, test } from 'vitest'

const never = new AbortController().signal

/** Something that ends when it is told to. */
function held() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { ended, end }
}

test('what has one name runs in order, what has another at once', async () => {
  const last = new Map<string, Promise<void>>()
  const order: string[] = []
  const first = held()
  const noting = (name: string, until?: Promise<void>) => async (hasWaited: boolean) => {
    order.push(`${name} begins${hasWaited ? ' after waiting' : ''}`)
    await until
    order.push(`${name} ends`)
  }

  const all = [
    oneAtATime(last, 'a', never, noting('first', first.ended)),
    oneAtATime(last, 'a', never, noting('second')),
    oneAtATime(last, 'a', never, noting('third')),
  ]
  await oneAtATime(last, 'b', never, noting('other'))
  first.end()
  await Promise.all(all)

  expect(order).toEqual([
    'first begins',
    'other begins',
    'other ends',
    'first ends',
    'second begins after waiting',
    'second ends',
    'third begins after waiting',
    'third ends',
  ])
  await expect.poll(() => last.size).toBe(0)
})

test('one that fails, and one that no longer waits, hold nobody up', async () => {
  const last = new Map<string, Promise<void>>()
  const first = held()
  const stopping = new AbortController()
  const failing = oneAtATime(last, 'a', never, async () => {
    await first.ended
    throw new Error('mine')
  })
  const stopped = oneAtATime(last, 'a', stopping.signal, async () => expect.unreachable('it was stopped'))
  let isThere = false
  const third = oneAtATime(last, 'a', never, async () => {
    isThere = true
  })

  stopping.abort('enough')
  await expect(stopped).rejects.toBe('enough')
  expect(isThere).toBe(false)
  first.end()

  await expect(failing).rejects.toThrow('mine')
  await third
})
