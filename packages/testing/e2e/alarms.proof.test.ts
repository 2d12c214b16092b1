import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { awsFaults } from './aws-faults.ts';
import { get, post } from './dev.ts';
import { type LocalRun, startInProcess } from './start-in-process.ts';

const MINUTE_MS = 60_000;
let local: LocalRun;
/** The clock of the alarms is so far ahead: no test waits for minutes. */
let aheadMs = 0;
const faults = awsFaults();

beforeAll(async () => {
  local = await startInProcess(faults.admit, { metricsAheadMs: () => aheadMs });
});
afterAll(() => local?.stop());

/** A minute passes, and the alarms are judged. */
function nextMinute(): void {
  local.monitoring.sample();
  aheadMs += MINUTE_MS;
  local.monitoring.alarms.evaluate();
}

const alarm = (id: string) => local.monitoring.alarms.find(`cloakroom-dev-${id}`);

/** The id of every alarm that is not OK. */
const firing = () =>
  local.monitoring.alarms.list().flatMap(({ definition, state }) => (state === 'OK' ? [] : [definition.name]));

describe('the alarms of the local stack', () => {
  it('are all OK where nothing is wrong', async () => {
    expect((await post(`${local.api}/users/alice/sessions`, await local.newLogin('alice'))).status).toBe(200);
    nextMinute();
    expect(firing()).toEqual([]);
  });

  it('fire when the authorizer cannot read its table, and clear when it can again', async () => {
    const token = await local.newLogin('alice');
    faults.fail({ functionName: 'authorizer', code: 'AccessDeniedException', status: 403 });
    for (let minute = 0; minute < 3; minute += 1) {
      const answers = await Promise.all(Array.from({ length: 7 }, () => get(`${local.api}/users/alice/events`, token)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 500));
      nextMinute();
    }
    expect(firing().sort()).toEqual(['cloakroom-dev-api-errors', 'cloakroom-dev-authorizer-errors']);
    expect(alarm('authorizer-errors')?.reason).toMatch(/^Threshold Crossed: 3 out of the last \d datapoints \[/);
    faults.heal();
    expect((await get(`${local.api}/users/alice/events`, token)).status).toBe(403);
    for (let minute = 0; minute < 20; minute += 1) nextMinute();
    expect(firing()).not.toContain('cloakroom-dev-authorizer-errors');
    expect(firing()).not.toContain('cloakroom-dev-api-errors');
  });

  it('tell that the keys of the issuers were not refreshed for long', async () => {
    for (let minute = 0; minute < 45; minute += 1) nextMinute();
    expect(alarm('key-set-age')?.state).toBe('ALARM');
    await refreshKeys();
    for (let minute = 0; minute < 2; minute += 1) nextMinute();
    expect(alarm('key-set-age')?.state).toBe('OK');
  });
});

/** As the schedule does. */
async function refreshKeys(): Promise<void> {
  const credential = 'Credential=local/20260101/eu-central-1/lambda/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=00`;
  const url = `${local.aws}/2015-03-31/functions/cloakroom-dev-refresh-keys:live/invocations`;
  const response = await fetch(url, { method: 'POST', headers: { authorization }, body: '{}' });
  expect(response.status).toBe(200);
}
