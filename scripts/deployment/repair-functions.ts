import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { type Pinned, readChanges } from '@cloakroom/terraform';
import { readSynthesized, type SynthesizedStack } from '../smoke-stack.ts';
import type { LiveFunction } from './live-versions.ts';
import { applyPlan, type Planning, plan } from './plan.ts';
import { describeStale, type StaleFunction, staleFunctions } from './stale-functions.ts';
import { readStateResources } from './state-resources.ts';
import { step, type Tools } from './tools.ts';

/** One is enough, unless somebody else deploys at the same time. */
const MAX_ROUNDS = 3;
const UPDATE_LIMIT_SECONDS = 120;
/** What may change when a version is published. */
const FOLLOWERS = ['aws_lambda_alias', 'aws_lambda_event_source_mapping', 'aws_lambda_provisioned_concurrency_config'];

/** What the functions are, and what they should be. */
export interface Comparison {
  readonly lambda: LambdaClient;
  readonly pinned: Pinned;
  readLive(): Promise<readonly LiveFunction[]>;
}

/** What serves something else than was synthesized in this folder. */
export async function findStale(folder: string, { pinned, readLive }: Comparison): Promise<readonly StaleFunction[]> {
  const codes = codesOf(stackOf(folder));
  return staleFunctions(await readLive(), codes, pinned);
}

/**
 * Sees to it that the versions that serve are those that were synthesized: what Terraform had begun and not finished is uploaded and
 * published, as it would have done, and Terraform moves `live`. Ends when nothing is left to do, also for Terraform.
 *
 * @throws Error naming what is still not right after three rounds; or when Terraform would do more than that
 */
export async function repairFunctions(planning: Planning, comparison: Comparison, tools: Tools): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stale = await findStale(planning.folder, comparison);
    if (stale.length === 0) return;
    assertOurs(stale, planning, tools);
    for (const one of stale) tools.say(`${describeStale(one)}: an apply did not finish it`);
    await step(tools, 'finishing what an apply before left', async () => {
      for (const one of stale) await finish(one, planning.folder, comparison.lambda);
    });
    await movePointers(planning, tools);
  }
  const stale = await findStale(planning.folder, comparison);
  if (stale.length === 0) return;
  throw new Error(
    `${stale.map(describeStale).join('; ')}. It stays so after ${MAX_ROUNDS} rounds: does somebody else deploy at the same time? Deploy again: scripts/deploy ${planning.environment}`,
  );
}

/** Terraform's lock is not held here: somebody else may have applied since, and theirs is not to be undone. The state tells. */
function assertOurs(stale: readonly StaleFunction[], { environment, folder }: Planning, tools: Tools): void {
  const applied = readStateResources(folder, tools).filter(({ type }) => type === 'aws_lambda_function');
  const theirs = stale.filter(({ function: { functionName }, synthesized }) => {
    const values = applied.find((resource) => resource.values.function_name === functionName)?.values;
    return values !== undefined && values.source_code_hash !== synthesized;
  });
  if (theirs.length === 0) return;
  const names = theirs.map(({ function: { name } }) => name).join(', ');
  throw new Error(
    `somebody else has deployed meanwhile, with other code of ${names}, which is left as it is. If yours is to serve: scripts/deploy ${environment}`,
  );
}

async function finish(stale: StaleFunction, folder: string, lambda: LambdaClient): Promise<void> {
  const { functionName: FunctionName } = stale.function;
  const untilUpdated = () =>
    waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: UPDATE_LIMIT_SECONDS, minDelay: 1 }, { FunctionName });
  if (stale.upload) {
    await untilUpdated();
    const ZipFile = readFileSync(join(folder, zipOf(folder, FunctionName)));
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  }
  if (!stale.publish) return;
  await untilUpdated();
  // The hash: nothing is published if somebody has uploaded something else meanwhile.
  await lambda.send(new PublishVersionCommand({ FunctionName, CodeSha256: stale.synthesized }));
}

/** What Terraform makes of the new versions: `live` moves, and nothing else does that nobody has seen. */
async function movePointers(planning: Planning, tools: Tools): Promise<void> {
  const planned = await plan(planning, tools);
  const changes = readChanges(planned);
  const others = changes.filter(({ action, type }) => action !== 'update' || !FOLLOWERS.includes(type));
  if (others.length > 0) {
    throw new Error(
      `functions were repaired, and now Terraform would ${others.map(({ action, address }) => `${action} ${address}`).join(', ')}, which nobody has agreed to. Deploy again, and see its plan: scripts/deploy ${planning.environment}`,
    );
  }
  if (changes.length > 0) await applyPlan(planning, tools);
}

function stackOf(folder: string): SynthesizedStack {
  return readSynthesized(join(folder, 'cdk.tf.json'));
}

function codesOf({ functions }: SynthesizedStack): Readonly<Record<string, string>> {
  return Object.fromEntries(functions.map(({ name, codeSha256 }) => [name, codeSha256]));
}

function zipOf(folder: string, functionName: string): string {
  const found = stackOf(folder).functions.find(({ name }) => name === functionName);
  if (found === undefined) throw new Error(`${functionName} is not in what was synthesized`);
  return found.zip;
}
