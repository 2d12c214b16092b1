import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { ResolveCredentials } from './credentials.ts';

/**
 * The SDK's standard chain: environment, shared files, SSO, web identity, container and instance metadata.
 * A new chain each time, because a chain remembers what it found. It is 107 KB of a bundle, and a third of a cold start:
 * a module of its own, which is loaded when somebody asks.
 */
export function standardChain(region: string): ResolveCredentials {
  return () => defaultProvider({ clientConfig: { region } })();
}
