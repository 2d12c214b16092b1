import { randomUUID } from 'node:crypto';
import { link, readFile, rm } from 'node:fs/promises';
import { errorCode } from '../base/error-code.ts';
import { writePrivateFile } from '../base/write-private-file.ts';
import { type OidcClient, ProviderRefusedError, refresh, type Tokens } from './oidc-client.ts';
import { reachProvider } from './reach-provider.ts';
import { signIn } from './sign-in.ts';

/** A person at a provider of this machine. */
export interface LocalUser {
  readonly client: OidcClient;
  /** What they type into the login page. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where the refresh token of their sign-in is kept. */
  readonly file: string;
}

/**
 * Fresh tokens of a user of a local provider: of the sign-in that is kept, else of a new one, which then is kept.
 * Calls at the same time for one user end up with the same sign-in.
 *
 * @param options.newLogin sign in again, even if an earlier sign-in is still good
 * @throws ProviderRefusedError when the provider does not let the user in
 * @throws Error                when the provider is not running
 */
export function localToken(
  { client, fields, file }: LocalUser,
  { newLogin }: { readonly newLogin: boolean },
): Promise<Tokens> {
  return reachProvider(client.issuer, async () => {
    const kept = newLogin ? undefined : await readKept(file);
    const renewed = kept === undefined ? undefined : await refreshIfGood(client, kept);
    if (renewed !== undefined) return renewed;
    const tokens = await signIn({ client, fields });
    const winner = await keep(file, tokens.refreshToken, { replace: newLogin || kept !== undefined });
    return winner === tokens.refreshToken ? tokens : await refresh(client, winner);
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

async function refreshIfGood(client: OidcClient, refreshToken: string): Promise<Tokens | undefined> {
  try {
    return await refresh(client, refreshToken);
  } catch (error) {
    if (error instanceof ProviderRefusedError && error.code === 'invalid_grant') return undefined;
    throw error;
  }
}
