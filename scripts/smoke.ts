import { relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { createOperatorClients } from '@cloakroom/aws/operator';
import { createBrowser, isLoopbackHost } from '@cloakroom/local/token';
import { anonymousSteps, healthSteps } from './smoke-anonymous.ts';
import { AWS_STEPS, awsSteps } from './smoke-aws.ts';
import { bearerSteps } from './smoke-bearer.ts';
import { handedInSteps, handInStep, signInSteps } from './smoke-browser.ts';
import { nameSteps } from './smoke-name.ts';
import { type Place, readSmokeOptions, type SmokeOptions } from './smoke-options.ts';
import { smokePage } from './smoke-page.ts';
import { summary, toJson, toLine } from './smoke-report.ts';
import { readSynthesized, type SynthesizedStack } from './smoke-stack.ts';
import { createStepRunner, notTried, type Step, type StepRunner } from './smoke-steps.ts';

async function smoke(options: SmokeOptions, runner: StepRunner): Promise<void> {
  const { api, place } = options;
  if ((await runner.run([...nameSteps(options), ...healthSteps(api)])) === 'failed') {
    runner.leaveOut(['sessions'], 'not tried, since nothing healthy answers');
  } else {
    for (const step of anonymousSteps(api)) await runner.run([step]);
    await trySessions(options, runner);
  }
  if (place !== undefined) await tryAws(place, runner);
}

/** By a sign-in, by tokens for a ticket, or by a token as it is: whatever can be had. */
async function trySessions(options: SmokeOptions, runner: StepRunner): Promise<void> {
  const { api, origin, place, tokens } = options;
  // Of an environment in AWS nobody is known here, wherever it is reached.
  const isInAws = place !== undefined && place.endpoint === undefined;
  if (tokens === undefined && !isInAws && isLoopbackHost(new URL(api).host)) {
    await runner.run(signInSteps(options));
    return;
  }
  if (tokens === undefined) {
    runner.leaveOut(['sessions', 'tickets', 'events'], 'no tokens were given: see scripts/smoke --help');
    return;
  }
  const { accessToken, idToken, refreshToken } = tokens;
  if (idToken !== undefined) {
    const page = smokePage(createBrowser(), { api, origin });
    const handIn = handInStep(page, { accessToken, idToken, refreshToken });
    const rest = handedInSteps(page, options, refreshToken !== undefined);
    const outcome = await runner.run([handIn]);
    if (outcome === 'passed') await runner.run(rest);
    if (outcome === 'failed')
      runner.leaveOut(
        rest.map(({ name }) => name),
        notTried(handIn.name),
      );
    if (outcome !== 'left out') return;
  }
  await runner.run(bearerSteps({ ...options, accessToken }));
  const why = idToken === undefined ? 'they need an ID token too' : 'they need a ticket, and the hand-in is off here';
  runner.leaveOut(['the ticket', 'refresh', 'sign-out'], why);
}

async function tryAws(place: Place, runner: StepRunner): Promise<void> {
  const { region, endpoint, stackFile, synthesize, deploy } = place;
  let stack: SynthesizedStack | undefined;
  const reading: Step = {
    name: 'what was synthesized is here',
    next: synthesize,
    async run() {
      stack = readSynthesized(stackFile);
      return relative(process.cwd(), stackFile);
    },
  };
  await runner.run([reading]);
  if (stack === undefined) return runner.leaveOut(AWS_STEPS, 'not tried, since nobody knows what to look for');
  const clients = createOperatorClients({ region, endpoint });
  for (const step of awsSteps({ clients, stack, endpoint, deploy })) await runner.run([step]);
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY)
    throw new Error('there is nothing on standard input: scripts/smoke <api url> --stdin < file');
  return text(process.stdin);
}

async function main(): Promise<void> {
  const options = await readSmokeOptions({
    args: process.argv.slice(2),
    variables: process.env,
    readInput: standardInput,
  });
  const { api, isJson, tokens } = options;
  const secrets = Object.values(tokens ?? {}).filter((token) => token !== undefined);
  const runner = createStepRunner({
    report: (result) => console.log((isJson ? toJson : toLine)(result, secrets)),
    waiting: (step, seconds) => console.error(`cloakroom: ${step}: still waiting after ${seconds} s`),
  });
  await smoke(options, runner);
  if (!isJson) console.log(summary(runner.results, api));
  if (runner.results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
