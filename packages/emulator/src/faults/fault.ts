/** A request as faults are matched against it, before anybody looked at its signature. */
export interface FaultRequest {
  readonly method: string
  /** Such as `UploadPart`; of a call to STS the action, such as `AssumeRole`. */
  readonly operation: string
  readonly bucket: string
  readonly key: string
  readonly query: ReadonlyMap<string, string>
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
}

/** Which requests a fault befalls: those that have all that is named here. In texts `*` stands for any run of characters. */
export interface FaultMatch {
  readonly method?: string
  /** Such as `UploadPart` or `List*`. */
  readonly operation?: string
  readonly bucket?: string
  readonly key?: string
  /** Parameters and their values: `{ partNumber: '3' }`. */
  readonly query?: Readonly<Record<string, string>>
  /** The how-many-th of the requests that have all the rest is the first to be befallen. @default 1 */
  readonly nth?: number
}

/** What goes wrong on purpose. What is not named goes right. */
export interface FaultEffects {
  /** Milliseconds to wait before anything is done. */
  readonly delayMs?: number
  /** Moves the emulator's clock by so many seconds, back if negative, from this request on. */
  readonly clockJumpSeconds?: number
  /** Ends all temporary credentials given out so far; this request and later ones with their tokens are refused. */
  readonly expireTokens?: boolean
  /** Answers with this status and `code` instead of doing anything. */
  readonly status?: number
  /** Error code beside `status`. @default 'ServiceUnavailable' */
  readonly code?: string
  /** The body that `dropAfterBytes`, `bytesPerSecond` and `corrupt` are about. @default the request's if it has one, else the answer's */
  readonly body?: 'request' | 'answer'
  /** Cuts the connection once so many bytes of the body have passed. */
  readonly dropAfterBytes?: number
  /** Lets the body pass no faster than this. */
  readonly bytesPerSecond?: number
  /** Changes one bit of the body: in its first byte, or in the byte at this offset. */
  readonly corrupt?: boolean | number
  /** Carries the request out twice, as when it was sent again on its way; the client hears the second answer. */
  readonly deliverTwice?: boolean
  /** Does what is asked and cuts the connection instead of answering. */
  readonly dropAnswer?: boolean
}

/** Something that goes wrong on purpose, and when. */
export interface Fault extends FaultEffects {
  /** Which requests it befalls. @default all */
  readonly match?: FaultMatch | ((request: FaultRequest) => boolean)
  /** Matching requests that are left alone first. @default 0 */
  readonly skip?: number
  /** Matching requests that it befalls. @default 1 */
  readonly times?: number | 'always'
  /** How likely it befalls each of them, from 0 to 1; drawn from the emulator's `seed` if it has one. @default 1 */
  readonly chance?: number
}
