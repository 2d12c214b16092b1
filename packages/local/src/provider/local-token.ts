import { randomUUID } from 'node:crypto';
import { link, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../base/error-code.ts';
import { reachProvider } from './reach-provider.ts';
import { ProviderRefusedError, refresh, signIn, type Tokens } from './sign-in.ts';
import { writePrivateFile } from './write-private-file.ts';

export interface LocalTokenOptions {
  /** `http://localhost:3002` */
  readonly issuer: string;
  /** The folder of `scripts/dev`; the refresh token is kept in `tokens/` there. */
  readonly dataDir: string;
  readonly user: string;
  /** Sign in again, even if an earlier sign-in is still good. */
  readonly newLogin: boolean;
}

/**
 * Fresh tokens of a user of the local provider: of the sign-in that is kept, else of a new one, which then is kept.
 * Calls at the same time for one user end up with the same sign-in.
 *
 * @throws Error when the provider is not running
 */
export function localToken(options: LocalTokenOptions): Promise<Pick<Tokens, 'accessToken' | 'idToken'>> {
  const { issuer, dataDir, user, newLogin } = options;
  const file = join(dataDir, 'tokens', `${encodeURIComponent(user)}.json`);
  return reachProvider(issuer, async () => {
    const kept = newLogin ? undefined : await readKept(file);
    const renewed = kept === undefined ? undefined : await refreshIfGood(issuer, kept);
    if (renewed !== undefined) return renewed;
    const tokens = await signIn(issuer, user);
    const winner = await keep(file, tokens.refreshToken, { replace: newLogin || kept !== undefined });
    return winner === tokens.refreshToken ? tokens : await refresh(issuer, winner);
  });
}

/** Keeps the refresh token and returns it; without `replace`, one that came first stays and is returned instead. */
async function keep(file: string, refreshToken: string, { replace }: { replace: boolean }): Promise<string> {
  const text = JSON.stringify({ refreshToken });
  if (replace) {
    await writePrivateFile(file, text);
    return refreshToken;
  }
  const draft = `${file}.${randomUUID()}`;
  await writePrivateFile(draft, text);
  try {
    await link(draft, file); // fails where a rename would replace
    return refreshToken;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return (await readKept(file)) ?? refreshToken;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readKept(file: string): Promise<string | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    const token = typeof kept === 'object' && kept !== null && 'refreshToken' in kept ? kept.refreshToken : undefined;
    return typeof token === 'string' ? token : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function refreshIfGood(issuer: string, refreshToken: string): Promise<Tokens | undefined> {
  try {
    return await refresh(issuer, refreshToken);
  } catch (error) {
    if (error instanceof ProviderRefusedError && error.code === 'invalid_grant') return undefined;
    throw error;
  }
}
