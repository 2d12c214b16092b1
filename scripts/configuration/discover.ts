import { providerFetch } from '@cloakroom/auth/oidc';
import { isObject, isSecureUrl } from '@cloakroom/core';

const PATH = '/.well-known/openid-configuration';

/** What a provider says of itself, as far as an environment asks (OpenID Connect Discovery 1.0 §3). */
export interface Discovered {
  readonly issuer: string;
  readonly jwksUri: string;
  /** For ID tokens: what it says of its access tokens, too, since it says nothing else. */
  readonly algorithms: readonly string[];
  /** Whether a claim `sid` tells one sign-in from another. */
  readonly hasSid: boolean;
}

/**
 * Reads the discovery document of a provider, once, over https: no redirect is followed, and at most 256 KiB are read in at most 5 s.
 *
 * @throws Error in one line with what to do: nothing answers, it is no such document, or it is another issuer's
 */
export async function discover(issuer: string): Promise<Discovered> {
  if (!isSecureUrl(issuer)) throw new Error(`--issuer ${issuer} must be an https URL, such as https://id.example.com`);
  const url = `${issuer.replace(/\/$/, '')}${PATH}`;
  const document = await read(url);
  if (document.issuer !== issuer)
    throw new Error(`${url} says that the issuer is ${said(document.issuer)}, not ${issuer}: pass it to the letter`);
  const { jwks_uri: jwksUri } = document;
  if (typeof jwksUri !== 'string' || !isSecureUrl(jwksUri)) {
    throw new Error(`${url} has no jwks_uri that is an https URL: it says ${said(jwksUri)}`);
  }
  return {
    issuer,
    jwksUri,
    algorithms: texts(document.id_token_signing_alg_values_supported),
    hasSid:
      texts(document.claims_supported).includes('sid') ||
      document.backchannel_logout_session_supported === true ||
      document.frontchannel_logout_session_supported === true,
  };
}

async function read(url: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await providerFetch(url, { method: 'GET', headers: { accept: 'application/json' } }).catch(
    (cause: unknown) => {
      throw new Error(
        `${url} could not be read: ${reasonOf(cause)}. Is the issuer right, and is it reached from here?`,
        {
          cause,
        },
      );
    },
  );
  if (response.status !== 200) {
    throw new Error(`${url} answered ${response.status}: there is no such provider or user pool. Is the issuer right?`);
  }
  const document = await response.json().catch(() => undefined);
  if (!isObject(document)) throw new Error(`${url} is no discovery document: it holds no JSON object`);
  return document;
}

/** `fetch` itself says "fetch failed", and why in its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  const told = cause instanceof Error ? cause : error;
  return told instanceof Error ? told.message : String(told);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function said(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}
