import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createOperatorClients } from '@cloakroom/aws/operator';
import { deployedFunctions, environmentOf } from '@cloakroom/terraform';
import { assertGradual } from './deployment/assert-gradual.ts';
import { deploy } from './deployment/deploy.ts';
import { finishRollout, revertRollout } from './deployment/end-rollout.ts';
import { holdVersions } from './deployment/hold-versions.ts';
import { holdIdentity } from './deployment/identity.ts';
import { readLiveVersions } from './deployment/live-versions.ts';
import { environmentFolder } from './deployment/prepare.ts';
import { rollOut } from './deployment/rollout.ts';
import { parseRolloutOptions, ROLLOUT_OPTIONS } from './deployment/rollout-options.ts';
import { realTools } from './deployment/tools.ts';

const USAGE =
  'usage: scripts/deploy <environment> [--plan-only] [--yes] [--gradual [PERCENT]] [--finish | --revert] [--lock-timeout 10m] [--destroys ADDRESS]; more with --help';
/** As Terraform takes it: https://pkg.go.dev/time#ParseDuration */
const DURATION = /^(\d+(h|m|s))+$/;

function parseOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'plan-only': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      'lock-timeout': { type: 'string' },
      destroys: { type: 'string', multiple: true, default: [] },
      ...ROLLOUT_OPTIONS,
    },
  });
  const [name, percent, ...more] = positionals;
  const lockTimeout = values['lock-timeout'];
  if (name === undefined || more.length > 0) throw new Error(USAGE);
  if (lockTimeout !== undefined && !DURATION.test(lockTimeout))
    throw new Error(`--lock-timeout takes a time such as 10m or 90s: not ${lockTimeout}`);
  const { 'plan-only': planOnly, yes, destroys } = values;
  return { name, yes, rollout: parseRolloutOptions(values, percent), how: { planOnly, lockTimeout, destroys } };
}

async function main(): Promise<void> {
  const { name, yes, rollout, how } = parseOptions();
  const environment = environmentOf(name);
  const { lambda } = createOperatorClients({ region: environment.region });
  const place = { environment, folder: environmentFolder(name) };
  const tools = realTools({ yes });
  const rolloutTools = {
    ...tools,
    lambda,
    readLive: () => readLiveVersions(lambda, deployedFunctions(environment)),
    nowMs: () => Date.now(),
    wait: (durationMs: number) => sleep(durationMs),
  };
  if (rollout.kind === 'at-once') return deploy({ ...how, ...place }, { tools, lambda });
  if (rollout.kind !== 'gradual') {
    holdIdentity(environment, tools);
    const end = rollout.kind === 'finish' ? finishRollout : revertRollout;
    return end(place, rolloutTools);
  }
  assertGradual(environment);
  const { weight, bakeMs } = rollout;
  await deploy(
    { ...how, ...place },
    {
      tools,
      lambda,
      gradual: {
        hold: (functions) => holdVersions(place, functions, tools),
        rollOut: () => rollOut({ ...place, weight, bakeMs }, rolloutTools),
      },
    },
  );
}

try {
  await main();
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
