import { ServiceFault } from '../errors.ts'

/** 400 for a query that cannot be run, or data that does not fit it. */
export const selectFault = (code: string, message: string, ec?: string): ServiceFault =>
  new ServiceFault(400, code, message, ec === undefined ? {} : { ec })

/** 400 for a query that is not written as it should be. */
export const sqlFault = (code: string, message: string): ServiceFault => selectFault(code, message, '0016-00000803')

/** Thrown for a record whose data has not the type that the query expects; the record is skipped. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
}
