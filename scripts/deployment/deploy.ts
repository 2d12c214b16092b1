import type { LambdaClient } from '@aws-sdk/client-lambda';
import {
  checkNetwork,
  clientSecretNames,
  deployedFunctions,
  type Environment,
  findPlaceholders,
  isApplyable,
  readAdopted,
  readPinned,
} from '@cloakroom/terraform';
import { missingSecrets } from '../missing-secrets.ts';
import { checkTools } from './check-tools.ts';
import { fetchFirstKeys } from './first-keys.ts';
import { dropLeftovers } from './hold-versions.ts';
import { holdIdentity, NoCredentialsError } from './identity.ts';
import { type LiveFunction, readLiveVersions } from './live-versions.ts';
import { tellPins } from './pins.ts';
import { applyPlan, PLAN_FILE, type Planning, plan } from './plan.ts';
import { assertNothingStatefulGoes, lossesOf, summarize } from './plan-summary.ts';
import { initialize, makeStack } from './prepare.ts';
import { pruneVersions } from './prune-versions.ts';
import { type Comparison, findStale, repairFunctions } from './repair-functions.ts';
import { describeStale } from './stale-functions.ts';
import { readAws, step, type Tools } from './tools.ts';
import { tryApi } from './try-api.ts';

export interface DeployOptions extends Omit<Planning, 'environment'> {
  readonly environment: Environment;
  /** Stop after the plan. */
  readonly planOnly: boolean;
  /** Addresses of stateful resources that the plan may take away. */
  readonly destroys: readonly string[];
}

/** How new versions come to serve by shares. Without it they serve at once. */
interface GradualRollout {
  /** Keeps `live` where it is. Returns what undoes that, for when nothing is applied. */
  hold(functions: readonly LiveFunction[]): () => void;
  /** Gives the new versions a share, and then everything. @throws Error when the share was taken back */
  rollOut(): Promise<void>;
}

export interface DeployParts {
  readonly tools: Tools;
  readonly lambda: LambdaClient;
  readonly gradual?: GradualRollout | undefined;
  /** Builds and synthesizes. */
  readonly makeStack?: (name: string, tools: Tools) => Promise<unknown>;
}

/**
 * Builds, synthesizes, plans, asks, applies, sees to it that what serves is what was built, fetches the issuers' keys for the first
 * time, and asks the API a few questions.
 *
 * @throws Error with what to do, when a step cannot be done
 */
export async function deploy(options: DeployOptions, parts: DeployParts): Promise<void> {
  const { environment, folder } = options;
  const { tools } = parts;
  const startMs = performance.now();
  assertNoExamples(environment);
  checkTools(tools);
  const place = await enter(options, parts);
  if (place === undefined) return;
  let letGo = parts.gradual?.hold(place.functions);
  try {
    await (parts.makeStack ?? makeStack)(environment.name, tools);
    await initialize(folder, tools);
    const planned = await planAndAsk(options, place, tools);
    if (planned === undefined) return;
    letGo = undefined; // From here on something may have been applied, and what was held has to stay so.
    if (isApplyable(planned)) await apply(options, place, tools);
    await repairFunctions(place.planning, place, tools);
  } finally {
    letGo?.();
  }
  await parts.gradual?.rollOut();
  await pruneVersions(await place.readLive(), readPinned(folder), { lambda: parts.lambda, say: tools.say });
  const pinned = Object.keys(readPinned(folder));
  const minutes = () => Math.round((performance.now() - startMs) / 6000) / 10;
  tools.say(`done: ${await firstSteps(options, tools)} (${minutes()} minutes in all)`);
  if (pinned.length === 0) return;
  tools.say(
    `${pinned.join(', ')} ${pinned.length === 1 ? 'is' : 'are'} pinned, so what was built here does not serve there: scripts/rollback ${environment.name} --release`,
  );
}

interface Place extends Comparison {
  readonly planning: Planning;
  /** What there was before. */
  readonly functions: readonly LiveFunction[];
}

/**
 * Looks at the account. Without one, a plan alone can be tried as far as it goes.
 *
 * @throws Error when it is another account, or a rollout is under way there, or the network is not fit
 */
async function enter(options: DeployOptions, { tools, lambda, ...parts }: DeployParts): Promise<Place | undefined> {
  const { environment, folder, lockTimeout } = options;
  const { name, region } = environment;
  try {
    holdIdentity(environment, tools);
  } catch (error) {
    if (!options.planOnly || !(error instanceof NoCredentialsError)) throw error;
    await (parts.makeStack ?? makeStack)(name, tools);
    throw new Error(
      `${name} is built and synthesized, and here it stops: a plan compares that with what stands in the account, and ${error.message}`,
      { cause: error },
    );
  }
  const readLive = () => readLiveVersions(lambda, deployedFunctions(environment));
  const there = await readLive();
  // A plan changes nothing.
  const functions = options.planOnly
    ? there
    : await dropLeftovers(options, there, { lambda, say: tools.say, readLive });
  tellPins(name, functions, readPinned(folder), tools, parts.gradual !== undefined);
  const problems = checkNetwork(environment, (args) => readAws(tools, region, args));
  if (problems.length > 0) throw new Error(`the network is not fit for ${name}:\n${problems.join('\n')}`);
  const planning = { environment: name, folder, lockTimeout };
  // Read anew each time: a rollout pins what it holds.
  return {
    planning,
    functions,
    readLive,
    lambda,
    get pinned() {
      return readPinned(folder);
    },
  };
}

/** The plan, if it is to be applied. */
async function planAndAsk(options: DeployOptions, place: Place, tools: Tools): Promise<object | undefined> {
  const {
    environment: { name },
    destroys,
    planOnly,
    folder,
  } = options;
  const planned = await plan(place.planning, tools);
  for (const line of summarize(planned)) tools.say(line);
  assertNothingStatefulGoes(planned, name, destroys);
  const stale = isApplyable(planned) ? [] : await findStale(folder, place);
  for (const one of stale) tools.say(`${describeStale(one)}: an apply did not finish it, and this one will`);
  if (planOnly) {
    tools.say('planned, and nothing applied (--plan-only)');
    return undefined;
  }
  if (!isApplyable(planned) && stale.length === 0) return planned;
  tools.say(`all of it: terraform -chdir=terraform/environments/${name} show ${PLAN_FILE}`);
  const losses = lossesOf(planned);
  const warning = losses === 0 ? '' : `, which destroys or replaces ${losses}`;
  if (await tools.confirm(`Apply this plan to ${name}${warning}? Only "yes" does: `)) return planned;
  tools.say('nothing applied');
  return undefined;
}

async function apply({ environment }: DeployOptions, place: Place, tools: Tools): Promise<void> {
  try {
    await applyPlan(place.planning, tools);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${message}. What was not reached serves as before; when the cause is mended, this finishes it: scripts/deploy ${environment.name}`,
      { cause: error },
    );
  }
}

/** What makes a first request succeed, and tries it. Returns the API's address. */
async function firstSteps({ environment, folder }: DeployOptions, tools: Tools): Promise<string> {
  const { name, region } = environment;
  const functionName = deployedFunctions(environment)['refresh-keys'] ?? '';
  await step(tools, "fetching the issuers' keys", () => fetchFirstKeys(functionName, region, tools));
  const aws = (args: readonly string[]) => tools.read('aws', args, folder);
  if (readAdopted(folder).length > 0)
    tools.say(`all that terraform/environments/${name}/adopted.json names is in the state now: delete that file`);
  for (const line of missingSecrets(name, { names: clientSecretNames(environment), aws })) tools.say(line);
  return tryApi(environment, folder, tools);
}

function assertNoExamples(environment: Environment): void {
  const placeholders = findPlaceholders(environment);
  if (placeholders.length === 0) return;
  const file = `terraform/environments/${environment.name}/environment.ts`;
  throw new Error(`${file} still holds examples; replace them first: ${placeholders.join(', ')}`);
}
