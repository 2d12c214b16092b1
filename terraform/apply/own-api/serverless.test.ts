import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { blocksOf } from '../../testing/blocks-of.ts';
import { FRAMEWORKS, folderWith, runIn } from './in-folder.ts';
import { onlyOf, permissionsOn, type Template } from './template.ts';

const [, page = ''] = blocksOf('your-own-api/sam-serverless-cdk.md', 'yaml');
const AUTHORIZER = 'arn:aws:lambda:eu-central-1:123456789012:function:cloakroom-prod-authorizer:live';
const invokes = expect.objectContaining({ 'Fn::Join': ['', expect.arrayContaining([AUTHORIZER, '/invocations'])] });

/** What the framework would hand to CloudFormation. It refuses what its own schema does not know. */
async function packaged(configuration: string): Promise<Template> {
  const code = 'export const list = async () => ({ statusCode: 200 });';
  const folder = folderWith({
    'serverless.yml': configuration.replace('provider:', 'configValidationMode: error\nprovider:'),
    'src/orders.mjs': code,
  });
  const program = join(FRAMEWORKS, 'node_modules/osls/bin/serverless.js');
  const options = ['--package', 'out', '--param', `authorizerArn=${AUTHORIZER}`];
  await runIn(folder, [process.execPath, program, 'package', ...options], { SLS_TELEMETRY_DISABLED: '1' });
  return JSON.parse(readFileSync(join(folder, 'out/cloudformation-template-update-stack.json'), 'utf8'));
}

describe("the page's configuration of the Serverless Framework", () => {
  let template: Template;
  beforeAll(async () => {
    template = await packaged(page);
  });

  it('asks the authorizer of an HTTP API each time, whatever comes, in its own language', () => {
    expect(onlyOf(template, 'AWS::ApiGatewayV2::Authorizer')).toEqual({
      ApiId: { Ref: 'HttpApi' },
      Name: 'session',
      AuthorizerType: 'REQUEST',
      AuthorizerUri: invokes,
      AuthorizerPayloadFormatVersion: '2.0',
      AuthorizerResultTtlInSeconds: 0,
      EnableSimpleResponses: true,
      IdentitySource: [],
    });
    expect(onlyOf(template, 'AWS::ApiGatewayV2::Route')).toMatchObject({
      RouteKey: 'GET /orders',
      AuthorizationType: 'CUSTOM',
    });
  });

  it('asks the authorizer of a REST API each time, by a source that no request lacks', () => {
    expect(onlyOf(template, 'AWS::ApiGateway::Authorizer')).toEqual({
      RestApiId: { Ref: 'ApiGatewayRestApi' },
      Name: 'session',
      Type: 'REQUEST',
      AuthorizerUri: invokes,
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: 'context.identity.sourceIp',
    });
    expect(onlyOf(template, 'AWS::ApiGateway::Method')).toMatchObject({ AuthorizationType: 'CUSTOM' });
  });

  it('makes no permission for the authorizer, which the framework would by itself', async () => {
    expect(permissionsOn(template, AUTHORIZER)).toEqual([]);
    const byItself = await packaged(page.replaceAll(/ +managedExternally: true\n/g, ''));
    expect(permissionsOn(byItself, AUTHORIZER)).not.toEqual([]);
  });

  it('would permit every API of everybody by a websocket event, and demand a header', async () => {
    const event = `      - websocket:
          route: $connect
          authorizer:
            name: session
            arn: \${param:authorizerArn}
`;
    const withSocket = await packaged(page + event);
    const [permission, ...others] = permissionsOn(withSocket, AUTHORIZER);
    expect(others).toEqual([]);
    expect(permission).not.toHaveProperty('SourceArn');
    expect(JSON.stringify(withSocket)).toContain('route.request.header.Auth');
  });
});
