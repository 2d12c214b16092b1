import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isExactOrigin } from '@cloakroom/core';
import {
  addressesOf,
  builtInIssuers,
  cookieWarnings,
  type EnvironmentName,
  environmentOf,
  issuersOf,
  keycloakIssuers,
  type LocalOverlay,
  synthesizeEnvironment,
  synthesizeLocal,
  type TerraformDocument,
} from '@cloakroom/terraform';

const ROOT = resolve(import.meta.dirname, '..');
/** What issuers can say of their refresh tokens. */
const ROTATIONS = ['none', 'grace', 'strict'] as const;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      dist: { type: 'string', default: join(ROOT, 'dist') },
      provider: { type: 'string' },
      'provider-shape': { type: 'string' },
      'refresh-rotation': { type: 'string' },
      'issuers-of': { type: 'string' },
      'provider-url': { type: 'string', default: 'http://localhost:3002' },
      'api-url': { type: 'string', default: 'http://127.0.0.1:3000' },
      origin: { type: 'string', multiple: true },
      addresses: { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  if (positionals.length !== 1) throw new Error('usage: scripts/synth <environment>|local [--out DIR]');
  const environment = name === 'local' ? undefined : environmentOf(name, ['local']);
  const startMs = performance.now();
  const file =
    environment === undefined
      ? synthesizeLocal(overlay(values), { outDir: values.out ?? join(ROOT, '.local/stack'), distDir: values.dist })
      : synthesizeEnvironment(name, { outDir: values.out ?? environmentFolder(name), distDir: values.dist });
  const warnings = environment === undefined ? [] : cookieWarnings(environment);
  for (const warning of warnings) console.error(`cloakroom: warning: ${warning}`);
  if (values.addresses) console.log(addressesIn(file));
  else console.log(`wrote ${relative(process.cwd(), file)} in ${Math.round(performance.now() - startMs)} ms`);
}

interface LocalValues {
  readonly provider?: string | undefined;
  readonly 'provider-shape'?: string | undefined;
  readonly 'refresh-rotation'?: string | undefined;
  readonly 'issuers-of'?: string | undefined;
  readonly 'provider-url': string;
  readonly 'api-url': string;
  readonly origin?: string[] | undefined;
}

function overlay({ 'api-url': api, origin, ...values }: LocalValues): LocalOverlay {
  const allowedOrigins = origin ?? [new URL(api).origin];
  const wrong = allowedOrigins.find((page) => !isExactOrigin(page));
  if (wrong !== undefined)
    throw new Error(`--origin must be an exact origin, such as http://127.0.0.1:5173, not ${wrong}`);
  // Of another host, even `localhost`, a page is another site: browsers would not send it our cookie. It may call with a token.
  const pages = allowedOrigins.filter((page) => new URL(page).hostname === new URL(api).hostname);
  return { api, allowedOrigins, issuers: localIssuers(values, pages) };
}

function localIssuers(
  values: Omit<LocalValues, 'api-url' | 'origin'>,
  frontends: readonly string[],
): LocalOverlay['issuers'] {
  const {
    provider,
    'issuers-of': name,
    'provider-url': url,
    'provider-shape': shape,
    'refresh-rotation': rotation,
  } = values;
  if (name !== undefined) {
    if (provider !== undefined) throw new Error('--provider and --issuers-of exclude each other');
    return issuersOf(environmentOf(name));
  }
  if (provider === 'keycloak') return keycloakIssuers(url, frontends);
  if (provider === undefined || provider === 'built-in')
    return builtInIssuers(url, frontends, { shape, refreshRotation: rotationOf(rotation) });
  throw new Error('--provider must be built-in or keycloak');
}

function rotationOf(text = 'none'): (typeof ROTATIONS)[number] {
  const rotation = ROTATIONS.find((known) => known === text);
  if (rotation === undefined) throw new Error(`--refresh-rotation must be one of ${ROTATIONS.join(', ')}`);
  return rotation;
}

function environmentFolder(name: EnvironmentName): string {
  return join(ROOT, 'terraform/environments', name);
}

function addressesIn(file: string): string {
  return addressesOf(JSON.parse(readFileSync(file, 'utf8')) as TerraformDocument).join('\n');
}

try {
  main();
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
