import { afterEach, describe, expect, it } from '@jest/globals';
import { createSecret, type SecretOptions } from './secrets.ts';

const SECRET_ID = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:cloakroom/dev-a1b2c3';
let nowMs = 0;
let sent: unknown[] = [];
let answer: () => Promise<unknown> = async () => ({});
afterEach(() => {
  nowMs = 0;
  sent = [];
});

function aSecret() {
  const send = (command: { readonly input: unknown }) => {
    sent.push(command.input);
    return answer();
  };
  return createSecret({
    secrets: { send } as unknown as SecretOptions['secrets'],
    secretId: SECRET_ID,
    nowMs: () => nowMs,
  });
}

const answers = (...values: string[]) => {
  answer = async () => ({ SecretString: values[Math.min(sent.length, values.length) - 1] });
};

describe('a secret', () => {
  it('is read when it is first asked for, and once for all who ask', async () => {
    answers('one');
    const secret = aSecret();
    expect(sent).toEqual([]);
    expect(await Promise.all([secret.get(), secret.get()])).toEqual(['one', 'one']);
    expect(await secret.get()).toBe('one');
    expect(sent).toEqual([{ SecretId: SECRET_ID }]);
  });

  it('is read again when it was refused', async () => {
    answers('old', 'new');
    const secret = aSecret();
    await secret.get();
    nowMs += 10_000;
    expect(await Promise.all([secret.replace('old'), secret.replace('old')])).toEqual(['new', 'new']);
    expect(await secret.replace('old')).toBe('new');
    expect(await secret.get()).toBe('new');
    expect(sent).toHaveLength(2);
  });

  it('is not read again for every refusal', async () => {
    answers('wrong');
    const secret = aSecret();
    await secret.get();
    nowMs += 9999;
    expect(await secret.replace('wrong')).toBe('wrong');
    expect(sent).toHaveLength(1);
    nowMs += 1;
    expect(await secret.replace('wrong')).toBe('wrong');
    expect(await secret.replace('wrong')).toBe('wrong');
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['does not exist', async () => Promise.reject(named('ResourceNotFoundException'))],
    ['has no text', async () => ({})],
    ['is empty', async () => ({ SecretString: '' })],
  ])('is an error that says how to set it when it %s, and is found when it has been set', async (_, missing) => {
    answer = missing;
    const secret = aSecret();
    await expect(secret.get()).rejects.toMatchObject({
      code: 'MISSING_SECRET',
      message: `the secret ${SECRET_ID} has no value: set it with scripts/secret`,
    });
    answer = async () => ({ SecretString: 'set' });
    expect(await secret.get()).toBe('set');
  });

  it('is not taken for missing when AWS refuses to tell it', async () => {
    answer = async () => Promise.reject(named('AccessDeniedException'));
    await expect(aSecret().get()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
