import { describe, expect, it } from '@jest/globals';
import { assertPlain } from './assert-plain.ts';
import type { TerraformDocument } from './terraform-document.ts';

function withName(name: unknown, more: object = {}): TerraformDocument {
  return {
    terraform: {},
    provider: {},
    resource: { aws_sqs_queue: { events: { name, ...more }, other: { name: 'other' } } },
    output: {},
  };
}

describe('assertPlain', () => {
  it.each([
    'text',
    '$default',
    'a $ and a { and a }',
    `\${aws_sqs_queue.other.arn}`,
    `\${aws_sqs_queue.other.tags[0].name}`,
    `{"a":"\${aws_sqs_queue.other.arn}","b":"\${aws_sqs_queue.events.arn}"}`,
    '$${not.an.expression()}',
  ])('accepts %s', (name) => {
    expect(() => assertPlain(withName(name))).not.toThrow();
  });

  it.each([
    [`\${jsonencode(aws_sqs_queue.other.arn)}`, 'is more than a reference'],
    [`\${aws_sqs_queue.other.fifo ? 1 : 2}`, 'is more than a reference'],
    [`\${aws_sqs_queue.other.size + 1}`, 'is more than a reference'],
    [`\${aws_sqs_queue.other}`, 'is more than a reference'],
    [`\${aws_sqs_queue.other.*.arn}`, 'is more than a reference'],
    [`\${data.aws_caller_identity.current.account_id}`, 'names no resource'],
    [`\${var.name.first}`, 'names no resource'],
    [`\${local.name}`, 'is more than a reference'],
    [`\${aws_sqs_queue.missing.arn}`, 'names no resource'],
    [`\${aws_sqs_queue.other.arn`, 'is more than a reference'],
    ['%{ if true }a%{ endif }', 'holds a template directive'],
  ])('refuses %s, and says where', (name, problem) => {
    expect(() => assertPlain(withName(name))).toThrow(`resource.aws_sqs_queue.events.name: `);
    expect(() => assertPlain(withName(name))).toThrow(problem);
  });

  it('looks into outputs and deep into arguments', () => {
    const document = { ...withName('a'), output: { Url: { value: { deep: [`\${max(1, 2)}`] } } } };
    expect(() => assertPlain(document)).toThrow('output.Url.value.deep.0');
  });

  it.each(['count', 'for_each', 'dynamic', 'provisioner'])('refuses %s', (argument) => {
    expect(() => assertPlain(withName('a', { [argument]: 2 }))).toThrow(`resource.aws_sqs_queue.events.${argument}`);
  });

  it('lets a deeper argument have such a name', () => {
    expect(() => assertPlain(withName('a', { block: { count: 2 } }))).not.toThrow();
  });

  it.each(['data', 'variable', 'locals', 'module', 'moved'])('refuses %s', (part) => {
    expect(() => assertPlain({ ...withName('a'), [part]: {} })).toThrow(`${part}: is not used here`);
  });
});
