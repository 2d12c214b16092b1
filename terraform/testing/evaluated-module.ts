import { isObject } from '@cloakroom/core';

interface Account {
  readonly region: string;
  readonly accountId: string;
}

/** Resources or outputs of a module, with values for its variables, as Terraform evaluates them; tags of the provider are left out. */
export function evaluated(module: unknown, values: ReadonlyMap<string, unknown>, account: Account): unknown {
  const known = new Map<string, unknown>([
    ...[...values].map(([name, value]) => [`var.${name}`, value] as const),
    ['data.aws_region.current.id', account.region],
    ['data.aws_caller_identity.current.account_id', account.accountId],
  ]);
  return JSON.parse(JSON.stringify(module), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (key === 'tags') return ownTags(value, known);
    return text(value, known);
  });
}

function text(template: string, known: ReadonlyMap<string, unknown>): unknown {
  const value = template.replaceAll(/\$\{split\(":", ([\w.]+)\)\[(\d)\]\}/g, (_, name, index) =>
    String(String(known.get(String(name))).split(':')[Number(index)]),
  );
  const whole = /^\$\{([\w.]+)\}$/.exec(value)?.[1];
  if (whole !== undefined && known.has(whole)) return known.get(whole);
  return value.replaceAll(/\$\{(jsonencode\()?((?:var|data)\.[\w.]+)(?:\["([^"]+)"\])?\)?\}/g, (_, json, name, key) => {
    const found = known.get(String(name));
    const one = isObject(found) ? found[String(key)] : found;
    if (one === undefined) throw new Error(`${value} has no value`);
    return json === undefined ? String(one) : JSON.stringify(one);
  });
}

/** Those that a resource has besides `local.tags`. */
function ownTags(value: string, known: ReadonlyMap<string, unknown>): unknown {
  if (value === '${local.tags}') return undefined;
  const [, own = ''] = /^\$\{merge\(local\.tags, \{ (.*) \}\)\}$/.exec(value) ?? [];
  const json = own.replaceAll(/("(?:[^"\\]|\\.)*") = /g, '$1: ');
  const tags = JSON.parse(`{${json}}`) as Record<string, string>;
  return Object.fromEntries(Object.entries(tags).map(([key, tag]) => [key, text(tag, known)]));
}

/** For a comparison: numbers as texts, as Terraform takes either, and of paths the last part alone. */
export function plain(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key === 'error_message') return String(value).replace('module.<its name>.', '');
    if (key === 'filename') return String(value).replace(/^.*\//, '');
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  });
}
