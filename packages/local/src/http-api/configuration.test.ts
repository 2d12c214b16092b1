import { describe, expect, it } from '@jest/globals';
import { startGateway } from './gateway-fixture.ts';
import { gateway, type Options, ok, start, USERS } from './running-gateway-fixture.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:000000000000:function:authorizer:live';
const LOG_GROUP = 'arn:aws:logs:eu-central-1:000000000000:log-group:/aws/x';
const invocation = (region: string) =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;

describe('what is not emulated stops the start', () => {
  it.each<[string, Partial<Options>, RegExp]>([
    ['a cached authorizer', { authorizer: { authorizer_result_ttl_in_seconds: 300 } }, /caching for 300 s/],
    [
      "AWS's default of caching",
      { authorizer: { authorizer_result_ttl_in_seconds: undefined, identity_sources: ['$request.header.A'] } },
      /caching for 300 s/,
    ],
    ['a JWT authorizer', { authorizer: { authorizer_type: 'JWT' } }, /authorizer_type/],
    ['another identity source', { authorizer: { identity_sources: ['$context.stage'] } }, /identity_sources/],
    ['payload 1.0', { integration: { payload_format_version: '1.0' } }, /payload_format_version/],
    ['no payload version', { integration: { payload_format_version: undefined } }, /payload_format_version/],
    ['a target that is no function', { integration: { integration_uri: 'https://example.com' } }, /ARN of a Lambda/],
    ['an authorizer by the ARN of its function', { authorizer: { authorizer_uri: FUNCTION } }, /an invocation ARN/],
    [
      'an authorizer of another region',
      { authorizer: { authorizer_uri: invocation('us-east-1') } },
      /authorizer_uri: must be an invocation ARN \(arn:aws:apigateway:eu-central-1:lambda:path/,
    ],
    ['no stage', { without: ['aws_apigatewayv2_stage'] }, /exactly one is emulated, 0 found/],
    ['a WebSocket API', { api: { protocol_type: 'WEBSOCKET' } }, /protocol_type/],
    ['a stage that is not live', { stage: { auto_deploy: false } }, /auto_deploy/],
    ['another stage', { stage: { name: 'prod' } }, /name/],
    [
      'a log that is no log group',
      { stage: { access_log_settings: { destination_arn: 'x', format: 'x' } } },
      /log group/,
    ],
    [
      'a log group that is not there',
      {
        without: ['aws_cloudwatch_log_group'],
        stage: { access_log_settings: { destination_arn: LOG_GROUP, format: 'x' } },
      },
      /aws_apigatewayv2_stage\.main: writes its log to \/aws\/x, which no aws_cloudwatch_log_group makes/,
    ],
    [
      'credentials for every origin',
      { api: { cors_configuration: { allow_credentials: true, allow_origins: ['*'] } } },
      /every origin/,
    ],
    ['a malformed CORS block', { api: { cors_configuration: { max_age: 'x' } } }, /cors_configuration/],
  ])('%s', async (_, options, message) => {
    await expect(startGateway({ routes: USERS, functions: { api: ok }, ...options })).rejects.toThrow(message);
  });

  it('a port that is taken', async () => {
    await start();
    const second = startGateway({ functions: { api: ok }, port: gateway.port });
    await expect(second).rejects.toMatchObject({ code: 'PORT_IN_USE', port: gateway.port });
  });
});
