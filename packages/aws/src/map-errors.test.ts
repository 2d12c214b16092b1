import { describe, expect, it } from '@jest/globals';
import { mapErrors } from './map-errors.ts';

const missing = Object.assign(new Error('Requested resource not found'), { name: 'ResourceNotFoundException' });

function failing(input: object, error: unknown) {
  return mapErrors('eu-central-1')(
    async () => {
      throw error;
    },
    { clientName: 'DynamoDBClient' },
  )({ input });
}

describe('a missing table', () => {
  it.each([
    ['read', { TableName: 'one' }, ['one']],
    ['batch', { RequestItems: { one: {}, two: {} } }, ['one', 'two']],
    [
      'transaction',
      {
        TransactItems: [
          { Put: { TableName: 'one' } },
          { Update: { TableName: 'two' } },
          { Delete: { TableName: 'one' } },
        ],
      },
      ['one', 'two'],
    ],
  ])('is named, as it stands in a %s', async (_, input, tables) => {
    await expect(failing(input, missing)).rejects.toMatchObject({
      code: 'MISSING_TABLE',
      region: 'eu-central-1',
      tables,
      message: expect.stringContaining(`${tables.join(' or ')} in region eu-central-1: run terraform apply`),
      cause: missing,
    });
  });

  it.each([
    ['nothing', {}],
    ['no table', { TransactItems: [{}, { Put: {} }, null] }],
  ])('is not claimed of a request that names %s', async (_, input) => {
    await expect(failing(input, missing)).rejects.toBe(missing);
  });
});

it('passes on what is not an error object', async () => {
  await expect(failing({ TableName: 'one' }, 'a text')).rejects.toBe('a text');
});

it('names AWS where the client has no name', async () => {
  const timeout = Object.assign(new Error('too late'), { name: 'TimeoutError' });
  const next = async () => {
    throw timeout;
  };
  await expect(mapErrors('eu-central-1')(next, {})({ input: {} })).rejects.toMatchObject({
    message: 'AWS is not available: TimeoutError: too late',
    cause: timeout,
  });
});

it('keeps of AWS’s text the first line: others of a wrong signature repeat the token of the credentials', async () => {
  const text = "The signature does not match.\n\nThe Canonical String was\n'POST\n/\n\nx-amz-security-token:$&canary'";
  const wrong = Object.assign(new Error(text), { name: 'InvalidSignatureException' });
  const thrown = await failing({ TableName: 'one' }, wrong).catch((error: Error) => error);
  expect(thrown).toMatchObject({ name: 'InvalidSignatureException', message: 'The signature does not match.' });
  expect((thrown as Error).stack).toMatch(/: The signature does not match\.\n +at /);
  expect((thrown as Error).stack).not.toContain('canary');
});
