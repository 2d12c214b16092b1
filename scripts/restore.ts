import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createOperatorClients } from '@cloakroom/aws/operator';
import { environmentOf } from '@cloakroom/terraform';
import { holdIdentity } from './deployment/identity.ts';
import { environmentFolder, prepare } from './deployment/prepare.ts';
import { realTools } from './deployment/tools.ts';
import { askTime } from './restoring/clock.ts';
import { parseOptions } from './restoring/options.ts';
import { createProgressFile } from './restoring/progress.ts';
import { restore } from './restoring/restore.ts';

const ROOT = resolve(import.meta.dirname, '..');

async function main(): Promise<void> {
  try {
    const options = parseOptions(process.argv.slice(2));
    const environment = environmentOf(options.environment);
    const { app, name, region, dataRoleArn } = environment;
    const tools = realTools({ yes: options.yes });
    const { account, partition } = holdIdentity(environment, tools);
    if (dataRoleArn !== undefined && !dataRoleArn.includes(`::${account}:`)) {
      throw new Error(`the tables of ${name} are in the account of ${dataRoleArn}: restore the installation there`);
    }
    const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    const endpoint =
      process.env.AWS_ENDPOINT_URL_DYNAMODB ?? process.env.AWS_ENDPOINT_URL ?? `https://dynamodb.${region}.${domain}`;
    await restore(options, {
      environment,
      folder: environmentFolder(name),
      tools,
      dynamodb: createOperatorClients({ region }).dynamodb,
      sleep: setTimeout,
      nowMs: Date.now,
      awsNowMs: () => askTime(endpoint),
      progress: createProgressFile(join(ROOT, '.local', `restore-${app}-${name}.json`)),
      prepare: () => prepare(name, tools),
    });
  } catch (error) {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
