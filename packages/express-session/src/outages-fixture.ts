import { readFile } from 'node:fs/promises';

const withField = (fields: object) => () => Promise.reject(Object.assign(new Error('down'), fields));

/** Ways in which the table cannot be reached. */
export const OUTAGES: readonly (readonly [string, () => Promise<never>])[] = [
  // express-session takes an error with this code for "no session".
  [
    'its credentials file is not there',
    () => readFile('/nowhere/credentials').then(() => Promise.reject(new Error('it is'))),
  ],
  ['the connection is refused', withField({ code: 'ECONNREFUSED' })],
  ['the credentials are not accepted', withField({ name: 'UnrecognizedClientException' })],
  ['the role may not', withField({ name: 'AccessDeniedException' })],
  ['the table is not there', withField({ name: 'ResourceNotFoundException' })],
];
