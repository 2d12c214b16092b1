import type { InspectionClients } from '@cloakroom/aws/inspection';
import { PUBLIC_ROUTE_KEYS } from '@cloakroom/terraform';
import { judgeRecipients, type Recipients, readRecipients } from './alarms.ts';
import { type ApiName, placeOf } from './attached-api.ts';
import { judgeDomain } from './domain.ts';
import type { Finding } from './finding.ts';
import { readGrants } from './function-policy.ts';
import type { Installation } from './installation.ts';
import { invokedBy } from './invoked-function.ts';
import { judgeAuthorizer, ownerOf } from './judge-authorizers.ts';
import { judgePermission } from './judge-permission.ts';
import { judgeRoutes } from './judge-routes.ts';
import { lookAtRest } from './look-at-rest.ts';
import { lookAtV2 } from './look-at-v2.ts';
import type { StageProtection } from './looked-at.ts';

/** One part of a deployment to look at. */
export interface Examination {
  /** `HTTP API a1b2c3` */
  readonly name: string;
  /** @throws Error that says what to do, when AWS does not let it look */
  run(): Promise<readonly Finding[]>;
}

interface ExamineOptions {
  readonly clients: InspectionClients;
  readonly installation: Installation;
  /** What applies the stack: `scripts/deploy dev`. */
  readonly deploy: string;
  /** APIs that were named besides. */
  readonly apis: readonly ApiName[];
  /** Route keys of these that are meant to be without the authorizer. */
  readonly except: readonly string[];
  /** Told whom alarms go to. */
  readonly onRecipients: (recipients: Recipients) => void;
}

/** Everything that there is to look at. Each part is for itself, and can be run beside the others. */
export function examinations({
  clients,
  installation,
  deploy,
  apis,
  except,
  onRecipients,
}: ExamineOptions): readonly Examination[] {
  const own: ApiName = { kind: 'http', apiId: installation.apiId };
  const others = [...new Map([...installation.attached, ...apis].map((api) => [placeOf(api), api])).values()];
  const { alarmTopicArn, domain, apiId } = installation;
  return [
    examineApi(own, PUBLIC_ROUTE_KEYS),
    ...others.map((api) => examineApi(api, except)),
    ...(domain === undefined
      ? []
      : [{ name: `domain ${domain}`, run: () => judgeDomain(clients.gateway, domain, apiId, deploy) }]),
    ...(alarmTopicArn === undefined ? [] : [examineAlarms(alarmTopicArn)]),
  ];

  function examineApi(api: ApiName, meant: readonly string[]): Examination {
    return {
      name: placeOf(api),
      async run() {
        const look = api.kind === 'rest' ? lookAtRest(clients.restGateway, api) : lookAtV2(clients.gateway, api);
        const { stages, findings } = await look;
        const judged = await Promise.all(stages.map((stage) => judgeStage(stage, meant)));
        return [...findings, ...judged.flat()];
      },
    };
  }

  async function judgeStage(stage: StageProtection, meant: readonly string[]): Promise<readonly Finding[]> {
    const { api, authorizers } = stage;
    const known = authorizers.filter((one) => ownerOf(one, installation) !== 'somebody else');
    const ours = known.filter((one) => ownerOf(one, installation) === 'us');
    const permissions = ours.map(async (one) => {
      const invoked = invokedBy(one.uri) ?? installation.authorizer;
      const [grants, bare] = await Promise.all([
        readGrants(clients.lambda, invoked.name, invoked.qualifier),
        readGrants(clients.lambda, invoked.name, undefined),
      ]);
      return judgePermission(api, one, invoked, { invoked: grants, bare });
    });
    return [
      ...known.flatMap((one) => judgeAuthorizer(api, one, installation)),
      ...(await Promise.all(permissions)).flat(),
      ...judgeRoutes(api, stage, installation, meant),
    ];
  }

  function examineAlarms(topicArn: string): Examination {
    return {
      name: 'the recipients of alarms',
      async run() {
        const recipients = await readRecipients(clients.sns, topicArn);
        onRecipients(recipients);
        return judgeRecipients(topicArn, recipients);
      },
    };
  }
}
