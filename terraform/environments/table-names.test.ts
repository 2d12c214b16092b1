import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { parseEnvironment } from './environment.ts';
import { ENVIRONMENTS } from './index.ts';
import { readTableNames, writeTableNames } from './table-names.ts';

const { prod } = ENVIRONMENTS;
const restored = { sessions: 'cloakroom-prod-sessions-202601311200', events: 'cloakroom-prod-events-202601311201' };

describe('the names of tables', () => {
  it('are those that the tables were made with, and after a restore those of the restored ones', () => {
    const after = synthesized({ ...prod, tables: restored });
    expect(resource(synthesized(prod), 'aws_dynamodb_table', 'sessions').name).toBe('cloakroom-prod-sessions');
    expect(resource(after, 'aws_dynamodb_table', 'sessions').name).toBe(restored.sessions);
    expect(resource(after, 'aws_dynamodb_table', 'events').name).toBe(restored.events);
  });

  it('stand in the tables alone: variables, roles, endpoints, alarms, mapping and outputs refer to them', () => {
    const document = synthesized({ ...prod, tables: restored });
    for (const name of Object.values(restored)) expect(JSON.stringify(document).split(name)).toHaveLength(2);
    const policies = Object.values(resources(document, 'aws_iam_role_policy')).flatMap(({ policy }) =>
      statementsOf(policy),
    );
    expect(policies.flatMap(({ Resource }) => Resource)).toContain(`\${aws_dynamodb_table.sessions.arn}`);
  });

  it.each([
    { sessions: 'another-prod-sessions-202601311200' },
    { sessions: 'cloakroom-prod-events-202601311200' },
    { sessions: 'cloakroom-prod-sessions-api' },
    { events: 'cloakroom-prod-events-dlq' },
  ])('begin as always, and end with a minute: not %j', (tables) => {
    expect(() => parseEnvironment({ ...prod, tables })).toThrow(/tables\.(sessions|events): must be cloakroom-prod-/);
  });

  it('of restored tables are no resource for functions of the team', () => {
    const arn = `arn:aws:dynamodb:eu-central-1:123456789012:table/${restored.sessions}`;
    const entry = 'functions/orders.ts';
    const own = {
      functions: { orders: { entry, statements: [{ actions: ['dynamodb:PutItem'], resources: [arn] }] } },
      routes: { 'GET /orders': 'orders' },
    };
    expect(() => parseEnvironment({ ...prod, own })).toThrow(`${arn} is Cloakroom's own`);
  });
});

describe('tables.json', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cloakroom-tables-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read as it was written', () => {
    expect(readTableNames(folder)).toEqual({});
    writeTableNames(folder, restored);
    expect(readTableNames(folder)).toEqual(restored);
  });

  it.each(['{', '"x"', '{"session":"x"}', '{"sessions":1}'])('is refused where it is not as it must be: %s', (text) => {
    writeFileSync(join(folder, 'tables.json'), text);
    expect(() => readTableNames(folder)).toThrow('tables.json');
  });
});
