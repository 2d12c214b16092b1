import { describe, expect, it } from '@jest/globals';
import { assertUnderstood } from './assert-understood.ts';

const origins = { awsEndpoint: 'http://127.0.0.1:4566', apiEndpoint: 'http://127.0.0.1:3000' };

/** Of a type that is not run here. */
const TYPE = 'aws_sns_topic';

function withName(name: unknown, more: object = {}) {
  return {
    terraform: {},
    provider: { aws: [{ region: 'eu-central-1' }] },
    resource: { [TYPE]: { events: { name, ...more }, other: { name: 'other', tags: [{ name: 'a' }] } } },
    output: {},
  };
}

describe('assertUnderstood', () => {
  it.each([
    'text',
    '$default',
    'a $ and a { and a }',
    `\${${TYPE}.other.arn}`,
    `\${${TYPE}.other.tags[0].name}`,
    `{"a":"\${${TYPE}.other.arn}","b":"\${${TYPE}.other.id}"}`,
    '$${not.an.expression()}',
  ])('accepts %s', (name) => {
    expect(() => assertUnderstood(withName(name), origins)).not.toThrow();
  });

  it.each([
    [`\${jsonencode(${TYPE}.other.arn)}`, 'is not understood'],
    [`\${${TYPE}.other.fifo ? 1 : 2}`, 'is not understood'],
    [`\${${TYPE}.other.size + 1}`, 'is not understood'],
    [`\${${TYPE}.other}`, 'is not understood'],
    [`\${${TYPE}.other.*.arn}`, 'is not understood'],
    ['${data.aws_caller_identity.current.account_id}', 'there is no such resource'],
    ['${var.name.first}', 'there is no such resource'],
    ['${local.name}', 'is not understood'],
    [`\${${TYPE}.missing.arn}`, 'there is no such resource'],
    [`\${${TYPE}.other.ern}`, 'has no "ern"'],
    [`\${${TYPE}.other.arn`, 'has no end'],
    ['%{ if true }a%{ endif }', 'template directives'],
  ])('refuses %s, and says where', (name, problem) => {
    expect(() => assertUnderstood(withName(name), origins)).toThrow(`resource.${TYPE}.events.name: `);
    expect(() => assertUnderstood(withName(name), origins)).toThrow(problem);
  });

  it('looks into outputs and deep into arguments', () => {
    const outputs = { ...withName('a'), output: { Url: { value: { deep: ['${max(1, 2)}'] } } } };
    expect(() => assertUnderstood(outputs, origins)).toThrow('output.Url.value.deep[0]');
    const tags = withName('a', { tags: [{ deep: '${max(1, 2)}' }] });
    expect(() => assertUnderstood(tags, origins)).toThrow(`resource.${TYPE}.events.tags[0].deep`);
  });

  it.each(['count', 'for_each', 'dynamic', 'provisioner'])('refuses %s', (argument) => {
    const value = argument === 'count' ? 2 : {};
    expect(() => assertUnderstood(withName('a', { [argument]: value }), origins)).toThrow(
      `resource.${TYPE}.events.${argument}`,
    );
  });

  it('lets a deeper argument have such a name', () => {
    expect(() => assertUnderstood(withName('a', { block: { count: 2 } }), origins)).not.toThrow();
  });

  it.each(['data', 'variable', 'locals', 'module', 'moved'])('refuses %s', (part) => {
    expect(() => assertUnderstood({ ...withName('a'), [part]: {} }, origins)).toThrow(part);
  });
});
