import type { Call } from '../call.ts'
import { invalidArgument, malformedXml, ServiceFault } from '../errors.ts'
import { empty, type OssResponse, readBody, xmlAnswer } from '../message.ts'
import { elementAt, readXml, writeElement, type XmlElement, xmlDocument } from '../xml.ts'
import { configurationsOf, forgetConfiguration, keepConfiguration } from './stored.ts'

/** An error that answers to the reading of what is not set. */
export interface UnsetFault {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** A document that is put, read and deleted as a whole. */
export interface Configuration {
  /** Name of the root element. */
  readonly root: string
  /** What is read where nothing was put: a document, or an error. */
  readonly unset: string | UnsetFault | ((call: Call) => string)
  /** Elements that must be there, by path, and what their text must be like; else 400 `MalformedXML`. */
  readonly wants?: Readonly<Record<string, RegExp>>
  /** Throws for what is not acceptable, and returns what is kept. */
  readonly accept?: (document: XmlElement, call: Call) => XmlElement
  /** The parameter that tells several documents of a bucket apart. */
  readonly id?: string
}

/** Throws 400 `MalformedXML` unless the document has the elements that are wanted. */
function checkShape(document: XmlElement, wants: Readonly<Record<string, RegExp>>): void {
  const isThere = ([path, pattern]: [string, RegExp]): boolean => {
    const element = elementAt(document, path)
    return element !== undefined && pattern.test(element.text.trim())
  }
  if (!Object.entries(wants).every(isThere)) throw malformedXml()
}

/** The name under which the document of a call is kept. */
function keyOf(call: Call, name: string, { id }: Configuration): string {
  if (id === undefined) return name
  const value = call.query.get(id)
  if (!value) throw invalidArgument(id, '', `The parameter ${id} is missing.`)
  return `${name}/${value}`
}

/** Reads the document of a request and checks it. */
async function readDocument(call: Call, configuration: Configuration): Promise<XmlElement> {
  const document = readXml(await readBody(call.request), configuration.root)
  if (document === undefined) throw malformedXml()
  checkShape(document, configuration.wants ?? {})
  return configuration.accept?.(document, call) ?? document
}

/** The document of a call without declaration: what was put, or what stands for nothing. */
export function documentOf(call: Call, name: string, configuration: Configuration): string {
  const { unset } = configuration
  const stored = configurationsOf(call)[keyOf(call, name, configuration)]
  if (stored !== undefined) return stored
  if (typeof unset === 'string') return unset
  if (typeof unset === 'function') return unset(call)
  throw new ServiceFault(unset.status, unset.code, unset.message, { details: { BucketName: call.bucket } })
}

/** Carries out a call. */
type Carry = (call: Call) => OssResponse | Promise<OssResponse>

/** The operations that put, read and delete a configuration: `Put<name>`, `Get<name>` and `Delete<name>`. */
export function operationsOf(name: string, configuration: Configuration): Record<string, Carry> {
  return {
    async [`Put${name}`](call) {
      const key = keyOf(call, name, configuration)
      await keepConfiguration(call, key, writeElement(await readDocument(call, configuration)))
      return empty()
    },
    [`Get${name}`]: (call) => xmlAnswer(xmlDocument(documentOf(call, name, configuration))),
    async [`Delete${name}`](call) {
      await forgetConfiguration(call, keyOf(call, name, configuration))
      return empty(204)
    },
  }
}
