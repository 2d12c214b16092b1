import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '../base/ports.ts';
import { createBrowser } from '../browser/create-browser.ts';
import { basic, CLIENT, startShape } from './provider-fixture.ts';

const controlled = { isControlled: true };

describe('the rotation of refresh tokens', () => {
  it('none: the same token goes on', async () => {
    const { signIn, refresh } = await startShape('local');
    const { refresh_token } = await signIn();
    expect((await refresh(refresh_token)).refresh_token).toBe(refresh_token);
    expect((await refresh(refresh_token)).status).toBe(200);
  });

  it('strict: a second use of an old one ends its successors, too, and no other sign-in', async () => {
    const { provider, signIn, refresh } = await startShape('local');
    provider.behave({ refreshRotation: 'strict' });
    const first = await signIn();
    const other = await signIn(createBrowser());
    const second = await refresh(first.refresh_token);
    const third = await refresh(second.refresh_token);
    expect(new Set([first, second, third].map(({ refresh_token }) => refresh_token)).size).toBe(3);
    expect((await refresh(first.refresh_token)).error).toBe('invalid_grant');
    expect((await refresh(third.refresh_token)).error).toBe('invalid_grant');
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it('grace: an old one is good for some seconds more, and then as in strict', async () => {
    const { provider, signIn, refresh } = await startShape('local');
    const grace = { refreshRotation: 'grace', refreshGraceSeconds: 30 } as const;
    provider.behave(grace);
    const first = await signIn();
    const second = await refresh(first.refresh_token);
    provider.behave({ ...grace, clockOffsetSeconds: 25 });
    const again = await refresh(first.refresh_token);
    expect(again.status).toBe(200);
    // The grace begins with the first use, not with the last.
    provider.behave({ ...grace, clockOffsetSeconds: 31 });
    expect((await refresh(first.refresh_token)).error).toBe('invalid_grant');
    for (const { refresh_token } of [second, again]) expect((await refresh(refresh_token)).error).toBe('invalid_grant');
  });
});

describe('a refresh token that nobody uses', () => {
  it('dies, and each use gives it as long again', async () => {
    const { provider, signIn, refresh } = await startShape('local');
    const { refresh_token } = await signIn();
    for (const clockOffsetSeconds of [90, 180]) {
      provider.behave({ refreshIdleSeconds: 100, clockOffsetSeconds });
      expect((await refresh(refresh_token)).status).toBe(200);
    }
    provider.behave({ refreshIdleSeconds: 100, clockOffsetSeconds: 281 });
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
  });

  it('is not kept alive by being refused', async () => {
    const { provider, signIn, refresh } = await startShape('local');
    const { refresh_token } = await signIn();
    provider.behave({ refreshIdleSeconds: 100, clockOffsetSeconds: 90, disabledUsers: ['alice'] });
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
    provider.behave({ refreshIdleSeconds: 100, clockOffsetSeconds: 110 });
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
  });

  it('outlives a restart of the provider, and is as if used then', async () => {
    const place = { dataDir: mkdtempSync(join(tmpdir(), 'cloakroom-provider-')), port: await freePort() };
    const before = await startShape('local', place);
    const { refresh_token } = await before.signIn();
    await before.provider.stop();
    const { provider, refresh } = await startShape('local', place);
    provider.behave({ refreshIdleSeconds: 100, clockOffsetSeconds: 101 });
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
    provider.behave({ refreshIdleSeconds: 100, clockOffsetSeconds: 90 });
    expect((await refresh(refresh_token)).status).toBe(200);
    rmSync(place.dataDir, { recursive: true, force: true });
  });

  it('tells its time at Keycloak, half an hour unless told otherwise, and nowhere else', async () => {
    const keycloak = await startShape('keycloak');
    const { refresh_token, refresh_expires_in } = await keycloak.signIn();
    expect(refresh_expires_in).toBe(1800);
    keycloak.provider.behave({ refreshIdleSeconds: 20 });
    expect((await keycloak.refresh(refresh_token)).refresh_expires_in).toBe(20);
    const local = await startShape('local');
    local.provider.behave({ refreshIdleSeconds: 20 });
    expect(await local.signIn()).not.toHaveProperty('refresh_expires_in');
  });
});

describe('the answer of a refresh', () => {
  it('is lost after the refresh was done, as often as it is told', async () => {
    const { provider, signIn, refresh } = await startShape('local', controlled);
    const { refresh_token } = await signIn();
    provider.behave({ refreshRotation: 'strict', refreshAnswer: { lost: 'closed', times: 1 } });
    await expect(refresh(refresh_token)).rejects.toThrow('fetch failed');
    expect((await refresh(refresh_token)).error).toBe('invalid_grant');
    expect(provider.refreshes()).toEqual([
      { sub: 'alice', sid: expect.any(String) },
      { sub: 'alice', sid: expect.any(String), error: 'invalid_grant' },
    ]);
  });

  it('is a 502 in its place, or never comes', async () => {
    const { provider, at, signIn } = await startShape('local', controlled);
    const { refresh_token } = await signIn();
    const ask = () =>
      fetch(at('token'), {
        method: 'POST',
        headers: basic(CLIENT),
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token }),
        signal: AbortSignal.timeout(300),
      });
    provider.behave({ refreshAnswer: { lost: 'bad_gateway' } });
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([502, 'Bad Gateway']);
    provider.behave({ refreshAnswer: { lost: 'silent' } });
    await expect(ask()).rejects.toThrow('aborted due to timeout');
    expect(provider.refreshes()).toHaveLength(2);
  });

  it('comes late', async () => {
    const { provider, signIn, refresh } = await startShape('local');
    const { refresh_token } = await signIn();
    provider.behave({ refreshAnswer: { delayMs: 150 } });
    const before = performance.now();
    expect((await refresh(refresh_token)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(140);
  });

  it('does not concern a code', async () => {
    const { provider, signIn } = await startShape('local', controlled);
    provider.behave({ refreshAnswer: { lost: 'bad_gateway' } });
    expect((await signIn()).status).toBe(200);
    expect(provider.refreshes()).toEqual([]);
  });
});

it('counts the refreshes of a token that nobody knows, too', async () => {
  const { provider, refresh } = await startShape('local', controlled);
  await refresh('no-such-token');
  expect(provider.refreshes()).toEqual([{ error: 'invalid_grant' }]);
});
