import { join, resolve } from 'node:path';
import { createInspectionClients, type InspectionClients } from '@cloakroom/aws/inspection';
import { type Recipients, sendTest } from './diagnosis/alarms.ts';
import { type Examination, examinations } from './diagnosis/examine.ts';
import type { Finding } from './diagnosis/finding.ts';
import { type Installation, parseOutputs } from './diagnosis/installation.ts';
import { type DoctorOptions, readDoctorOptions } from './diagnosis/options.ts';
import { exitCode, findingJson, findingText, summary } from './diagnosis/report.ts';
import { readOutputs } from './diagnosis/terraform-outputs.ts';

const ENVIRONMENT_FOLDERS = resolve(import.meta.dirname, '../terraform/environments');
const WAITING_EVERY_MS = 2000;
/** Whoever could not look says so by this. */
const UNSEEN = 2;

async function doctor(options: DoctorOptions): Promise<void> {
  const { environment, isJson } = options;
  if (options.outputsFile === undefined) console.error('cloakroom: asking Terraform what is deployed');
  const installation = parseOutputs(readOutputs(join(ENVIRONMENT_FOLDERS, environment), options.outputsFile));
  const topicToTest = options.isNotifying ? requireTopic(environment, installation) : undefined;
  const clients = createInspectionClients({ region: installation.authorizer.region });
  let recipients: Recipients | undefined;
  const parts = examinations({
    clients,
    installation,
    deploy: `scripts/deploy ${environment}`,
    apis: options.apis,
    except: options.except,
    onRecipients: (found) => {
      recipients = found;
    },
  });
  const findings: Finding[] = [];
  const unseen: string[] = [];
  await Promise.all(
    parts.map(async (part) => {
      const outcome = await examine(part);
      if (outcome instanceof Error) {
        unseen.push(part.name);
        console.error(`cloakroom: could not look at ${part.name}: ${outcome.message}`);
        return;
      }
      findings.push(...outcome);
      for (const finding of outcome) console.log((isJson ? findingJson : findingText)(finding));
    }),
  );
  if (topicToTest !== undefined) await notify(options, clients, topicToTest, recipients);
  const looked = parts.map(({ name }) => name);
  if (!isJson) console.log(summary(looked, findings, unseen));
  process.exitCode = exitCode(findings, unseen);
}

function requireTopic(environment: string, { alarmTopicArn }: Installation): string {
  if (alarmTopicArn !== undefined) return alarmTopicArn;
  throw new Error(`${environment} has no alarms, so there is nobody to notify: set alarms in its environment.ts`);
}

/** The findings, or why there are none. Says that it still looks, where that takes a while. */
async function examine(part: Examination): Promise<readonly Finding[] | Error> {
  const startedMs = performance.now();
  const waiting = setInterval(() => {
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    console.error(`cloakroom: still looking at ${part.name} after ${seconds} s`);
  }, WAITING_EVERY_MS);
  try {
    return await part.run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearInterval(waiting);
  }
}

async function notify(
  { environment, isJson }: DoctorOptions,
  { sns }: InspectionClients,
  topicArn: string,
  recipients: Recipients | undefined,
): Promise<void> {
  await sendTest(sns, topicArn, environment);
  const confirmed = recipients?.confirmed;
  if (isJson) return console.log(JSON.stringify({ notified: confirmed ?? null, topic: topicArn }));
  const nobody =
    confirmed === undefined ? 'who gets it could not be seen' : 'nobody has confirmed yet, so nobody gets it';
  console.log(`\nsent a test message to ${topicArn}: ${confirmed?.join(', ') || nobody}`);
}

try {
  await doctor(readDoctorOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = UNSEEN;
}
