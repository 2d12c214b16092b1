import * as v from 'valibot';

export const headersSchema = v.nullish(v.record(v.string(), v.string()), {});
export const multiValueHeadersSchema = v.nullish(v.record(v.string(), v.array(v.string())), {});

type Headers = v.InferOutput<typeof headersSchema>;
type MultiValueHeaders = v.InferOutput<typeof multiValueHeadersSchema>;

/** All values of a header, named in lower case; `headers` has the last of them alone. */
export function headerValues(name: string, headers: Headers, multiValueHeaders: MultiValueHeaders): readonly string[] {
  const isNamed = ([key]: readonly [string, unknown]) => key.toLowerCase() === name;
  const all = Object.entries(multiValueHeaders).filter(isNamed);
  return all.length > 0
    ? all.flatMap(([, values]) => values)
    : Object.entries(headers)
        .filter(isNamed)
        .map(([, value]) => value);
}

/** Several values of a header as one; undefined where there is none. */
export function joinedBy(separator: string, values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(separator);
}
