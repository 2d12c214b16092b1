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
  await withProgress(parts, async ({ name, run }) => {
    try {
      const found = await run();
      findings.push(...found);
      for (const finding of found) console.log((isJson ? findingJson : findingText)(finding));
    } catch (error) {
      unseen.push(name);
      console.error(`cloakroom: could not look at ${name}: ${messageOf(error)}`);
    }
  });
  if (topicToTest !== undefined) await notify(options, clients, topicToTest, recipients);
  const looked = parts.map(({ name }) => name);
  if (!isJson) console.log(summary(looked, findings, unseen));
  process.exitCode = exitCode(findings, unseen);
}

function requireTopic(environment: string, { alarmTopicArn }: Installation): string {
  if (alarmTopicArn !== undefined) return alarmTopicArn;
  throw new Error(`${environment} has no alarms, so there is nobody to notify: set alarms in its environment.ts`);
}

/** Looks at all parts at once. Says at what it still looks, where that takes a while. */
async function withProgress(
  parts: readonly Examination[],
  examine: (part: Examination) => Promise<void>,
): Promise<void> {
  const startedMs = performance.now();
  const pending = new Set(parts);
  const waiting = setInterval(() => {
    const [first, ...more] = [...pending].map(({ name }) => name);
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    console.error(`cloakroom: still looking at ${first}${others} after ${seconds} s`);
  }, WAITING_EVERY_MS);
  try {
    await Promise.all(
      parts.map(async (part) => {
        await examine(part);
        pending.delete(part);
      }),
    );
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  await doctor(readDoctorOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`cloakroom: ${messageOf(error)}`);
  process.exitCode = UNSEEN;
}
