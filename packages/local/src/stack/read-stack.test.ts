import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { StackError } from '../base/errors.ts';
import { COMPUTED_ATTRIBUTES } from './local-values.ts';
import { readStack, resolveStack } from './read-stack.ts';

const origins = { awsEndpoint: 'http://127.0.0.1:4566', apiEndpoint: 'http://127.0.0.1:3000' };

function stackOf(resource: unknown, rest: object = {}) {
  const document = { provider: { aws: [{ region: 'eu-central-1' }] }, resource, ...rest };
  return resolveStack(document, { folder: '/stack', origins });
}

function problemOf(resource: unknown, rest: object = {}): StackError {
  try {
    stackOf(resource, rest);
  } catch (error) {
    if (error instanceof StackError) return error;
    throw error;
  }
  throw new Error('the stack was accepted');
}

const queues = {
  dlq: { name: 'events-dlq' },
  events: {
    name: 'events',
    visibility_timeout_seconds: 180,
    redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dlq.arn}","maxReceiveCount":5}',
  },
};

describe('resolving references', () => {
  it('puts values into a text, any number of times', () => {
    const stack = stackOf({ aws_sqs_queue: queues });
    expect(stack.get('aws_sqs_queue.events').attributes.redrive_policy).toBe(
      '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:000000000000:events-dlq","maxReceiveCount":5}',
    );
  });

  it('keeps the type of a value that stands alone', () => {
    const stack = stackOf(
      { aws_sqs_queue: queues },
      {
        output: {
          seconds: { value: '${aws_sqs_queue.events.visibility_timeout_seconds}' },
          text: { value: 'after ${aws_sqs_queue.events.visibility_timeout_seconds} s' },
          map: { value: { url: '${aws_sqs_queue.dlq.url}' } },
        },
      },
    );
    expect(stack.outputs).toEqual({
      seconds: 180,
      text: 'after 180 s',
      map: { url: 'http://127.0.0.1:4566/000000000000/events-dlq' },
    });
  });

  it('takes a single block for a list of one', () => {
    const table = { name: 't', attribute: { name: 'id', type: 'S' } };
    const output = { type: { value: '${aws_dynamodb_table.t.attribute[0].type}' } };
    expect(stackOf({ aws_dynamodb_table: { t: table } }, { output }).outputs.type).toBe('S');
    const list = { ...table, attribute: [table.attribute] };
    expect(stackOf({ aws_dynamodb_table: { t: list } }, { output }).outputs.type).toBe('S');
  });

  it('drops what says nothing about the resource', () => {
    const stack = stackOf({
      aws_sqs_queue: {
        q: { name: 'q', '//': {}, lifecycle: { prevent_destroy: true }, depends_on: ['a.b'], delay_seconds: null },
      },
    });
    expect(Object.keys(stack.get('aws_sqs_queue.q').attributes).sort()).toEqual(['arn', 'id', 'name', 'url']);
  });

  it('makes what a stack takes over from an account, since there is none here', () => {
    const stack = stackOf({ aws_sqs_queue: queues }, { import: [{ to: 'aws_sqs_queue.events', id: 'events' }] });
    expect(stack.get('aws_sqs_queue.events').attributes.name).toBe('events');
  });

  it('follows references through resources that are skipped', () => {
    const stack = stackOf({
      aws_security_group: { functions: { name: 'functions' } },
      aws_vpc_endpoint: { sqs: { security_group_ids: ['${aws_security_group.functions.id}'] } },
    });
    expect(stack.get('aws_vpc_endpoint.sqs').attributes.security_group_ids).toEqual([expect.stringMatching(/^sg-/)]);
    expect(stack.skipped).toEqual(['aws_security_group.functions']);
  });
});

describe('what stops the start', () => {
  it('names the path of a reference to nothing', () => {
    const problem = problemOf({ aws_sqs_queue: { a: { name: 'a', tags: { peer: '${aws_sqs_queue.b.arn}' } } } });
    expect(problem.path).toBe('resource.aws_sqs_queue.a.tags.peer: ${aws_sqs_queue.b.arn}');
    expect(problem.reason).toBe('there is no such resource');
  });

  it('names the attribute that a resource lacks', () => {
    const problem = problemOf(
      { aws_sqs_queue: { a: { name: 'a' } } },
      { output: { x: { value: '${aws_sqs_queue.a.nope}' } } },
    );
    expect(problem.message).toBe('output.x.value: ${aws_sqs_queue.a.nope}: has no "nope"');
  });

  it('does not take inherited properties for attributes', () => {
    const output = { x: { value: '${aws_sqs_queue.a.constructor}' } };
    expect(problemOf({ aws_sqs_queue: { a: { name: 'a' } } }, { output }).reason).toBe('has no "constructor"');
  });

  it('shows the way around a cycle', () => {
    const problem = problemOf({
      aws_sqs_queue: {
        a: { name: 'a', tags: { peer: '${aws_sqs_queue.b.name}' } },
        b: { name: 'b', tags: { peer: '${aws_sqs_queue.a.name}' } },
      },
    });
    expect(problem.reason).toBe('is part of a cycle: aws_sqs_queue.a → aws_sqs_queue.b → aws_sqs_queue.a');
  });

  it('refuses a list inside a text', () => {
    const queue = { name: 'a', tags: { list: ['x'], text: 'a' } };
    const problem = problemOf(
      { aws_sqs_queue: { a: queue } },
      { output: { x: { value: 'a${aws_sqs_queue.a.tags.list}' } } },
    );
    expect(problem.reason).toMatch(/is not a text/);
  });

  it.each([
    ['a type that nobody decided about', { aws_s3_bucket: { b: {} } }, 'resource.aws_s3_bucket'],
    ['count', { aws_sqs_queue: { a: { name: 'a', count: 2 } } }, 'resource.aws_sqs_queue.a.count'],
    ['for_each', { aws_sqs_queue: { a: { name: 'a', for_each: {} } } }, 'resource.aws_sqs_queue.a.for_each'],
    ['dynamic blocks', { aws_sqs_queue: { a: { name: 'a', dynamic: [{}] } } }, 'resource.aws_sqs_queue.a.dynamic'],
    ['functions', { aws_sqs_queue: { a: { name: '${upper("a")}' } } }, 'resource.aws_sqs_queue.a.name'],
    ['a missing name', { aws_sqs_queue: { a: {} } }, 'resource.aws_sqs_queue.a.name'],
  ])('refuses %s', (_, resource, path) => {
    expect(problemOf(resource).path).toBe(path);
  });

  it.each(['data', 'locals', 'variable', 'module'])('refuses %s', (key) => {
    expect(problemOf({}, { [key]: { x: { y: {} } } }).path).toBe(key);
  });

  it('wants the region written out', () => {
    expect(problemOf({}, { provider: { aws: { region: '${var.region}' } } }).path).toMatch(/^provider/);
    expect(problemOf({}, { provider: { aws: [] } }).path).toMatch(/^provider/);
  });

  it('says so when there is no such resource or file', () => {
    expect(() => stackOf({}).get('aws_sqs_queue.q')).toThrow(StackError);
    expect(() => readStack('/nowhere/cdk.tf.json', origins)).toThrow(StackError);
  });
});

it('reads the file and remembers its folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'));
  const file = join(folder, 'cdk.tf.json');
  writeFileSync(
    file,
    JSON.stringify({ provider: { aws: { region: 'us-east-1' } }, resource: { aws_sqs_queue: queues } }),
  );
  const stack = readStack(file, origins);
  expect(stack.folder).toBe(folder);
  expect(stack.list('aws_sqs_queue').map(({ name }) => name)).toEqual(['dlq', 'events']);
  expect(stack.list('aws_lambda_function')).toEqual([]);
});

it.each(Object.entries(COMPUTED_ATTRIBUTES))(
  'knows %s, and computes every attribute that it names',
  (type, attributes) => {
    const one = { name: 'one', function_name: 'one', alarm_name: 'one', domain_name: 'api.example.com' };
    const output = Object.fromEntries(attributes.map((name) => [name, { value: `\${${type}.one.${name}}` }]));
    const computed = Object.values(stackOf({ [type]: { one } }, { output }).outputs);
    expect(computed.length).toBeGreaterThan(0);
    expect(computed).toEqual(attributes.map(() => expect.stringMatching(/^[\w$:/.-]+$/)));
  },
);

it('computes what is inside of blocks, beside their arguments', () => {
  const domain = { domain_name: 'api.example.com', domain_name_configuration: { endpoint_type: 'REGIONAL' } };
  const certificate = { domain_name: 'api.example.com' };
  const output = {
    type: { value: '${aws_apigatewayv2_domain_name.api.domain_name_configuration[0].endpoint_type}' },
    target: { value: '${aws_apigatewayv2_domain_name.api.domain_name_configuration[0].target_domain_name}' },
    proof: { value: '${tolist(aws_acm_certificate.api.domain_validation_options)[0].resource_record_name}' },
  };
  const named = { aws_apigatewayv2_domain_name: { api: domain }, aws_acm_certificate: { api: certificate } };
  expect(stackOf(named, { output }).outputs).toEqual({
    type: 'REGIONAL',
    target: expect.stringMatching(/^d-\w+\.execute-api\.eu-central-1\.amazonaws\.com$/),
    proof: expect.stringMatching(/^_\w+\.api\.example\.com\.$/),
  });
});

it('gives functions and aliases the ARNs that API Gateway and Lambda use', () => {
  const stack = stackOf({
    aws_lambda_function: { health: { function_name: 'cloakroom-dev-health', publish: true } },
    aws_lambda_alias: {
      live: {
        name: 'live',
        function_name: '${aws_lambda_function.health.arn}',
        function_version: '${aws_lambda_function.health.version}',
      },
    },
    aws_apigatewayv2_api: { this: { name: 'api' } },
  });
  const alias = stack.get('aws_lambda_alias.live').attributes;
  const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:cloakroom-dev-health:live';
  expect(alias.arn).toBe(arn);
  expect(alias.invoke_arn).toBe(`arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${arn}/invocations`);
  expect(alias.function_version).toBe('1');
  const api = stack.get('aws_apigatewayv2_api.this').attributes;
  expect(api.execution_arn).toBe(`arn:aws:execute-api:eu-central-1:000000000000:${api.id}`);
  expect(api.api_endpoint).toBe(origins.apiEndpoint);
});
