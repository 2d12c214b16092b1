import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createOperatorClients } from '@cloakroom/aws/operator';
import { clientSecretNames, type EnvironmentName, environmentOf, secretNameIn } from '@cloakroom/terraform';
import { explainAwsError } from './explain-aws-error.ts';
import { integerOption } from './integer-option.ts';
import { secretValue } from './secret-value.ts';

const USAGE = 'usage: scripts/secret <environment>|local <name> [--aws-port 4566] < file';
const ATTEMPT = {
  service: 'Secrets Manager',
  denied: 'set the secret: allow them secretsmanager:PutSecretValue on it, and to use its key',
};

interface Options {
  /** In Secrets Manager. */
  readonly secretId: string;
  readonly region: string;
  readonly endpoint: string | undefined;
}

function parseOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'aws-port': { type: 'string', default: '4566' } },
  });
  const [environmentName = '', name = '', ...more] = positionals;
  if (more.length > 0) {
    throw new Error(
      'the value comes from standard input, never from an argument: anybody here could have read it. Take another',
    );
  }
  if (name === '') throw new Error(USAGE);
  const awsPort = integerOption('--aws-port', values['aws-port'], 65_535);
  const known = environmentName === 'local' ? undefined : environmentName;
  const environment = environmentOf(known ?? 'dev', ['local']);
  if (known !== undefined) assertNamed(known, name);
  return {
    secretId: secretNameIn(environment, name),
    region: environment.region,
    endpoint: known === undefined ? `http://127.0.0.1:${awsPort}` : undefined,
  };
}

/** Of a stack that runs locally, only its AWS knows. */
function assertNamed(environmentName: EnvironmentName, name: string): void {
  const names = clientSecretNames(environmentOf(environmentName));
  if (names.includes(name)) return;
  const there = names.length === 0 ? 'none' : names.join(', ');
  throw new Error(`no issuer of ${environmentName} has the clientSecretName ${name}: there is ${there}`);
}

async function main({ secretId, region, endpoint }: Options): Promise<void> {
  if (process.stdin.isTTY)
    throw new Error('there is nothing on standard input: scripts/secret <environment> <name> < file');
  const SecretString = secretValue(await buffer(process.stdin));
  const { secrets } = createOperatorClients({ region, endpoint });
  try {
    await secrets.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
  } catch (error) {
    throw explained(error, { secretId, region, endpoint });
  }
  console.log(`${secretId} is set`);
}

function explained(error: unknown, { secretId, region, endpoint }: Options): Error {
  if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) {
    return explainAwsError(error, { ...ATTEMPT, endpoint });
  }
  const remedy =
    endpoint === undefined ? `in ${region}: run terraform apply first` : 'in the stack that scripts/dev runs';
  return new Error(`there is no secret ${secretId} ${remedy}`, { cause: error });
}

try {
  await main(parseOptions());
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
