import { isIPv4 } from 'node:net';
import { ConfigurationError } from '@cloakroom/core';
import type { Environment } from './environment.ts';

/**
 * Refuses what must not leave a laptop: anything reached by `http:`, and this machine's own addresses. An issuer there
 * would be whoever listens on the port.
 *
 * @throws ConfigurationError naming every such URL with its path
 */
export function assertDeployable(environment: Environment): void {
  const problems = namedUrls(environment).flatMap(([path, text]) => {
    const url = new URL(text);
    return [
      ...(url.protocol === 'https:' ? [] : [`${path}: ${text} is not https: on AWS everything is reached by https:`]),
      ...(isLoopback(url.hostname)
        ? [`${path}: ${text} is this machine, which AWS cannot reach: name the host that it is on`]
        : []),
    ];
  });
  if (!environment.cookie.secure) problems.push('cookie.secure: false is for this machine alone: leave it true');
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function namedUrls({
  issuers,
  allowedOrigins,
  publicUrl,
  endpointUrls,
}: Environment): readonly (readonly [string, string])[] {
  return [
    ...issuers.flatMap(({ issuer, jwksUri, browser }, index) => [
      [`issuers.${index}.issuer`, issuer] as const,
      [`issuers.${index}.jwksUri`, jwksUri] as const,
      ...browserUrls(browser).map(([path, url]) => [`issuers.${index}.browser.${path}`, url] as const),
    ]),
    // An origin of another scheme names no host: its part that looks like one is an app's own.
    ...allowedOrigins.flatMap((origin, index) =>
      /^https?:/.test(origin) ? [[`allowedOrigins.${index}`, origin] as const] : [],
    ),
    ...Object.entries(endpointUrls ?? {}).flatMap(([service, endpoint]) =>
      endpoint === undefined ? [] : [[`endpointUrls.${service}`, endpoint] as const],
    ),
    ...(publicUrl === undefined ? [] : [['publicUrl', publicUrl] as const]),
  ];
}

function browserUrls(browser: Environment['issuers'][number]['browser']): readonly (readonly [string, string])[] {
  return [
    ...(browser?.frontends ?? []).map(({ url }, index) => [`frontends.${index}`, url] as const),
    ...Object.entries(browser?.endpoints ?? {}).map(([name, url]) => [`endpoints.${name}`, url] as const),
  ];
}

/**
 * Whether a host, as a URL parser gives it, is this machine: the parser has already made one spelling of `127.1`,
 * `0x7f000001` and `2130706433`.
 */
function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  if (isIPv4(host)) return host.startsWith('127.') || host === '0.0.0.0';
  if (host.startsWith('[')) return /^\[::1?\]$/.test(host) || /^\[::ffff:(7f|0:0\])/.test(host);
  return host === 'localhost' || host.endsWith('.localhost') || host === 'localhost.localdomain';
}
