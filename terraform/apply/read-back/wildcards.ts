import type { Plain } from './plain.ts';

/**
 * Where something is allowed with a `*`, what, to whom, on what or on behalf of what:
 * `roles › health › policies › runtime › WriteLog: on log …:*`.
 *
 * @param standing what was read back
 */
export function wildcardsIn(standing: Plain): readonly string[] {
  return statementsIn(standing, []).flatMap(({ path, statement }) =>
    Object.entries({ ...statement, for: sourcesOf(statement) })
      .filter(([part]) => PARTS.includes(part))
      .flatMap(([part, texts]) =>
        listOf(texts)
          .filter((text) => text.includes('*'))
          .map((text) => `${path}: ${part} ${text}`),
      ),
  );
}

const PARTS = ['allow', 'to', 'on', 'for'];

/** What a service must act on behalf of. */
function sourcesOf({ when = {} }: Plain): readonly string[] {
  const conditions = Object.entries(when as Plain);
  return conditions.flatMap(([key, values]) => (key.toLowerCase().endsWith('aws:sourcearn') ? listOf(values) : []));
}

interface Found {
  readonly path: string;
  readonly statement: Plain;
}

function statementsIn(value: unknown, path: readonly string[]): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const statement = value as Plain;
  if (Array.isArray(statement.allow)) return [{ path: path.join(' › '), statement }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = Array.isArray(value) ? String((inner as { Sid?: string }).Sid ?? '') : key;
    return statementsIn(inner, name === '' ? path : [...path, name]);
  });
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
