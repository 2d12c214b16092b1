import { describe, expect, it } from '@jest/globals';
import { type ConditionBlock, parseConditions, type RequestContext } from './conditions.ts';

const passes = (block: ConditionBlock, context: RequestContext) =>
  parseConditions(block, 'policy').every((test) => test(context));
const keys = (...values: readonly string[]): RequestContext => ({ 'dynamodb:leadingkeys': values });
const attributes = (...values: readonly string[]): RequestContext => ({ 'dynamodb:attributes': values });
const select = (value: string): RequestContext => ({ 'dynamodb:select': [value] });

const OWN_KEYS = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['U#*', 'WEB#*'] } };
const THREE = { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['ID', 'Message', 'Tags'] } };
const ANY = { 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': ['ID', 'Date'] } };
const IF_SPECIFIC = { StringEqualsIfExists: { 'dynamodb:Select': ['SPECIFIC_ATTRIBUTES'] } };
const SPECIFIC = { StringEquals: { 'dynamodb:Select': ['SPECIFIC_ATTRIBUTES', 'COUNT'] } };
const THERE = { Null: { 'dynamodb:Attributes': ['false'] } };
const NOT_THERE = { Null: { 'dynamodb:Attributes': ['true'] } };

describe('a condition', () => {
  it.each<[string, ConditionBlock, RequestContext, boolean]>([
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-key-or-value-conditions.html
    ['ForAllValues: each is listed', THREE, attributes('ID', 'Message'), true],
    ['ForAllValues: one is not', THREE, attributes('ID', 'Password'), false],
    ['ForAllValues: there is none', THREE, {}, true],
    ['ForAllValues: there is an empty list of them', THREE, attributes(), true],
    ['ForAnyValue: one is listed', ANY, attributes('ID', 'Password'), true],
    ['ForAnyValue: none is', ANY, attributes('Password'), false],
    ['ForAnyValue: there is none', ANY, {}, false],
    ['Null false closes the hole: there is none', { ...THREE, ...THERE }, {}, false],
    ['Null false closes the hole: it is there', { ...THREE, ...THERE }, attributes('ID'), true],
    ['Null true wants none', NOT_THERE, {}, true],
    ['Null true, and there is one', NOT_THERE, attributes('ID'), false],
    ['patterns', OWN_KEYS, keys('U#local#alice', 'WEB#abc'), true],
    ['patterns, one beside', OWN_KEYS, keys('U#local#alice', 'FLOW#abc'), false],
    ['patterns tell upper case from lower', OWN_KEYS, keys('u#local#alice'), false],
    ['StringEquals knows no patterns', THREE, attributes('Mess*'), false],
    ['StringEquals tells upper case from lower', THREE, attributes('id'), false],
    ['IfExists: it is not there', IF_SPECIFIC, {}, true],
    ['IfExists: it is that', IF_SPECIFIC, select('SPECIFIC_ATTRIBUTES'), true],
    ['IfExists: it is another', IF_SPECIFIC, select('ALL_ATTRIBUTES'), false],
    ['without IfExists: it is not there', SPECIFIC, {}, false],
    ['values are alternatives', SPECIFIC, select('COUNT'), true],
    ['operators must all hold', { ...THREE, ...SPECIFIC }, attributes('ID'), false],
    [
      'ForAllValues with IfExists',
      { 'ForAllValues:StringLikeIfExists': OWN_KEYS['ForAllValues:StringLike'] },
      {},
      true,
    ],
    ['keys are the same in any case', { StringEquals: { 'KMS:viaservice': ['a'] } }, { 'kms:viaservice': ['a'] }, true],
    ['ArnLike', { ArnLike: { 'aws:SourceVpc': ['a:b:c:d:e:*'] } }, { 'aws:sourcevpc': ['a:b:c:d:e:f'] }, true],
    ['ArnEquals', { ArnEquals: { 'aws:SourceVpc': ['a:*:f'] } }, { 'aws:sourcevpc': ['a:b:c:d:e:f'] }, false],
    ['nobody here calls from a VPC', { StringEquals: { 'aws:SourceVpc': ['vpc-1'] } }, keys('U#a'), false],
  ])('%s', (_, block, context, expected) => expect(passes(block, context)).toBe(expected));

  it.each<[string, ConditionBlock, string]>([
    ['an unknown key', { StringEquals: { 'aws:SourceIp': ['10.0.0.1'] } }, 'policy.StringEquals.aws:SourceIp'],
    ['a key of every object', { StringEquals: { constructor: ['a'] } }, 'policy.StringEquals.constructor'],
    ['an unknown operator', { DateLessThan: { 'dynamodb:Select': ['a'] } }, 'this operator is not understood here'],
    ['an operator of every object', { toString: { 'dynamodb:Select': ['a'] } }, 'this operator is not understood here'],
    ['a negation', { StringNotEquals: { 'dynamodb:Select': ['a'] } }, 'this operator is not understood here'],
    ['an unknown quantifier', { 'ForNoValue:StringEquals': { 'dynamodb:Select': ['a'] } }, 'this operator'],
    ['several values without a quantifier', { StringEquals: { 'dynamodb:Attributes': ['a'] } }, 'several values'],
    ['a variable', { StringEquals: { 'dynamodb:Select': ['${aws:username}'] } }, 'variables of policies'],
    ['Null with a word', { Null: { 'dynamodb:Select': ['no'] } }, 'neither true nor false'],
    ['Null with both', { Null: { 'dynamodb:Select': ['true', 'false'] } }, 'neither true nor false'],
  ])('is refused with %s', (_, block, problem) => expect(() => parseConditions(block, 'policy')).toThrow(problem));
});
