import type { Environment } from '../environments/environment.ts';
import type { ModuleDocument } from './module-document.ts';
import { valueAt } from './placeholders.ts';
import type { Variable } from './variable.ts';

interface Told {
  /** Of Cloakroom. */
  readonly version: string;
  /** That the module was written from. */
  readonly environment: Environment;
}

/** The page in the folder of a module: all that somebody needs who has nothing of Cloakroom but that folder. */
export function readme(module: ModuleDocument, { version, environment }: Told): string {
  const required = Object.entries(module.variable).filter(([, one]) => !('default' in one));
  return `# Cloakroom ${version}, as a module of Terraform

Written by \`scripts/module\` of Cloakroom, from its environment \`${environment.name}\`. Do not edit: see [another version](#another-version).
It needs Terraform ${module.terraform.required_version.replace('>= ', '')} or newer, and the AWS provider \`${module.terraform.required_providers.aws.version}\`. It has no provider and no backend of its own: it takes yours.

\`\`\`hcl
provider "aws" {
  region = "eu-central-1"
}

module "cloakroom" {
  source = "./cloakroom" # this folder

  app  = "shop"
  name = "prod"
${required.map(([name]) => `\n  ${name} = ${EXAMPLES[name] ?? '"…"'}\n`).join('')}}

output "api_url" {
  value = module.cloakroom.ApiUrl
}
\`\`\`

Every name in AWS begins with \`<app>-<name>\`, so modules that differ in one of them stand beside each other in one account and one state.
Addresses are \`module.cloakroom.aws_…\`. Give the module no \`depends_on\`: what it reads of the account and the region would be unknown in
each plan, and what depends on them would be made anew.

## The keys of issuers

A schedule fetches them, for the first time within ${minutesOf(module)} of an apply. To have them at once:

\`\`\`sh
aws lambda invoke --function-name shop-prod-refresh-keys --qualifier live /dev/stdout
\`\`\`

${secretsOf(module)}## An API of yours

Its routes ask the authorizer like this, and name \`authorizer_id = aws_apigatewayv2_authorizer.session.id\` with \`authorization_type = "CUSTOM"\`:

\`\`\`hcl
resource "aws_apigatewayv2_api" "orders" {
  name          = "orders"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_authorizer" "session" {
  api_id                            = aws_apigatewayv2_api.orders.id
  name                              = "session"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = module.cloakroom.AuthorizerInvokeArn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  authorizer_result_ttl_in_seconds  = 0 # a cached answer would outlive a revocation
}

resource "aws_lambda_permission" "orders" {
  action        = "lambda:InvokeFunction"
  function_name = module.cloakroom.FunctionName
  qualifier     = "live"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "\${aws_apigatewayv2_api.orders.execution_arn}/authorizers/\${aws_apigatewayv2_authorizer.session.id}"
}
\`\`\`

## Variables

| Name | Type | Default | What it is |
|---|---|---|---|
${Object.entries(module.variable).map(variableRow).join('\n')}

\`tags\` are put on everything besides \`application\` and \`environment\`; \`default_tags\` of your provider are added to them.

## Outputs

| Name | What it is |
|---|---|
${Object.entries(module.output)
  .map(([name, { description }]) => `| \`${name}\` | ${description} |`)
  .join('\n')}

## What is no variable

It was decided when the module was written. For another decision somebody with Cloakroom's repository writes the module anew.

| Field of the environment | Here | Why it is fixed |
|---|---|---|
${fixedRows(module, environment).join('\n')}

## Another version

Replace the folder by the new one, as a whole, and look at the plan. \`VERSION\` says which one a folder is; \`sha256sum -c SHA256SUMS\`, that it is
complete and nobody changed it.
`;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  alarms_notify: '["on-call@example.com"]',
  allowed_origins: '["https://app.example.com"]',
  public_url: '"https://api.example.com"',
  issuers: `[{
    alias      = "main" # part of every key: never change it
    issuer     = "https://id.example.com"
    jwksUri    = "https://id.example.com/keys"
    profile    = "rfc9068"
    algorithms = ["RS256"]
    clientIds  = ["app"]
    audiences  = ["https://api.example.com"]
    loginClaim = "sid"
  }]`,
};

function variableRow([name, { type, description, ...rest }]: readonly [string, Variable]): string {
  const value = 'default' in rest ? `\`${JSON.stringify(rest.default)}\`` : 'has to be given';
  return `| \`${name}\` | \`${type}\` | ${value} | ${description} |`;
}

function fixedRows({ fixed }: ModuleDocument, environment: Environment): readonly string[] {
  const { issuers, network, alarms, own, domain, ...rest } = environment;
  // Where a state and an account are has no part in a module.
  const told: object = {
    ...rest,
    network: network === undefined ? 'none' : 'vpcId' in network ? 'one that exists' : 'made',
    alarms: alarms === undefined ? 'none' : 'some',
    own: Object.keys(own?.functions ?? {}).join(', ') || 'none',
    domain: domain?.name ?? 'none',
    issuers: issuers.map(({ alias }) => alias).join(', '),
    state: undefined,
    accountId: undefined,
    region: undefined,
  };
  return Object.entries(fixed).map(([path, reason]) => {
    const value = valueAt(told, path.split('.'));
    const here = value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
    return `| \`${path}\` | ${here} | ${reason} |`;
  });
}

/** How often the schedule runs, as EventBridge is told it. */
function minutesOf({ resource }: ModuleDocument): string {
  const { schedule_expression: rate } = resource.aws_cloudwatch_event_rule?.refresh_keys ?? {};
  return String(rate).replace(/^rate\((.*)\)$/, '$1');
}

/** How the clients' secrets are set, where there are any. */
function secretsOf({ resource }: ModuleDocument): string {
  const names = Object.values(resource.aws_secretsmanager_secret ?? {}).map(({ name }) => String(name));
  if (names.length === 0) return '';
  const commands = names.map(
    (name) => `aws secretsmanager put-secret-value --secret-id ${name} --secret-string file:///dev/stdin`,
  );
  return `## The secrets of clients

They are made empty, and their values go through no state. Each of these reads one from standard input, up to its end, without a line break:

\`\`\`sh
${commands.join('\n')}
\`\`\`

`;
}
