import {
  type Checks,
  checkMembers,
  either,
  flag,
  isObject,
  listOf,
  object,
  readJson,
  text,
  texts,
  wholeFrom,
} from './check-shape.ts'
import { checkFault } from './faults/check-fault.ts'
import type { EmulatorOptions } from './settings.ts'

const anything = (): undefined => undefined
const textList = listOf(text, 'texts')
const policies = listOf(either(text, object), 'policies')

const accountChecks: Checks = {
  accessKeyId: text,
  accessKeySecret: text,
  accountId: text,
  userName: text,
  userId: text,
  policies,
}
const roleChecks: Checks = { arn: text, policies, maxSessionSeconds: wholeFrom(1), trusts: textList }
const providerChecks: Checks = { arn: text, issuer: text, clientIds: textList, jwks: object }

/** The lists of a configuration: the members that each entry must have, and what all its members must be. */
const listChecks = {
  accounts: { required: ['accessKeyId', 'accessKeySecret'], checks: accountChecks, what: 'an account' },
  roles: { required: ['arn'], checks: roleChecks, what: 'a role' },
  oidcProviders: { required: ['arn', 'issuer', 'clientIds', 'jwks'], checks: providerChecks, what: 'an OIDC provider' },
} as const

const configChecks: Checks = {
  port: wholeFrom(0),
  host: text,
  dataDir: text,
  region: text,
  accounts: anything,
  roleArn: text,
  roles: anything,
  oidcProviders: anything,
  minimumTokenSeconds: wholeFrom(1),
  maximumTokenSeconds: wholeFrom(1),
  restoreSeconds: wholeFrom(0),
  sealing: flag,
  blockPublicAccessByDefault: flag,
  corsAllowAll: flag,
  allowedHosts: textList,
  cnames: texts,
  https: flag,
  faults: anything,
  seed: text,
}

function checkEntries(value: unknown, name: keyof typeof listChecks, place: string): void {
  if (value === undefined) return
  const { required, checks, what } = listChecks[name]
  if (!Array.isArray(value)) throw new TypeError(`${place}.${name}: a list`)
  value.forEach((entry: unknown, index) => {
    const entryPlace = `${place}.${name}[${index}]`
    if (!isObject(entry)) throw new TypeError(`${entryPlace}: an object, got ${JSON.stringify(entry)}`)
    checkMembers(entry, checks, `${entryPlace}.`, what)
    const missing = required.find((member) => entry[member] === undefined)
    if (missing !== undefined) throw new TypeError(`${entryPlace}.${missing}: is missing`)
  })
}

function checkFaults(value: unknown, place: string): void {
  if (value === undefined) return
  if (!Array.isArray(value)) throw new TypeError(`${place}.faults: a list`)
  value.forEach((fault: unknown, index) => {
    checkFault(fault, `${place}.faults[${index}]`)
  })
}

function checkConfig(value: unknown, place: string): asserts value is EmulatorOptions {
  if (!isObject(value)) throw new TypeError(`${place}: an object`)
  checkMembers(value, configChecks, `${place}.`, 'a configuration')
  for (const name of ['accounts', 'roles', 'oidcProviders'] as const) checkEntries(value[name], name, place)
  checkFaults(value.faults, place)
}

/**
 * Reads a configuration: the options of `startEmulator` that JSON can hold, in JSON. Throws a `TypeError` that names what is
 * wrong with it; secrets are not in it.
 */
export function readConfig(source: string, place: string): EmulatorOptions {
  const config = readJson(source, place)
  checkConfig(config, place)
  return config
}
