import { METERED } from '@cloakroom/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Bench, createBrowser, signIn, startBench } from './handler-fixture.ts';
import { copyOf, REFRESH, signedIn } from './ticket-fixture.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { get, query, put, update, transaction } = METERED;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
  await signedIn(bench); // the keys of the provider are read once in an environment
});
beforeEach(() => bench.takeRequests());
afterAll(() => bench.provider.stop());

it('is two writes for the way there and back, a Query, a look and a transaction of four for a sign-in', async () => {
  const { session } = await signedIn(bench);
  await bench.takeRequests();
  await signIn(bench, createBrowser(bench), session);
  // The flow is begun, and done; the session, its tokens, the check of its provider session, the user.
  expect(await bench.takeRequests()).toEqual([put, update, query, get, transaction(4)]);
});

it('is one read for the page that asks who is signed in', async () => {
  const { browser } = await signedIn(bench);
  await bench.takeRequests();
  await browser.fetch('GET /auth/session');
  expect(await bench.takeRequests()).toEqual([get]);
});

it('is two reads, a lease and a transaction of two for a refresh, and one read for who comes after it', async () => {
  const { browser } = await signedIn(bench);
  const late = copyOf(browser, bench);
  await bench.takeRequests();
  await browser.fetch(REFRESH);
  expect(await bench.takeRequests()).toEqual([get, update, get, transaction(2)]);
  await late.fetch(REFRESH);
  expect(await bench.takeRequests()).toEqual([get]);
});

it('is two reads, a lease and its end while the provider is down', async () => {
  const { browser } = await signedIn(bench);
  await bench.takeRequests();
  bench.provider.behave({ refusals: [{ status: 503, body: {} }] });
  await browser.fetch(REFRESH);
  expect(await bench.takeRequests()).toEqual([get, update, get, update]);
});
