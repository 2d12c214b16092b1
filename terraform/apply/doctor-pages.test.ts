import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REAL_PARTS } from './applied-fixture.ts';
import { AUTHORIZER, uriOf } from './attachment-changes.ts';
import { AttachmentMaker } from './attachments-fixture.ts';
import { findingsIn, runDoctor } from './doctor-fixture.ts';
import { OutputsFile } from './doctor-outputs.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { TEAM_APIS, Team, type TeamApi } from './own-api/team.ts';

let emulator: Emulator;
const teams = new Map<TeamApi['kind'], Team>();
const outputs = new OutputsFile();

const doctor = () => runDoctor(emulator.url, ['dev', '--outputs', outputs.path, '--json']);

beforeAll(async () => {
  emulator = await startEmulator(REAL_PARTS.python);
  const maker = new AttachmentMaker(emulator.url);
  await maker.makeFunction();
  const attached = await Promise.all(
    TEAM_APIS.map(async (api) => {
      const team = new Team(api, emulator.url);
      teams.set(api.kind, team);
      team.tell({ authorizer_invoke_arn: uriOf(`${AUTHORIZER}:live`), sessions_table_name: '' });
      await team.workspace.init();
      // The table of sessions, to whose stream one page listens, belongs to Cloakroom's own stack.
      await team.workspace.succeed('apply', '-no-color', '-auto-approve', ...targetsOf(api));
      const apiId = String((await team.standing(api.address)).id);
      await maker.permit(apiId, '*');
      return { kind: api.kind, apiId, stage: api.stage };
    }),
  );
  outputs.set({ ApiId: await maker.http(), AttachedApis: attached });
});
afterAll(async () => {
  for (const { workspace } of teams.values()) workspace.remove();
  await emulator?.stop();
});

function targetsOf({ kind }: TeamApi): readonly string[] {
  if (kind !== 'websocket') return [];
  return ['aws_apigatewayv2_route.connect', 'aws_apigatewayv2_stage.live'].map((address) => `-target=${address}`);
}

describe("APIs made by the pages about a team's own", () => {
  it('are right: scripts/doctor finds nothing, and looks at each', async () => {
    expect(await doctor()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('are found to be wrong once one of their lines is', async () => {
    const team = teams.get('rest');
    team?.write((page) => page.replace(/^ +identity_source +=.*\n/m, ''));
    await team?.workspace.apply();
    const found = findingsIn(await doctor());
    // The provider sends its default for what is left out, and the page's triggers deploy it.
    expect(found.map(({ code }) => code)).toEqual(['identity-source']);
    expect(found[0]?.where).toMatch(/^REST API \w+, stage live, authorizer session/);
  });
});
