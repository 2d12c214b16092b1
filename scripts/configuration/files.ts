import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Call, fieldsSource, type Written } from './written.ts';

const MAX_SHOWN = 200;

/** An environment.ts that exports this. Its routes are in the file beside it. */
export function environmentSource({ sessions, ...fields }: Readonly<Record<string, Written>>): string {
  const calls = Array.isArray(fields.issuers) && fields.issuers.some((issuer) => issuer instanceof Call);
  return [
    ...(calls ? ["import { cognitoIssuer } from '../cognito-issuer.ts';"] : []),
    "import { defaults } from '../defaults.ts';",
    "import type { Environment } from '../environment.ts';",
    "import { own } from './routes.ts';",
    '',
    '/** Begun by scripts/configure, and yours to change: docs/configuration.md has every field. */',
    'export const environment: Environment = {',
    '  ...defaults,',
    ...fieldsSource(fields, '  '),
    ...(sessions === undefined ? [] : sessionsSource(sessions as Readonly<Record<string, Written>>)),
    '  own,',
    '};',
    '',
  ].join('\n');
}

function sessionsSource(changed: Readonly<Record<string, Written>>): readonly string[] {
  return ['  sessions: {', '    ...defaults.sessions,', ...fieldsSource(changed, '    '), '  },'];
}

/** The fields in which an environment is another than before, a line each. */
export function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => `${field}: ${shown(before[field])} → ${shown(after[field])}`);
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/**
 * Writes environment.ts into the folder of an environment, and routes.ts where there is none: routes are the team's own code.
 *
 * @param template the routes.ts of an environment without any
 * @returns the paths of what was written
 */
export function writeFiles(folder: string, source: string, template: string): readonly string[] {
  const [environment, routes] = [join(folder, 'environment.ts'), join(folder, 'routes.ts')];
  mkdirSync(folder, { recursive: true });
  const isWithRoutes = existsSync(routes);
  // First: with environment.ts, the folder is an environment.
  if (!isWithRoutes) writeFileSync(routes, readFileSync(template, 'utf8'));
  writeFileSync(environment, source);
  return isWithRoutes ? [environment] : [environment, routes];
}
