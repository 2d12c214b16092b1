import { describe, expect, it } from '@jest/globals';
import { parseOutputs } from './installation.ts';
import { readDoctorOptions } from './options.ts';

describe('the options of scripts/doctor', () => {
  it('name APIs with or without a stage, and routes that are meant to be open', () => {
    const args = [
      'staging',
      '--api',
      'rest:a1b2/prod',
      '--api',
      'http:c3d4/$default',
      '--api',
      'websocket:e5',
      '--except',
      'GET /x',
    ];
    expect(readDoctorOptions(args)).toEqual({
      environment: 'staging',
      apis: [
        { kind: 'rest', apiId: 'a1b2', stage: 'prod' },
        { kind: 'http', apiId: 'c3d4', stage: '$default' },
        { kind: 'websocket', apiId: 'e5', stage: undefined },
      ],
      except: ['GET /x'],
      isNotifying: false,
      isJson: false,
      outputsFile: undefined,
    });
  });

  it.each([
    [[], 'usage: scripts/doctor <environment>'],
    [['dev', 'prod'], 'usage: scripts/doctor <environment>'],
    [['nowhere'], 'there is no environment nowhere: there are dev, '],
    [['local'], 'of scripts/dev, ask scripts/smoke --env local'],
    [['dev', '--api', 'a1b2'], 'not a1b2'],
    [['dev', '--api', 'soap:a1b2/prod'], 'not soap:a1b2/prod'],
  ])('refuse %j, and say what they take', (args, message) => {
    expect(() => readDoctorOptions(args)).toThrow(message);
  });
});

describe('what Terraform tells', () => {
  const uri =
    'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:111122223333:function:app-authorizer:live/invocations';
  const outputs = (values: object) =>
    JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])));

  it('is the authorizer, and what there is besides', () => {
    const told = {
      ApiId: 'own',
      AuthorizerInvokeArn: uri,
      AttachedApis: [{ kind: 'rest', apiId: 'a1', stage: 'prod' }],
    };
    expect(parseOutputs(outputs({ ...told, AlarmTopicArn: 'arn:aws:sns:x' }))).toMatchObject({
      authorizer: { region: 'eu-central-1', accountId: '111122223333', name: 'app-authorizer', qualifier: 'live' },
      attached: [{ kind: 'rest', apiId: 'a1', stage: 'prod' }],
      alarmTopicArn: 'arn:aws:sns:x',
    });
    expect(parseOutputs(outputs({ ApiId: 'own', AuthorizerInvokeArn: uri }))).toMatchObject({
      attached: [],
      alarmTopicArn: undefined,
    });
  });

  it.each(['{}', 'not JSON', outputs({ ApiId: 'own', AuthorizerInvokeArn: 'arn' })])(
    'is refused when it is %s',
    (text) => {
      expect(() => parseOutputs(text)).toThrow(/terraform output -json/);
    },
  );
});
