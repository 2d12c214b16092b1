import { parseArgs } from 'node:util';
import { environmentOf } from '@cloakroom/terraform';
import { type DestroyOptions, destroy } from './deployment/destroy.ts';
import { realTools } from './deployment/tools.ts';

const USAGE = 'usage: scripts/destroy <environment> [--keep-data] [--yes <environment>]';

function parseOptions(): DestroyOptions & { readonly yes: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'keep-data': { type: 'boolean', default: false }, yes: { type: 'string' } },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new Error(USAGE);
  const environment = environmentOf(name);
  if (values.yes !== undefined && values.yes !== name) {
    throw new Error(`--yes must repeat the name: --yes ${name}, not ${values.yes}`);
  }
  return { environment, keepData: values['keep-data'], yes: values.yes !== undefined };
}

try {
  const options = parseOptions();
  await destroy(options, realTools(options));
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
