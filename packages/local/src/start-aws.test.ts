import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from '@jest/globals';
import { freePort } from './base/ports.ts';
import {
  account,
  aws,
  ENDPOINT,
  eventually,
  messagesOf,
  REGION,
  stack,
  startTestAws,
  useLocalAws,
} from './local-aws-fixture.ts';
import { testStack } from './stack-fixture.ts';
import { startAws } from './start-aws.ts';

useLocalAws();

it('runs what is scheduled at the start', async () => {
  const line = await eventually(() => messagesOf('refresh').find((message) => message.includes('Scheduled Event')));
  expect(JSON.parse(line.slice(line.indexOf('{')))).toMatchObject({
    source: 'aws.events',
    resources: [`arn:aws:events:${REGION}:000000000000:rule/refresh`],
  });
});

it('has the keys and secrets of the stack, which functions reach by their credentials, and keeps them over restarts', async () => {
  const [kms, secrets] = [new KMSClient(account), new SecretsManagerClient(account)];
  const KeyId = String(stack.get('aws_kms_key.tokens').attributes.arn);
  const sealed = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
  await secrets.send(new PutSecretValueCommand({ SecretId: 'local/client', SecretString: 'value' }));
  await aws.stop();
  await startTestAws();
  const { CiphertextBlob, Plaintext } = sealed;
  expect((await kms.send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toEqual(Plaintext);
  const SecretId = String(stack.get('aws_secretsmanager_secret.client').attributes.arn);
  expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('value');
});

it('finds items, messages and logs again after a restart', async () => {
  const dynamodb = new DynamoDBClient(account);
  const keyOf = (user: string) => ({ user_key: { S: user }, item: { S: 'USER' } });
  const write = (user: string) => dynamodb.send(new PutItemCommand({ TableName: 'sessions', Item: keyOf(user) }));
  const changesOf = (user: string) =>
    messagesOf('record').filter((line) => line.includes('"recorded"') && line.includes(user));
  const QueueUrl = `${ENDPOINT}/000000000000/idle`;
  await aws.lambda.invoke('echo', '{"kept":true}');
  await write('U#a#ann');
  // Only once the invocation has ended is the change settled.
  await eventually(() => messagesOf('record').some((line) => line.startsWith('REPORT')));
  expect(changesOf('U#a#ann')).toHaveLength(1);
  await write('U#a#kept');
  await new SQSClient(account).send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
  const logged = aws.logs.events('/aws/lambda/echo');
  expect(messagesOf('echo').some((line) => line.includes('"kept"'))).toBe(true);
  const startedMs = Date.now();
  await aws.stop();
  expect(Date.now() - startedMs).toBeLessThan(5000);
  await startTestAws();
  const Key = keyOf('U#a#kept');
  expect((await dynamodb.send(new GetItemCommand({ TableName: 'sessions', Key }))).Item).toEqual(Key);
  const { Messages } = await new SQSClient(account).send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(['kept']);
  expect(aws.logs.events('/aws/lambda/echo')).toEqual(logged);
  // The stream goes on where it was: what was recorded is not recorded again, and what was not is.
  await write('U#a#new');
  await eventually(() => changesOf('U#a#kept').length > 0 && changesOf('U#a#new').length > 0);
  expect(changesOf('U#a#ann')).toHaveLength(1);
});

it('ends what it has started when the rest cannot start', async () => {
  const broken = testStack({
    resource: { aws_cloudwatch_event_rule: { x: { name: 'x', schedule_expression: 'cron(* * * * ? *)' } } },
  });
  const port = await freePort();
  const starting = startAws({
    stack: broken,
    dataDir: join(broken.folder, 'data'),
    awsEndpointPort: port,
    onError: () => undefined,
  });
  await expect(starting).rejects.toThrow('only rate');
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
});
