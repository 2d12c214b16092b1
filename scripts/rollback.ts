import { parseArgs } from 'node:util';
import { createOperatorClients } from '@cloakroom/aws/operator';
import { deployedFunctions, type EnvironmentName, environmentOf } from '@cloakroom/terraform';
import { holdIdentity } from './deployment/identity.ts';
import { environmentFolder } from './deployment/prepare.ts';
import { listVersions, release, rollback } from './deployment/rollback.ts';
import { realTools } from './deployment/tools.ts';

const USAGE =
  'usage: scripts/rollback <environment> [function…] [--to <version>] [--yes], or with --release or --list instead of --to';

interface Options {
  readonly name: EnvironmentName;
  readonly names: readonly string[] | undefined;
  readonly to: string | undefined;
  readonly action: 'rollback' | 'release' | 'list';
  readonly yes: boolean;
}

function parseOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      release: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    },
  });
  const [name, ...names] = positionals;
  const { to, yes } = values;
  const actions = [to !== undefined, values.release, values.list].filter(Boolean);
  if (name === undefined || actions.length > 1) throw new Error(USAGE);
  const functions = Object.keys(deployedFunctions(environmentOf(name)));
  const unknown = names.filter((one) => !functions.includes(one));
  if (unknown.length > 0) {
    throw new Error(`${name} has no function ${unknown.join(', ')}: it has ${functions.join(', ')}`);
  }
  if (to !== undefined && names.length !== 1) {
    throw new Error('--to needs one function: each counts its versions by itself');
  }
  const action = values.release ? 'release' : values.list ? 'list' : 'rollback';
  return { name, names: names.length === 0 ? undefined : names, to, action, yes };
}

async function main(): Promise<void> {
  try {
    const { name, names, to, action, yes } = parseOptions();
    const environment = environmentOf(name);
    const tools = realTools({ yes });
    holdIdentity(environment, tools);
    const { lambda } = createOperatorClients({ region: environment.region });
    const options = { environment, folder: environmentFolder(name), names, to };
    if (action === 'list') await listVersions(options, { ...tools, lambda });
    else if (action === 'release') await release(options, { ...tools, lambda });
    else await rollback(options, { ...tools, lambda });
  } catch (error) {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
