import { StackError } from '../base/errors.ts';
import { formatReference, parseTemplate, type Reference, TemplateError } from './expression.ts';
import { LOCAL_VALUES, type LocalOrigins, type ResourceFacts } from './local-values.ts';
import type { ResolvedResource } from './resolved-stack.ts';
import type { SynthesizedDocument } from './synthesized-document.ts';

/** Terraform's own arguments, which say nothing about the resource in the cloud. */
const META_ARGUMENTS: ReadonlySet<string> = new Set(['//', 'depends_on', 'lifecycle', 'provider']);
const REFUSED_ARGUMENTS: ReadonlySet<string> = new Set(['connection', 'count', 'for_each', 'provisioner']);

export interface Resolver {
  /** @throws StackError with the path of the expression that cannot be resolved */
  resource(type: string, name: string): ResolvedResource;
  /** A value with every reference in it replaced; `path` says where it stands, for errors. */
  value(value: unknown, path: string): unknown;
}

/** Resolves resources when they are asked for, each once; like Terraform it knows cycles between resources, not attributes. */
export function createResolver(document: SynthesizedDocument, origins: LocalOrigins): Resolver {
  const resolved = new Map<string, ResolvedResource>();
  const underWay: string[] = [];

  function resource(type: string, name: string): ResolvedResource {
    const address = `${type}.${name}`;
    const known = resolved.get(address);
    if (known !== undefined) return known;
    const source = document.resources[type]?.[name];
    if (source === undefined) throw new StackError(address, 'there is no such resource');
    if (underWay.includes(address)) {
      throw new StackError(address, `is part of a cycle: ${[...underWay, address].join(' → ')}`);
    }
    underWay.push(address);
    try {
      const args = resolveArguments(source, address);
      const facts = factsOf(args, { address, region: document.region, origins });
      const found = { type, name, address, attributes: { ...args, ...computedAttributes(type, args, facts) } };
      resolved.set(address, found);
      return found;
    } finally {
      underWay.pop();
    }
  }

  function resolveArguments(source: Readonly<Record<string, unknown>>, address: string): Record<string, unknown> {
    const refused = Object.keys(source).find((key) => REFUSED_ARGUMENTS.has(key));
    if (refused !== undefined) throw new StackError(`resource.${address}.${refused}`, 'is not understood');
    const kept = Object.entries(source).filter(([key]) => !META_ARGUMENTS.has(key));
    return resolveObject(Object.fromEntries(kept), `resource.${address}`);
  }

  /** Null is Terraform's "not given". */
  function resolveObject(source: object, path: string): Record<string, unknown> {
    const entries = Object.entries(source).filter(([, entry]) => entry !== null);
    return Object.fromEntries(entries.map(([key, entry]) => [key, resolveEntry(key, entry, `${path}.${key}`)]));
  }

  function resolveEntry(key: string, entry: unknown, path: string): unknown {
    if (key === 'dynamic' && typeof entry === 'object') throw new StackError(path, 'dynamic blocks are not understood');
    return value(entry, path);
  }

  function value(source: unknown, path: string): unknown {
    if (typeof source === 'string') return resolveText(source, path);
    if (Array.isArray(source)) return source.map((entry, at) => value(entry, `${path}[${at}]`));
    return typeof source === 'object' && source !== null ? resolveObject(source, path) : source;
  }

  function resolveText(text: string, path: string): unknown {
    const parts = templateAt(text, path);
    const [first] = parts;
    if (parts.length === 1 && typeof first === 'object') return lookUp(first, path);
    return parts.map((part) => (typeof part === 'string' ? part : asText(part, lookUp(part, path), path))).join('');
  }

  function lookUp(reference: Reference, path: string): unknown {
    const { type, name, steps } = reference;
    const place = `${path}: ${formatReference(reference)}`;
    if (document.resources[type]?.[name] === undefined) throw new StackError(place, 'there is no such resource');
    let found: unknown = resource(type, name).attributes;
    for (const step of steps) {
      found = take(found, step);
      if (found === undefined) throw new StackError(place, `has no ${JSON.stringify(step)}`);
    }
    return found;
  }

  return { resource, value };
}

/** One step into a value. A single block may be written without its list, so its `[0]` is the block itself. */
function take(from: unknown, step: string | number): unknown {
  if (typeof from !== 'object' || from === null) return undefined;
  if (step === 0 && !Array.isArray(from)) return from;
  return Object.hasOwn(from, step) ? (from as Record<string | number, unknown>)[step] : undefined;
}

function templateAt(text: string, path: string) {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof TemplateError) throw new StackError(path, error.message, { cause: error });
    throw error;
  }
}

function asText(reference: Reference, found: unknown, path: string): string {
  if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') return String(found);
  throw new StackError(`${path}: ${formatReference(reference)}`, 'is not a text, so it cannot stand inside one');
}

function factsOf(args: Record<string, unknown>, rest: Omit<ResourceFacts, 'text' | 'flag'>): ResourceFacts {
  return {
    ...rest,
    text(argument) {
      const found = args[argument];
      if (typeof found !== 'string' || found === '') {
        throw new StackError(`resource.${rest.address}.${argument}`, 'must be a text that is not empty');
      }
      return found;
    },
    flag: (argument) => args[argument] === true,
  };
}

function computedAttributes(
  type: string,
  args: Record<string, unknown>,
  facts: ResourceFacts,
): Record<string, unknown> {
  const values = Object.entries(LOCAL_VALUES[type] ?? {});
  return Object.fromEntries(
    values.map(([attribute, compute]) => {
      if (typeof compute === 'function') return [attribute, compute(facts)];
      const inner = Object.entries(compute).map(([name, of]) => [name, of(facts)]);
      return [attribute, { ...firstBlock(args[attribute]), ...Object.fromEntries(inner) }];
    }),
  );
}

/** The arguments of a block that may be written as a list of one, or not at all. */
function firstBlock(block: unknown): object {
  const [first] = Array.isArray(block) ? (block as unknown[]) : [block];
  return typeof first === 'object' && first !== null ? first : {};
}
