import { Logger } from '@aws-lambda-powertools/logger';
import { CODE_POINT } from '@cloakroom/testing/code-points';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createLeanTelemetry } from './lean-telemetry.ts';
import { createTelemetry } from './powertools-telemetry.ts';
import type { Count, Fields, HandlerTelemetry } from './telemetry.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Written = readonly [stream: string, line: Readonly<Record<string, unknown>>];

const NOW = Date.UTC(2026, 10, 26);
const { stdout, stderr } = process;
const environment = { ...process.env };
let written: Written[] = [];

beforeAll(() => {
  jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick'] });
});
afterAll(() => {
  jest.useRealTimers();
  process.env = environment;
});
beforeEach(() => {
  written = [];
});

/** What `use` makes a telemetry write to the process's streams, by its variables. */
function linesOf(create: () => HandlerTelemetry, variables: Variables, use: (telemetry: HandlerTelemetry) => void) {
  written = [];
  process.env = { ...environment, ...variables } as NodeJS.ProcessEnv;
  const spies = [
    jest.spyOn(stdout, 'write').mockImplementation(keep('stdout')),
    jest.spyOn(stderr, 'write').mockImplementation(keep('stderr')),
  ];
  try {
    use(create());
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written;
}

function keep(stream: string): typeof stdout.write {
  return (text: string | Uint8Array) => {
    for (const line of String(text).split('\n').slice(0, -1)) written.push([stream, JSON.parse(line)]);
    return true;
  };
}

const LEVELS = ['info', 'warn', 'error'] as const;
/** What the line itself says; Powertools leave out the last two at any depth, as a guard against prototype pollution. */
const NO_FIELD = new Set([
  'level',
  'message',
  'sampling_rate',
  'service',
  'timestamp',
  'code',
  '__proto__',
  'constructor',
]);
const name = fc.constantFrom('route', 'reason', 'user', 'requestId', 'error', 'über "alles"');
const value = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: CODE_POINT }) },
  { weight: 4, arbitrary: fc.constantFrom(undefined, null, '', 0, -0, false, Number.NaN, 10n, new Date(NOW), () => 1) },
  fc.jsonValue().filter((json) => !JSON.stringify(json).match(/"(__proto__|constructor)"/)),
);
const fields = fc
  .dictionary(fc.oneof(name, fc.string()), value, { maxKeys: 6 })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([key]) => !NO_FIELD.has(key))) as Fields);
const by = fc.option(fc.uniqueArray(fc.constantFrom('route', 'reason'), { maxLength: 2 }), { nil: undefined });
const count: fc.Arbitrary<Count | undefined> = fc.option(
  by.map((names) => ({ metric: 'AuthorizerAllowed', ...(names === undefined ? {} : { by: names }) })),
  { nil: undefined },
);
const id = fc.oneof(fc.constantFrom('JKJaXmPLvHcESHA=', 'a b', undefined, 7), fc.string());
const call = fc.oneof(
  fc.record({ do: fc.constant('before' as const), requestId: id, awsRequestId: id }),
  fc.record({
    do: fc.constant('log' as const),
    level: fc.constantFrom(...LEVELS),
    message: fc.string(),
    fields: fc.option(fields, { nil: undefined }),
    count,
  }),
  fc.record({
    do: fc.constant('count' as const),
    reason: fc.string().filter((reason) => reason.trim() !== ''),
    value: fc.integer(),
  }),
  fc.record({ do: fc.constant('countLine' as const), fields, count }),
  fc.record({ do: fc.constant('gauge' as const), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
);
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

function make({ log, meter, before }: HandlerTelemetry, calls: readonly Call[]): void {
  for (const each of calls) {
    if (each.do === 'before') {
      const { requestId, awsRequestId } = each;
      before({ event: { requestContext: { requestId } }, context: { awsRequestId } });
    } else if (each.do === 'log') log[each.level]('some.code', each.message, each.fields, each.count);
    else if (each.do === 'count') meter.count('Denied', { reason: each.reason }, each.value);
    else if (each.do === 'gauge') meter.gauge('KeySetAge', each.value, 'Seconds');
    else if (each.count !== undefined) meter.countLine(each.count, each.fields);
  }
}

const level = fc.constantFrom(undefined, '', 'INFO', ' WARN ', 'ERROR', 'SILENT', 'DEBUG', 'FATAL', 'info', 'none');
const variables: fc.Arbitrary<Variables> = fc.record({
  AWS_LAMBDA_LOG_LEVEL: level,
  LOG_LEVEL: level,
  POWERTOOLS_LOG_LEVEL: level,
  POWERTOOLS_METRICS_DISABLED: fc.constantFrom('false', 'true', 'no', 'on'),
  POWERTOOLS_METRICS_NAMESPACE: fc.constantFrom('cloakroom-dev', ' Acme '),
  POWERTOOLS_SERVICE_NAME: fc.constantFrom(undefined, 'authorizer', ' padded '),
  _X_AMZN_TRACE_ID: fc.constantFrom(
    undefined,
    'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
    '1-5759e988',
    'Parent=1',
  ),
});

describe('the lean telemetry', () => {
  it('writes to the same streams the lines that Powertools write, whatever is logged and counted, by whatever variables', () => {
    let lines = 0;
    fc.assert(
      fc.property(variables, fc.array(call, { maxLength: 8 }), (named, calls) => {
        const expected = linesOf(createTelemetry, named, (telemetry) => make(telemetry, calls));
        const lean = linesOf(createLeanTelemetry, named, (telemetry) => make(telemetry, calls));
        expect(lean).toEqual(expected);
        lines += lean.length;
      }),
      { numRuns: 500 },
    );
    expect(lines).toBeGreaterThan(500);
  });

  it('tells each invocation’s trace, and the one before’s no more', () => {
    const lines = linesOf(createLeanTelemetry, {}, ({ before, log }) => {
      for (const trace of ['Root=1-a;Parent=b', 'Root=1-c', undefined]) {
        if (trace === undefined) delete process.env._X_AMZN_TRACE_ID;
        else process.env._X_AMZN_TRACE_ID = trace;
        before({ event: {}, context: {} });
        log.info('some.code', 'within');
      }
    });
    expect(lines.map(([, { xray_trace_id }]) => xray_trace_id)).toEqual(['1-a', '1-c', undefined]);
  });

  it('tells of an error what describeError tells: nothing that a library has hung on it', () => {
    const error = Object.assign(new TypeError('no', { cause: new Error('why') }), { request: { token: 'secret' } });
    const [line] = linesOf(createLeanTelemetry, {}, ({ log }) => log.error('some.code', 'it failed', { error }));
    expect(line?.[1].error).toMatchObject({ name: 'TypeError', message: 'no', cause: { message: 'why' } });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  it('writes a line whatever a field holds', () => {
    const loop: Record<string, unknown> = { big: 1n };
    loop.self = loop;
    const use = ({ log }: HandlerTelemetry) => log.info('some.code', 'round', { loop, twice: [loop, loop] });
    const [line] = linesOf(createLeanTelemetry, {}, use);
    expect(line?.[1]).toMatchObject({ code: 'some.code', loop: { big: '1' } });
    expect(linesOf(() => createTelemetry(new Logger()), {}, use)[0]?.[1]).toMatchObject({ loop: { big: '1' } });
  });

  it('writes into no console that Lambda has replaced', () => {
    const spy = jest.spyOn(console, 'info').mockImplementation(() => undefined);
    const lines = linesOf(createLeanTelemetry, {}, ({ log }) => log.info('some.code', 'once'));
    expect([lines.length, spy.mock.calls.length]).toEqual([1, 0]);
    spy.mockRestore();
  });
});
