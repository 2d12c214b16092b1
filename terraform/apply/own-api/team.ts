import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TerraformDocument } from '../../synthesis/terraform-document.ts';
import { blocksOf } from '../../testing/blocks-of.ts';
import { fakeZip } from '../../testing/synthesized.ts';
import { REAL_PARTS } from '../applied-fixture.ts';
import { Workspace } from '../workspace.ts';

/** What a team has, and which page it reads. */
export interface TeamApi {
  readonly kind: 'http' | 'rest' | 'websocket';
  readonly page: string;
  /** The address of its API. */
  readonly address: string;
  readonly stage: string;
  /** Functions that the page takes for there. */
  readonly functions: readonly string[];
}

export const TEAM_APIS: readonly TeamApi[] = [
  {
    kind: 'http',
    page: 'your-own-api/http.md',
    address: 'aws_apigatewayv2_api.orders',
    stage: '$default',
    functions: ['orders'],
  },
  {
    kind: 'rest',
    page: 'your-own-api/rest.md',
    address: 'aws_api_gateway_rest_api.orders',
    stage: 'live',
    functions: ['orders'],
  },
  {
    kind: 'websocket',
    page: 'your-own-api/websocket.md',
    address: 'aws_apigatewayv2_api.chat',
    stage: 'live',
    functions: ['connect', 'hang_up'],
  },
];

/** What a page's configuration is told. */
export type PageVariables = Readonly<Record<'authorizer_invoke_arn' | 'sessions_table_name', string>>;

/** A team's folder: the functions that it has, and the configuration of a page as it stands there. */
export class Team {
  readonly api: TeamApi;
  readonly workspace: Workspace;

  /** @param endpoint of the emulator: `http://127.0.0.1:<port>` */
  constructor(api: TeamApi, endpoint: string) {
    this.api = api;
    this.workspace = new Workspace(REAL_PARTS, endpoint);
    writeFileSync(join(this.workspace.folder, 'code.zip'), fakeZip(api.kind));
    this.workspace.write(functionsOf(api));
    this.write();
    this.tell({ authorizer_invoke_arn: '', sessions_table_name: '' });
  }

  /** Puts the page's configuration into the folder. */
  write(change = (configuration: string) => configuration): void {
    writeFileSync(join(this.workspace.folder, 'api.tf'), change(blocksOf(this.api.page, 'hcl').join('\n')));
  }

  /** Sets the variables of the page. Terraform passes over those that it does not have. */
  tell(variables: PageVariables): void {
    writeFileSync(join(this.workspace.folder, 'terraform.tfvars.json'), JSON.stringify(variables));
  }

  /** What stands at an address, as Terraform was told by whatever made it. */
  standing(address: string): Readonly<Record<string, unknown>> {
    const { resources } = JSON.parse(readFileSync(join(this.workspace.folder, 'terraform.tfstate'), 'utf8')) as State;
    const found = resources.find(({ mode, type, name }) => mode === 'managed' && `${type}.${name}` === address);
    if (found?.instances[0] === undefined) throw new Error(`${address} does not stand`);
    return found.instances[0].attributes;
  }
}

interface State {
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
  }[];
}

function functionsOf({ kind, functions }: TeamApi): TerraformDocument {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const lambdas = functions.map((name) => [
    name,
    {
      function_name: `${kind}-${name}`,
      role: `\${aws_iam_role.team.arn}`,
      filename: 'code.zip',
      handler: 'index.handler',
      runtime: 'nodejs24.x',
    },
  ]);
  return {
    terraform: { backend: { local: {} }, required_providers: { aws: { source: 'hashicorp/aws' } } },
    provider: { aws: [{ region: 'eu-central-1' }] },
    resource: {
      aws_iam_role: {
        team: {
          name: `${kind}-team`,
          assume_role_policy: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
        },
      },
      aws_lambda_function: Object.fromEntries(lambdas),
    },
  } as unknown as TerraformDocument; // no cdktf has made it
}
