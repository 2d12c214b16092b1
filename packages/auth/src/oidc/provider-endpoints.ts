import { isSecureUrl, type NowMs } from '@cloakroom/core';
import { allowInsecureRequests, customFetch, discoveryRequest, processDiscoveryResponse } from 'oauth4webapi';
import type { BrowserClient, ProviderEndpoints } from './browser-client.ts';
import { ProviderError, toProviderError } from './provider-error.ts';
import { providerFetch } from './provider-fetch.ts';

/** Where the provider is asked, and whether its answers must say whose they are. */
export interface KnownProvider extends ProviderEndpoints {
  /** That it announces `iss` in its authorization answers (RFC 9207 §3): one without is then not its own. */
  readonly sendsIssuer: boolean;
}

/** The least time between two attempts: a provider that is down is not asked by every request. */
const REST_MS = 5000;

/**
 * The provider's endpoints: those of the configuration, or discovered (OpenID Connect Discovery §4) at the first call, once for all
 * callers and as long as the process lives. A failure is told to everybody for the next 5 s.
 *
 * @throws ProviderError by the returned function
 */
export function createEndpoints(client: BrowserClient, nowMs: NowMs): () => Promise<KnownProvider> {
  const { endpoints } = client;
  if (endpoints !== undefined) return async () => ({ ...endpoints, sendsIssuer: false });
  let known: Promise<KnownProvider> | undefined;
  let failedMs: number | undefined;
  return () => {
    const isRested = failedMs !== undefined && nowMs() - failedMs >= REST_MS;
    if (known === undefined || isRested) {
      failedMs = undefined;
      known = discover(client);
      known.catch(() => {
        failedMs = nowMs();
      });
    }
    return known;
  };
}

async function discover({ issuer }: BrowserClient): Promise<KnownProvider> {
  const expected = new URL(issuer.issuer);
  try {
    const response = await discoveryRequest(expected, {
      [customFetch]: (url, { method, headers }) => providerFetch(url, { method, headers }),
      // The configuration lets http through for this machine alone.
      [allowInsecureRequests]: true,
    });
    const found = await processDiscoveryResponse(expected, response);
    return {
      authorization: require(found.authorization_endpoint, issuer.alias),
      token: require(found.token_endpoint, issuer.alias),
      endSession: optional(found.end_session_endpoint, issuer.alias),
      revocation: optional(found.revocation_endpoint, issuer.alias),
      sendsIssuer: found.authorization_response_iss_parameter_supported === true,
    };
  } catch (error) {
    throw toProviderError(error, issuer.alias);
  }
}

function optional(url: string | undefined, alias: string): string | undefined {
  return url === undefined ? undefined : require(url, alias);
}

function require(url: string | undefined, issuer: string): string {
  if (url !== undefined && isSecureUrl(url)) return url;
  throw new ProviderError('refused', {
    issuer,
    reason: 'discovery',
    description: 'an endpoint is missing, or not https',
  });
}
