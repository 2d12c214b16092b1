import { isObject } from '@cloakroom/core';
import { type EnvironmentName, environmentOf, secretNameIn } from '@cloakroom/terraform';

interface MissingSecretsOptions {
  /** What issuers have as `clientSecretName`. */
  readonly names: readonly string[];
  /** Runs the AWS CLI and returns what it printed. @throws Error when it fails */
  readonly aws: (args: readonly string[]) => string;
}

/**
 * A line for each secret of a client that nobody has set yet, with what sets it: Terraform makes them without a value.
 * One that cannot be looked at has a line too: whoever deploys may not be who may see secrets.
 */
export function missingSecrets(environment: EnvironmentName, { names, aws }: MissingSecretsOptions): readonly string[] {
  const described = environmentOf(environment);
  return names.flatMap((name) => {
    const secretId = secretNameIn(described, name);
    const problem = problemOf(['--secret-id', secretId, '--region', described.region], aws);
    if (problem === undefined) return [];
    return [
      `the secret ${secretId} ${problem}: without it nobody signs in. Set it: scripts/secret ${environment} ${name} < file`,
    ];
  });
}

function problemOf(secret: readonly string[], aws: MissingSecretsOptions['aws']): string | undefined {
  try {
    const described: unknown = JSON.parse(aws(['secretsmanager', 'describe-secret', ...secret, '--output', 'json']));
    return hasValue(described) ? undefined : 'has no value';
  } catch (error) {
    return `could not be looked at (${error instanceof Error ? error.message.trim() : String(error)})`;
  }
}

/**
 * Where a secret has no version, the answer lacks the field.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
function hasValue(described: unknown): boolean {
  const stages = isObject(described) ? described.VersionIdsToStages : undefined;
  return (
    isObject(stages) && Object.values(stages).some((labels) => Array.isArray(labels) && labels.includes('AWSCURRENT'))
  );
}
