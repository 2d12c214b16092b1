import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { localToken, serviceToken } from '@cloakroom/local/token';

const ROOT = resolve(import.meta.dirname, '..');
const USAGE =
  'usage: scripts/token <user> [--new-login] [--id-token] [--idp-port 3002] [--data-dir .local/data]\n' +
  '       scripts/token --service [--idp-port 3002]';

async function main(): Promise<string> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'new-login': { type: 'boolean', default: false },
      'id-token': { type: 'boolean', default: false },
      service: { type: 'boolean', default: false },
      'idp-port': { type: 'string', default: '3002' },
      'data-dir': { type: 'string', default: join(ROOT, '.local/data') },
    },
  });
  const issuer = `http://localhost:${values['idp-port']}`;
  const [user] = positionals;
  if (positionals.length !== (values.service ? 0 : 1)) throw new Error(USAGE);
  if (user === undefined) return serviceToken(issuer);
  const { accessToken, idToken } = await localToken({
    issuer,
    dataDir: resolve(values['data-dir']),
    user,
    newLogin: values['new-login'],
  });
  return values['id-token'] ? idToken : accessToken;
}

try {
  console.log(await main());
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
