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
  const installation = parseOutputs(readOutputs(join(ENVIRONMENT_FOLDERS, environment), options.outputsFile));
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
  if (options.isNotifying) await notify(options, clients, installation, recipients);
  const looked = parts.map(({ name }) => name);
  if (!isJson) console.log(summary(looked, findings, unseen));
  process.exitCode = exitCode(findings, unseen);
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
  { alarmTopicArn }: Installation,
  recipients: Recipients | undefined,
): Promise<void> {
  if (alarmTopicArn === undefined) {
    throw new Error(`${environment} has no alarms, so there is nobody to notify: set alarms in its environment.ts`);
  }
  await sendTest(sns, alarmTopicArn, environment);
  const confirmed = recipients?.confirmed ?? [];
  if (isJson) return console.log(JSON.stringify({ notified: confirmed, topic: alarmTopicArn }));
  const whom = confirmed.length === 0 ? 'nobody has confirmed yet, so nobody gets it' : confirmed.join(', ');
  console.log(`\nsent a test message to ${alarmTopicArn}: ${whom}`);
}

try {
  await doctor(readDoctorOptions(process.argv.slice(2)));
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = UNSEEN;
}
