import * as v from 'valibot';
import { AwsError } from '../../base/aws-error.ts';
import type { LocalSecret, SecretStore, SecretVersion } from '../../secrets/secret-store.ts';
import type { AwsRequest, AwsService } from '../aws-service.ts';
import { jsonAnswer, jsonError, operationOf, parseInput } from '../json-protocol.ts';

/** By age, newest first: all that there can be, since nothing here moves a label by itself. */
const STAGES = ['AWSCURRENT', 'AWSPREVIOUS'] as const;
/** Its quota. */
const MAX_VALUE_BYTES = 65_536;

const SecretId = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const versionId = v.pipe(v.string(), v.minLength(32), v.maxLength(64));
const getSchema = v.strictObject({ SecretId, VersionId: v.optional(versionId), VersionStage: v.optional(v.string()) });
/** Text alone: binary secrets are not run here, nor are labels of one's own. */
const putSchema = v.strictObject({
  SecretId,
  ClientRequestToken: versionId,
  SecretString: v.pipe(v.string(), v.minLength(1), v.maxBytes(MAX_VALUE_BYTES)),
});
const describeSchema = v.strictObject({ SecretId });

type Action = (request: AwsRequest, secrets: SecretStore) => object | Promise<object>;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['DescribeSecret', describeSecret],
  ['GetSecretValue', getSecretValue],
  ['PutSecretValue', putSecretValue],
]);

/** Secrets Manager, as far as secrets are read, and set from a terminal. Which secrets there are says the stack. */
export function secretsService(secrets: SecretStore): AwsService {
  return {
    formatError: jsonError,
    accesses(request) {
      const operation = operationOf(request);
      if (!ACTIONS.has(operation)) {
        throw new AwsError('UnknownOperationException', `secretsmanager ${operation} is not run here`);
      }
      const named = parseInput(v.object({ SecretId }), request, INVALID);
      return [{ action: `secretsmanager:${operation}`, resource: secrets.require(named.SecretId).arn }];
    },
    handle: async (request) => jsonAnswer(await ACTIONS.get(operationOf(request))?.(request, secrets)),
  };
}

const INVALID = 'InvalidParameterException';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
function getSecretValue(request: AwsRequest, secrets: SecretStore): object {
  const { SecretId, VersionId, VersionStage } = parseInput(getSchema, request, INVALID);
  const secret = secrets.require(SecretId);
  const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
  const found = secret.versions.find(
    ({ id }, age) => (VersionId === undefined || id === VersionId) && (stage === undefined || STAGES[age] === stage),
  );
  if (found === undefined) {
    const what = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
    const message = `Secrets Manager can't find the specified secret value for ${what}`;
    throw new AwsError('ResourceNotFoundException', message);
  }
  return {
    ...named(secret),
    CreatedDate: found.createdMs / 1000,
    SecretString: found.value,
    VersionId: found.id,
    VersionStages: stagesOf(secret, found),
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
async function putSecretValue(request: AwsRequest, secrets: SecretStore): Promise<object> {
  const { SecretId, SecretString: value, ClientRequestToken: id } = parseInput(putSchema, request, INVALID);
  const secret = secrets.require(SecretId);
  const known = secret.versions.find((version) => version.id === id);
  if (known !== undefined && known.value !== value) {
    const message = `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`;
    throw new AwsError('ResourceExistsException', message);
  }
  if (known === undefined) await secrets.put(secret, { id, value, createdMs: Date.now() });
  const stages = known === undefined ? ['AWSCURRENT'] : stagesOf(secret, known);
  return { ...named(secret), VersionId: id, VersionStages: stages };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
function describeSecret(request: AwsRequest, secrets: SecretStore): object {
  const secret = secrets.require(parseInput(describeSchema, request, INVALID).SecretId);
  const [current] = secret.versions;
  const ids = secret.versions.map((version) => [version.id, stagesOf(secret, version)]);
  return {
    ...named(secret),
    ...(current === undefined ? {} : { LastChangedDate: current.createdMs / 1000 }),
    VersionIdsToStages: Object.fromEntries(ids),
  };
}

function named({ arn, name }: LocalSecret): object {
  return { ARN: arn, Name: name };
}

function stagesOf({ versions }: LocalSecret, version: SecretVersion): readonly string[] {
  return [STAGES[versions.indexOf(version)] ?? STAGES[0]];
}
