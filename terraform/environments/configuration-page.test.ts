import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseIssuers } from '@cloakroom/auth';
import { describe, expect, it } from '@jest/globals';
import { commonVariables } from '../stacks/common-variables.ts';
import { withBackchannelLogout } from '../testing/backchannel-environment.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { EVERY_FIELD } from '../testing/every-field.ts';
import { fieldPaths } from '../testing/field-paths.ts';
import { resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { defaults } from './defaults.ts';
import { ENVIRONMENTS } from './index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), 'utf8');

/** The rows of the table below a heading, up to the next heading of any level. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`\n${heading}\n`);
  const [untilNext = ''] = section.split(/\n#+ /);
  const lines = untilNext.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const unquoted = (cell: string | undefined) => cell?.replaceAll('`', '') ?? '';

describe('the page about the configuration', () => {
  const fields = rowsBelow('## The environment');

  it('has a row for every field of an environment, and no others', () => {
    const named = fields.map(([field]) => unquoted(field)).filter((field) => field !== 'network');
    expect(named.toSorted()).toEqual(EVERY_FIELD.toSorted());
  });

  it('tells the defaults', () => {
    const told = fields.map(([field, , value]) => [unquoted(field), value] as const);
    const values = new Map<string, unknown>([
      ...Object.entries(defaults),
      ...Object.entries(defaults.sessions).map(([key, value]) => [`sessions.${key}`, value] as const),
      ...Object.entries(defaults.cookie).map(([key, value]) => [`cookie.${key}`, value] as const),
    ]);
    for (const path of fieldPaths(defaults)) expect(told).toContainEqual([path, `\`${values.get(path)}\``]);
    const others = told.filter(([field, value]) => value?.startsWith('`') && !values.has(field));
    expect(others).toEqual([]);
  });

  it('tells which function gets which variable', () => {
    const lambdas = Object.entries(
      resources(synthesized(withBackchannelLogout(withBrowser(ENVIRONMENTS.dev))), 'aws_lambda_function'),
    );
    const common = Object.keys(commonVariables('', ENVIRONMENTS.dev, '1.2.3'));
    const pairs = lambdas.flatMap(([name, { environment }]) => {
      const { variables } = environment as { variables: Record<string, string> };
      return Object.keys(variables).map((variable) => ({ variable, name: name.replaceAll('_', '-') }));
    });
    const given = [...Map.groupBy(pairs, ({ variable }) => variable)].map(([variable, users]) => {
      const names = users.map(({ name }) => name).toSorted();
      return [variable, common.includes(variable) ? 'all' : names.join(', ')];
    });
    const told = rowsBelow('## The variables of the functions').filter((row) => row.length === 3);
    expect(told.map(([variable, , names]) => [unquoted(variable), names])).toEqual(given.toSorted());
  });

  it('tells of every field which variable it becomes', () => {
    const fromFields = fields.filter(([, , , , variable]) => variable !== '');
    const sources = new Map(rowsBelow('## The variables of the functions').map(([variable, from]) => [variable, from]));
    expect(fromFields.length).toBeGreaterThan(10);
    for (const [field = '', , , , variable = ''] of fromFields) expect(sources.get(variable)).toContain(field);
  });

  it('gives a data role all that code of functions does to tables and queues', () => {
    const [, section = ''] = page.split('\n### A data role\n');
    const [hcl = ''] = section.split('\n### ');
    const told = hcl.match(/(dynamodb|sqs):\w+/g) ?? [];
    const policies = Object.entries(
      resources(synthesized(withBackchannelLogout(withBrowser(ENVIRONMENTS.prod))), 'aws_iam_role_policy'),
    );
    const done = policies
      .filter(([name]) => !name.endsWith('_runtime'))
      .flatMap(([, { policy }]) => statementsOf(policy))
      .filter(({ Sid }) => Sid !== 'TakeChanges' && Sid !== 'TakeEvents') // Lambda, by the function's own role
      .flatMap(({ Action }) => Action)
      .filter((action) => /^(dynamodb|sqs):/.test(action));
    expect(told.toSorted()).toEqual([...new Set(done)].toSorted());
  });

  const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => text);

  it('has examples', () => expect(examples.length).toBeGreaterThan(5));

  it.each(examples)('has an example of issuers that is accepted: %#', (text) => {
    const issuers: unknown = JSON.parse(text);
    expect(parseIssuers(issuers)).toEqual(issuers);
  });
});
