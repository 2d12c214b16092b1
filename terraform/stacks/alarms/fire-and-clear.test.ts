import { createAlarms, createMetricStore, readAlarms, resolveStack } from '@cloakroom/local';
import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../../environments/index.ts';
import { withBackchannelLogout } from '../../testing/backchannel-environment.ts';
import { withBrowser } from '../../testing/browser-environment.ts';
import { synthesized } from '../../testing/synthesized.ts';
import { alarmCases, type Sample } from './alarm-cases-fixture.ts';
import { ALARMS } from './index.ts';

const MINUTE_SECONDS = 60;
const origins = { awsEndpoint: 'http://127.0.0.1:4566', apiEndpoint: 'http://127.0.0.1:3000' };
/** The local AWS runs no network, and no alarm is about it. */
const { network: _, ...prodWithoutNetwork } = ENVIRONMENTS.prod;
const everything = withBackchannelLogout(withBrowser(prodWithoutNetwork));
const stack = resolveStack(synthesized(everything), { folder: '/nowhere', origins });
const definitions = readAlarms(stack);
const [api] = stack.list('aws_apigatewayv2_api');
const CASES = alarmCases(String(api?.attributes.id));
const KEYS_ARE_YOUNG: Sample = {
  namespace: 'cloakroom-prod',
  name: 'KeySetAge',
  dimensions: { service: 'refresh-keys' },
  values: [60],
};

/** The alarms of prod, and a clock. CloudWatch looks at them every minute. */
function prod() {
  let nowMs = Date.UTC(2026, 0, 1, 12);
  const clock = () => nowMs;
  const metrics = createMetricStore({ nowMs: clock });
  const alarms = createAlarms({ definitions, metrics, nowMs: clock });
  const rung = new Set<string>();

  function put({ namespace, name, dimensions, values }: Sample): void {
    for (const value of values) metrics.put({ namespace, name, dimensions }, value, { unit: 'Count' });
  }
  const ringing = () => alarms.list().flatMap(({ definition, state }) => (state === 'ALARM' ? [idOf(definition)] : []));
  return {
    /** Periods that begin with these samples, and have nothing else. */
    pass(count: number, seconds: number, samples: readonly Sample[]): void {
      for (let period = 0; period < count; period += 1) {
        for (const sample of samples) put(sample);
        for (let minute = 0; minute < seconds / MINUTE_SECONDS; minute += 1) {
          nowMs += MINUTE_SECONDS * 1000;
          alarms.evaluate();
          for (const id of ringing()) rung.add(id);
        }
      }
    },
    ringing,
    rung,
    stateOf: (id: string) => alarms.find(`cloakroom-prod-${id}`)?.state,
    reasonOf: (id: string) => alarms.find(`cloakroom-prod-${id}`)?.reason,
  };
}

const idOf = ({ name }: { readonly name: string }) => name.replace('cloakroom-prod-', '');
const QUARTER = [1, 900] as const;
/** CloudWatch looks further back than an alarm's periods where it finds nothing in them. */
const FURTHER = 3;
const besides = (id: string, samples: readonly Sample[]) =>
  id === 'key-set-age' ? samples : [...samples, KEYS_ARE_YOUNG];

/** The alarms of prod after a quiet quarter of an hour. */
function quietProd() {
  const at = prod();
  at.pass(...QUARTER, [KEYS_ARE_YOUNG]);
  expect(at.ringing()).toEqual([]);
  at.rung.clear();
  return at;
}

it('every alarm has its cases, and is in the stack of prod', () => {
  const ids = ALARMS.map(({ id }) => id).toSorted();
  expect(Object.keys(CASES).toSorted()).toEqual(ids);
  expect(definitions.map(idOf).toSorted()).toEqual(ids);
});

describe('where there is no data at all', () => {
  it('the age of the key set rings, and nothing else', () => {
    const at = prod();
    at.pass(6, 900, []);
    expect([...at.rung]).toEqual(['key-set-age']);
    expect(at.ringing()).toEqual(['key-set-age']);
    at.pass(...QUARTER, [KEYS_ARE_YOUNG]);
    expect(at.ringing()).toEqual([]);
  });

  it('the age of the key set rings, too, when it is not written any more', () => {
    const at = quietProd();
    at.pass(FURTHER, 900, []);
    expect(at.ringing()).toEqual(['key-set-age']);
  });
});

describe.each(Object.entries(CASES))('%s', (id, { periods: [count, seconds], fires, quiet }) => {
  it.each(Object.entries(fires))('rings, and is over: %s', (_, samples) => {
    const at = quietProd();
    at.pass(count, seconds, besides(id, samples));
    expect([at.stateOf(id), at.reasonOf(id)]).toEqual(['ALARM', expect.stringMatching(/^Threshold Crossed/)]);
    at.pass(count + FURTHER, seconds, [KEYS_ARE_YOUNG]);
    expect(at.stateOf(id)).toBe('OK');
  });

  it.each(Object.entries(fires))('does not ring for a period less: %s', (_, samples) => {
    const at = quietProd();
    at.pass(count - 1, seconds, besides(id, samples));
    at.pass(count + FURTHER, seconds, [KEYS_ARE_YOUNG]);
    expect(at.rung).not.toContain(id);
  });

  it.each(Object.entries(quiet))('does not ring: %s', (_, samples) => {
    const at = quietProd();
    at.pass(count + FURTHER, seconds, besides(id, samples));
    expect(at.rung).not.toContain(id);
  });
});
