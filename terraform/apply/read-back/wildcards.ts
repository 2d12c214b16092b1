import type { Plain } from './plain.ts';

/**
 * Where something is allowed with a `*`, what, to whom or on what: `roles › health › policies › runtime › WriteLog: on log …:*`.
 *
 * @param standing what was read back
 */
export function wildcardsIn(standing: Plain): readonly string[] {
  return statementsIn(standing, []).flatMap(({ path, statement }) =>
    (['allow', 'to', 'on'] as const).flatMap((part) =>
      listOf(statement[part])
        .filter((text) => text.includes('*'))
        .map((text) => `${path}: ${part} ${text}`),
    ),
  );
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
