import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  builtInService,
  builtInUser,
  keycloakClient,
  keycloakUser,
  localToken,
  serviceToken,
} from '@cloakroom/local/token';

const ROOT = resolve(import.meta.dirname, '..');
const USAGE =
  'usage: scripts/token <user> [--new-login] [--id-token] [--provider built-in|keycloak] [--idp-port 3002] [--data-dir .local/data]\n' +
  '       scripts/token --service [--provider built-in|keycloak] [--idp-port 3002]';

async function main(): Promise<string> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'new-login': { type: 'boolean', default: false },
      'id-token': { type: 'boolean', default: false },
      service: { type: 'boolean', default: false },
      provider: { type: 'string', default: 'built-in' },
      realm: { type: 'string', default: 'cloakroom' },
      'idp-port': { type: 'string', default: '3002' },
      'data-dir': { type: 'string', default: join(ROOT, '.local/data') },
    },
  });
  const origin = `http://localhost:${values['idp-port']}`;
  const dataDir = resolve(values['data-dir']);
  const [user] = positionals;
  if (positionals.length !== (values.service ? 0 : 1)) throw new Error(USAGE);
  const provider = requireProvider(values.provider, { origin, dataDir, realm: values.realm });
  if (user === undefined) return serviceToken(provider.service());
  const { accessToken, idToken } = await localToken(provider.user(user), { newLogin: values['new-login'] });
  return values['id-token'] ? idToken : accessToken;
}

interface ProviderPlace {
  readonly origin: string;
  readonly dataDir: string;
  readonly realm: string;
}

function requireProvider(name: string, { origin, dataDir, realm }: ProviderPlace) {
  if (name === 'built-in') {
    return {
      service: () => builtInService(origin),
      user: (user: string) => builtInUser(origin, { dataDir, user }),
    };
  }
  if (name === 'keycloak') {
    return {
      service: () => keycloakClient(origin, { realm, client: 'service' }),
      user: (user: string) => keycloakUser(origin, { dataDir, user, realm }),
    };
  }
  throw new Error('--provider must be built-in or keycloak');
}

try {
  console.log(await main());
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
