import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { blocksOf } from '../../testing/blocks-of.ts';
import { REAL_PARTS } from '../applied-fixture.ts';
import { folderWith, runIn } from './in-folder.ts';
import { onlyOf, permissionsOn, type Template } from './template.ts';

const [page = ''] = blocksOf('your-own-api/sam-serverless-cdk.md', 'yaml');
const AUTHORIZER_URI = {
  'Fn::Sub': [
    `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${__FunctionArn__}/invocations`,
    { __FunctionArn__: { Ref: 'AuthorizerArn' } },
  ],
};

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: unknown }>>>>;
  readonly components?: { readonly securitySchemes: Schemes };
  readonly securityDefinitions?: Schemes;
}
type Schemes = Readonly<Record<string, { readonly 'x-amazon-apigateway-authorizer': unknown }>>;

/** What AWS makes of a template, with the code put into S3 as `sam package` does. */
async function translated(template: string): Promise<Template> {
  const folder = folderWith({ 'template.yaml': template.replace('CodeUri: src/', 'CodeUri: s3://bucket/code.zip') });
  const program = join(import.meta.dirname, 'translate_sam.py');
  return JSON.parse(await runIn(folder, [REAL_PARTS.python, program, 'template.yaml']));
}

/** The API that a template describes, and how it asks its authorizer. */
function apiOf(template: Template, type: 'AWS::ApiGatewayV2::Api' | 'AWS::ApiGateway::RestApi') {
  const { paths, components, securityDefinitions } = onlyOf(template, type).Body as OpenApi;
  const schemes = components?.securitySchemes ?? securityDefinitions;
  return { paths, authorizer: schemes?.Session?.['x-amazon-apigateway-authorizer'] };
}

describe("the page's template of AWS SAM", () => {
  let template: Template;
  beforeAll(async () => {
    template = await translated(page);
  });

  it('has nothing that cfn-lint holds against it', async () => {
    const folder = folderWith({ 'template.yaml': page, 'src/orders.mjs': '' });
    const lint = join(dirname(REAL_PARTS.python), 'cfn-lint');
    expect(await runIn(folder, [lint, '--include-checks', 'I', '--', 'template.yaml'])).toBe('');
    const broken = folderWith({ 'template.yaml': page.replace('!Ref AuthorizerArn', '!Ref Authoriser') });
    await expect(runIn(broken, [lint, 'template.yaml'])).rejects.toThrow("'Authoriser' is not one of");
  });

  it('asks the authorizer before every route of an HTTP API, each time, whatever comes', () => {
    const { paths, authorizer } = apiOf(template, 'AWS::ApiGatewayV2::Api');
    expect(paths['/orders']?.get?.security).toEqual([{ Session: [] }]);
    expect(authorizer).toEqual({
      type: 'request',
      authorizerUri: AUTHORIZER_URI,
      authorizerPayloadFormatVersion: '2.0',
      authorizerResultTtlInSeconds: 0,
      enableSimpleResponses: true,
      identitySource: [],
    });
  });

  it('asks the authorizer before every method of a REST API, each time, by a source that no request lacks', () => {
    const { paths, authorizer } = apiOf(template, 'AWS::ApiGateway::RestApi');
    expect(paths['/orders']?.get?.security).toEqual([{ Session: [] }]);
    expect(authorizer).toEqual({
      type: 'request',
      authorizerUri: AUTHORIZER_URI,
      authorizerResultTtlInSeconds: 0,
      identitySource: 'context.identity.sourceIp',
    });
  });

  it('makes no permission for the authorizer, which SAM would by itself', async () => {
    expect(permissionsOn(template, 'AuthorizerArn')).toEqual([]);
    const byItself = await translated(page.replace(/ +DisableFunctionDefaultPermissions: true\n/, ''));
    expect(permissionsOn(byItself, 'AuthorizerArn')).toHaveLength(1);
  });

  it('would leave the time to live to API Gateway without ReauthorizeEvery', async () => {
    const cached = await translated(page.replaceAll(/ +ReauthorizeEvery: 0\n/g, ''));
    const { authorizer } = apiOf(cached, 'AWS::ApiGateway::RestApi');
    expect(authorizer).toMatchObject({ identitySource: 'context.identity.sourceIp' });
    expect(authorizer).not.toHaveProperty('authorizerResultTtlInSeconds');
  });
});
